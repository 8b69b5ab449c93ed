using System.Text.Json.Nodes;

namespace ZkHealth.Statistics;

/// <summary>The rule of sums over hospitals and segments.</summary>
internal static partial class PlanRules
{
    /// <summary>
    /// The first rule that plans break whose cubes are added up, or null: each is a plan, they are the same but for whose they
    /// are, no table and no hospital twice, all segments of each.
    /// </summary>
    public static string? Broken(IReadOnlyList<Plan> plans)
    {
        try
        {
            foreach (Plan plan in plans)
            {
                Check(plan);
            }

            CheckSum(plans);
            return null;
        }
        catch (RuleException e)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// The first rule that the plan of a proof breaks, or null. The plans of further segments follow from that of the first and
    /// from their tables, so that they are the same; all segments of one version are a matter of the ledger, which has them by
    /// one root.
    /// </summary>
    public static string? Broken(PlanProof proof)
    {
        if (Broken(proof.Plan) is string broken)
        {
            return broken;
        }

        if ((proof.Plan.Segment ?? new PlanSegment(0, 1)) != new PlanSegment(0, proof.Segments.Count))
        {
            return "rule 6: one segment of a data set is no answer without the others";
        }

        string[] roots = [.. proof.Segments.SelectMany(s => s.Plan.Tables.Values).Select(t => t.Root)];
        if (roots.Distinct(StringComparer.Ordinal).Count() != roots.Length)
        {
            return "rule 6: distinct base roots";
        }

        return proof.Segments.Skip(1).Select(s => BrokenByKeys(s.Plan)).FirstOrDefault(b => b is not null);
    }

    /// <summary>The rule that the keys of a further segment break, or null: they count rows of tables of their own
    /// segment.</summary>
    public static string? BrokenByKeys(Plan plan)
    {
        try
        {
            CheckKeys(plan);
            return null;
        }
        catch (RuleException e)
        {
            return e.Message;
        }
    }

    private static void CheckSum(IReadOnlyList<Plan> plans)
    {
        var parts = new Dictionary<string, List<PlanSegment>>(StringComparer.Ordinal);
        foreach (Plan plan in plans)
        {
            string owner = plan.Tables.Values.First(t => t.For is null).Owner;
            PlanSegment segment = plan.Segment ?? new PlanSegment(0, 1);
            parts.TryAdd(owner, []);
            bool same = parts[owner].All(s => s.Count == segment.Count);
            Refuse(segment.Index < 0 || segment.Index >= segment.Count || !same, 6, "segments of one version");
            parts[owner].Add(segment);
        }

        bool all = parts.Values.All(own => own.Select(s => s.Index).Order().SequenceEqual(Enumerable.Range(0, own[0].Count)));
        Refuse(!all, 6, "distinct hospitals, all segments of each once");
        string[] roots = [.. plans.SelectMany(p => p.Tables.Values).Select(t => t.Root)];
        Refuse(roots.Distinct().Count() != roots.Length, 6, "distinct base roots");
        Refuse(
            parts.Count > 1 && plans.Any(p => p.Asked.Any(a => a.Groups is not null)),
            6,
            "groups that one hospital withholds do not add up"
        );
        byte[] first = Shape(plans[0]);
        Refuse(plans.Any(p => !Shape(p).AsSpan().SequenceEqual(first)), 6, "the same plan, schemas and relations");
    }

    /// <summary>A plan without whose it is: keys name roles in place of roots.</summary>
    private static byte[] Shape(Plan plan)
    {
        var roles = plan.Tables.GroupBy(t => t.Value.Named).ToDictionary(g => g.Key, g => g.Last().Key, StringComparer.Ordinal);
        JsonArray Columns(IReadOnlyList<PlanColumn> columns) =>
            PlanJson.List(
                columns,
                column =>
                {
                    JsonObject json = PlanJson.ColumnToJson(column);
                    if (column.Of is not null)
                    {
                        json["of"] = roles.GetValueOrDefault(column.Of);
                    }

                    return json;
                }
            );
        JsonNode Table(PlanTable t) => new JsonArray(t.DataSet, t.For is null ? 0 : 1, Columns(t.Columns), Columns(t.Derived));
        return CanonicalJson.Encode(
            new JsonObject
            {
                ["steps"] = PlanJson.List(plan.Steps, PlanJson.StepToJson),
                ["cubes"] = PlanJson.List(plan.Cubes, PlanJson.CubeToJson),
                ["asked"] = PlanJson.List(plan.Asked, PlanJson.QuestionToJson),
                ["tables"] = new JsonObject(plan.Tables.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)Table(t.Value)))),
            }
        );
    }
}
