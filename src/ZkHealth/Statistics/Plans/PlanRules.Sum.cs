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
            plans.Count > 1 && plans.Any(p => p.Asked.Any(a => a.Groups is not null)),
            6,
            "groups that one hospital or segment withholds do not add up"
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
