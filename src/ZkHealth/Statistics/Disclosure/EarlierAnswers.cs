using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Answers to plans that were released before, for the guard of whatever is asked next of one of their tables. They are evaluated
/// anew over the tables at hand, as their derived columns are kept nowhere.
/// </summary>
internal static class EarlierAnswers
{
    /// <summary>Adds the columns that earlier answers derive of a table, and what they show of it. Returns why that cannot be
    /// known, or null.</summary>
    /// <param name="guard">The guard, which knows what was released, and further tables.</param>
    /// <param name="root">The root of the version of the data set that is asked.</param>
    /// <param name="asked">The segments of each table that is asked.</param>
    /// <param name="columns">The columns of the table so far.</param>
    /// <param name="earlier">What is known to be shown.</param>
    public static string? Add(
        DisclosureGuard guard,
        ReadOnlySpan<byte> root,
        IEnumerable<IReadOnlyList<TableOpening>> asked,
        GuardedColumns columns,
        List<ReleasedForms> earlier
    )
    {
        var byRoot = asked.Concat(guard.Tables).DistinctBy(RootOf).ToDictionary(RootOf, StringComparer.Ordinal);
        string mine = Convert.ToHexStringLower(root);
        foreach (EarlierRelease release in guard.Earlier)
        {
            if (!release.Asks(root))
            {
                continue;
            }

            PlanProof proof = release.Plan!;
            Dictionary<string, string> versions = proof.VersionsByRole.ToDictionary(
                v => v.Key,
                v => Convert.ToHexStringLower(v.Value.Root.Span),
                StringComparer.Ordinal
            );
            string[] missing =
            [
                .. versions.Where(v => !byRoot.ContainsKey(v.Value)).Select(v => proof.Plan.Tables[v.Key].DataSet),
            ];
            if (missing.Length > 0)
            {
                return $"what follows from it together with {release.Name} is not known without the tables of that release: "
                    + string.Join(", ", missing);
            }

            PlanEvaluator[] before =
            [
                .. proof.Segments.Select(
                    (own, i) =>
                        new PlanEvaluator(
                            own.Plan,
                            versions.ToDictionary(v => v.Key, v => byRoot[v.Value][i], StringComparer.Ordinal)
                        )
                ),
            ];
            try
            {
                Array.ForEach(before, evaluator => evaluator.Run());
                string role = versions.First(v => v.Value == mine).Key;
                earlier.AddRange(columns.Add(role, before, proof, (_, group) => $"{release.Name}, number {group + 1}"));
            }
            finally
            {
                Array.ForEach(before, evaluator => evaluator.Dispose());
            }
        }

        return null;
    }

    /// <summary>The root of the version of a data set.</summary>
    internal static string RootOf(IReadOnlyList<TableOpening> segments) =>
        Convert.ToHexStringLower(new DataSetVersion([.. segments.Select(s => s.Commitment)]).Root.Span);
}
