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
    /// <param name="table">The table that is asked.</param>
    /// <param name="asked">All tables that are asked.</param>
    /// <param name="columns">The columns of the table so far.</param>
    /// <param name="earlier">What is known to be shown.</param>
    public static string? Add(
        DisclosureGuard guard,
        TableOpening table,
        IEnumerable<TableOpening> asked,
        GuardedColumns columns,
        List<ReleasedForms> earlier
    )
    {
        Dictionary<string, TableOpening> byRoot = asked
            .Concat(guard.Tables)
            .DistinctBy(t => RootOf(t))
            .ToDictionary(RootOf, StringComparer.Ordinal);
        foreach (EarlierRelease release in guard.Earlier.Where(e => e.Asks(table.Commitment.Root.Span)))
        {
            PlanProof proof = release.Plan!;
            string[] missing = [.. proof.Plan.Tables.Values.Where(t => !byRoot.ContainsKey(t.Root)).Select(t => t.DataSet)];
            if (missing.Length > 0)
            {
                return $"what follows from it together with {release.Name} is not known without the tables of that release: "
                    + string.Join(", ", missing);
            }

            string role = proof.Plan.Tables.Single(t => t.Value.Root == RootOf(table)).Key;
            var before = new PlanEvaluator(
                proof.Plan,
                proof.Plan.Tables.ToDictionary(t => t.Key, t => byRoot[t.Value.Root], StringComparer.Ordinal)
            );
            before.Run();
            earlier.AddRange(columns.Add(proof.Plan, role, before, proof, (_, group) => $"{release.Name}, number {group + 1}"));
        }

        return null;
    }

    private static string RootOf(TableOpening table) => Convert.ToHexStringLower(table.Commitment.Root.Span);
}
