using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>
/// A plan of the reference's vectors with tables that are committed as it says: nine visits, five patients, five rows of a
/// registrar's consents. Names of owners and roots are replaced by those of the tables; one root has one table, in whatever plan
/// it stands.
/// </summary>
internal sealed class PlanCase
{
    public static readonly StatisticContext Context = new("purpose", "requester", "ledger.test/health");

    /// <summary>The order in which tables are committed: those whose roots keys hold come first. A registrar's is named by its
    /// data set.</summary>
    private static readonly string[] Roles = ["patients", "consents", "visits"];

    /// <summary>Visits whose codes add up to little, for a total of codes in the place of numbers.</summary>
    private static readonly uint[] SmallCodes = [1, 1, 1, 1, 1, 0, 2, 2, 1];

    /// <summary>The codes by names of columns; the code E11.9 does not occur.</summary>
    private static readonly Dictionary<string, uint[]> Codes = new()
    {
        ["sex"] = [1, 1, 2, 1, 2],
        ["research"] = [1, 1, 2, 1, 0],
        ["code"] = [2, 2, 1, 2, 2, 0, 2, 2, 1],
        ["patient"] = [1, 1, 2, 3, 3, 3, 0, 4, 1],
        ["person in patients"] = [2, 1, 3, 4, 0],
        ["again"] = [1, 2, 3, 4, 5],
        ["patient of the registrar"] = [1, 2, 3, 4, 4],
        ["person in visits"] = [1, 1, 1, 1, 1, 1, 1, 1, 1],
        ["days"] = [1, 0, 1, 0, 0, 1, 0, 1, 0],
    };

    private readonly JsonObject _json;

    private PlanCase(JsonObject plan, Dictionary<string, TableOpening> known, bool smallCodes)
    {
        _json = plan;
        var tables = new Dictionary<string, TableOpening>();
        foreach (string role in Roles.Union(plan["tables"]!.AsObject().Select(t => t.Key)))
        {
            JsonObject table = plan["tables"]![role]!.AsObject();
            string root = (string)table["root"]!,
                owner = (string)table["owner"]!;
            JsonObject[] columns =
            [
                .. table["columns"]!.AsArray().Concat(table["derived"]!.AsArray()).Select(c => c!.AsObject()),
            ];
            foreach (JsonObject column in columns.Where(c => c.ContainsKey("of")))
            {
                string of = (string)column["of"]!;
                column["of"] =
                    of.Contains('/', StringComparison.Ordinal) ? Owner(of.Split('/')[0]) + "/" + of.Split('/')[1]
                    : known.TryGetValue(of, out TableOpening? named) ? Root(named)
                    : of;
            }

            if (!known.TryGetValue(root, out TableOpening? opening))
            {
                known[root] = opening = Commit(owner, role, columns[1..table["columns"]!.AsArray().Count], smallCodes);
            }

            (tables[role], table["root"], table["owner"]) = (opening, Root(opening), Owner(owner));
            if (table.ContainsKey("for"))
            {
                table["for"] = Owner((string)table["for"]!);
            }
        }

        Tables = tables;
        using JsonDocument document = JsonDocument.Parse(_json.ToJsonString());
        Plan = PlanReader.Read(document.RootElement);
    }

    public Plan Plan { get; }

    public IReadOnlyDictionary<string, TableOpening> Tables { get; }

    /// <summary>The plans of a vector.</summary>
    public static PlanCase[] Of(string vector)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", vector + ".json")))!;
        var known = new Dictionary<string, TableOpening>();
        return
        [
            .. file["plans"]!
                .AsArray()
                .Select(plan => new PlanCase(plan!.AsObject(), known, vector == "plan-bad-total-of-codes")),
        ];
    }

    /// <summary>The plan of the example, changed as the reference changes it for its false plans.</summary>
    public static PlanCase Changed(Action<JsonNode> change)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", "plan-example.json")))!;
        JsonObject plan = file["plans"]![0]!.DeepClone().AsObject();
        change(plan);
        return new PlanCase(plan, [], smallCodes: false);
    }

    public PlanProof Prove() => PlanProof.Prove(Plan, Tables, Context, new DisclosureGuard(0));

    /// <summary>
    /// Proves a plan that may be false, as a cheating owner would: all steps are taken as often as there are steps, so that a
    /// source is there whatever the order, and proofs are made whether they hold or not.
    /// </summary>
    /// <param name="first">Steps that are no part of the plan, by which columns are what the owner likes.</param>
    public PlanProof Forge(params PlanStep[] first)
    {
        var evaluator = new PlanEvaluator(Plan, Tables);
        foreach (PlanStep step in first)
        {
            evaluator.Take(step);
        }

        foreach (PlanStep _ in Plan.Steps)
        {
            evaluator.Run();
        }

        return PlanProof.Prove([evaluator], Context, forged: true);
    }

    private static TableOpening Commit(string owner, string role, JsonObject[] columns, bool smallCodes)
    {
        var schema = new TableSchema(role, [.. columns.Select(Schema)]);
        uint[][] codes =
        [
            .. columns
                .Select(c => (string)c["name"]!)
                .Select(name =>
                    smallCodes && name == "code" ? SmallCodes
                    : Codes.TryGetValue(name, out uint[]? own) ? own
                    : Codes[$"{name} in {role}"]
                ),
        ];
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(schema, codes), SHA256.HashData(Encoding.UTF8.GetBytes(owner)), secret);
    }

    /// <summary>A schema has no number columns: one of a plan is committed as categories.</summary>
    private static ColumnSchema Schema(JsonObject column)
    {
        string name = (string)column["name"]!;
        string[] labels = column["codes"] is JsonNode codes
            ? [.. codes.AsArray().Select(c => (string)c!)]
            : [.. Enumerable.Range(1, 29).Select(i => $"{i}")];
        return column["of"] is JsonNode of
            ? new KeyColumn(name, (string)of!)
            : new CategoryColumn(name, [.. labels.Select(l => new Category(l, l))]);
    }

    private static string Owner(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static string Root(TableOpening table) => Convert.ToHexStringLower(table.Commitment.Root.Span);
}
