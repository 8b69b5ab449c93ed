using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>Clauses of the rules of which the vectors have no false plan, and circles: the example changed, and proven by an
/// owner who leaves the rules out.</summary>
public class PlanClauseTests
{
    private const string Earlier = "rule 2: a source is a base column or the target of an earlier step";

    private static JsonNode Json(string text) => JsonNode.Parse(text.Replace('\'', '"'))!;

    private static JsonArray Array(JsonNode plan, params string[] path) =>
        path.Aggregate(plan, (node, name) => node[name]!).AsArray();

    private static void Step(JsonNode plan, int at, string text) => Array(plan, "steps").Insert(at, Json(text));

    private static void Derive(JsonNode plan, string role, string column) =>
        Array(plan, "tables", role, "derived").Add(Json(column));

    private static string Coded(string name) => $"{{'name':'{name}','kind':'coded','domain':3,'codes':['no','yes']}}";

    private static void Cube(JsonNode plan, string text) => Array(plan, "cubes").Add(Json(text));

    /// <summary>Lets the registrar's rows name patients, by a column before the derived one.</summary>
    private static void NameByRegistrar(JsonNode plan)
    {
        Array(plan, "tables", "consents", "columns")
            .Add(Json("{'name':'patient of the registrar','kind':'key','domain':1073741824,'of':'patients'}"));
        Array(plan, "steps")[3]!["total"] = 3;
        Array(plan, "cubes")[1]!["columns"] = Json("[3]");
    }

    /// <summary>The clause that each breaks.</summary>
    private static readonly Dictionary<string, (string Clause, Action<JsonNode> Change)> False = new()
    {
        ["target beyond its domain"] = (
            "rule 3: a target lies in its domain",
            p => Array(p, "steps")[0]!["tuples"]![3] = Json("[3,2]")
        ),
        ["key joined later"] = (
            "rule 2: a key is a base column or joined earlier",
            p =>
            {
                Derive(p, "visits", "{'name':'via','kind':'key','domain':1073741824,'of':'registrar/consents'}");
                Derive(p, "visits", "{'name':'research','kind':'coded','domain':3,'codes':['yes','no']}");
                Step(p, 0, "{'op':'join','events':'visits','entities':'consents','key':4,'pairs':[[5,1]]}");
                Step(p, 1, "{'op':'join','events':'visits','entities':'patients','key':1,'pairs':[[4,2]]}");
            }
        ),
        ["joined before it is derived"] = (
            "rule 2: what is joined is a base column or derived earlier",
            p =>
            {
                Derive(p, "visits", Coded("case"));
                Step(p, 0, "{'op':'join','events':'visits','entities':'patients','key':1,'pairs':[[4,4]]}");
            }
        ),
        ["weight derived later"] = (
            "rule 2: a weight is a base column or derived earlier",
            p =>
            {
                JsonNode map = Array(p, "steps")[0]!;
                Array(p, "steps").RemoveAt(0);
                Array(p, "steps").Insert(1, map);
            }
        ),
        ["total that is no number"] = (
            "rule 9: a total is a number",
            p =>
                Array(p, "tables", "patients", "derived")[0] = Json(
                    "{'name':'diabetes visits','kind':'coded','domain':4,'codes':['1','2','3']}"
                )
        ),
        ["key mapped"] = (
            "rule 9: keys are neither sources nor targets of maps",
            p =>
            {
                JsonNode map = Array(p, "steps")[2]!;
                map["sources"] = Json("[0,2]");
                map["tuples"] = Json("[[0,0,0],[1,0,1],[1,1,2],[1,2,2],[1,3,1],[1,4,1]]");
                Cube(p, "{'table':'patients','columns':[3]}");
            }
        ),
        ["registrar's rows totalled"] = (
            "rule 1: a registrar's table stands on the entities' side and is not asked",
            p =>
            {
                NameByRegistrar(p);
                Derive(p, "patients", "{'name':'rows','kind':'number','domain':3}");
                Step(p, 5, "{'op':'total','events':'consents','entities':'patients','key':2,'weight':null,'total':6}");
                Cube(p, "{'table':'patients','columns':[6]}");
            }
        ),
        ["sex joined to a registrar's rows"] = (
            "rule 1: a registrar's table stands on the entities' side and is not asked",
            p =>
            {
                NameByRegistrar(p);
                Derive(p, "consents", "{'name':'sex','kind':'coded','domain':3,'codes':['female','male']}");
                Step(p, 5, "{'op':'join','events':'consents','entities':'patients','key':2,'pairs':[[4,1]]}");
            }
        ),
        ["one table in two roles"] = (
            "rule 1: roles have distinct tables",
            p =>
            {
                // a second set of derived columns over one base root, with totals of their own
                JsonNode again = Array(p, "tables", "patients", "columns").Parent!.DeepClone();
                again["derived"] = Json("[{'name':'visits','kind':'number','domain':4}]");
                p["tables"]!["again"] = again;
                Step(p, 5, "{'op':'total','events':'visits','entities':'again','key':1,'weight':3,'total':3}");
                Cube(p, "{'table':'again','columns':[1,3]}");
                Array(p, "asked").Add(Json("{'cube':2,'weights':[[0,0,0,0,1,1,1,1,0,0,0,0]]}"));
            }
        ),
        ["registrar asked with weights of its own"] = (
            "rule 1: a registrar's table stands on the entities' side and is not asked",
            p =>
            {
                Cube(p, "{'table':'consents','columns':[1]}");
                Array(p, "asked").Add(Json("{'cube':2,'weights':[[0,1,0]]}"));
            }
        ),
    };

    public static TheoryData<string> Provable() => [.. False.Keys];

    [Theory]
    [MemberData(nameof(Provable))]
    public void A_false_plan_whose_proofs_all_verify_is_refused_by_its_clause(string name)
    {
        (string clause, Action<JsonNode> change) = False[name];
        PlanCase c = PlanCase.Changed(change);
        PlanProof proof = c.Forge();
        Assert.Null(proof.VerifyProofs().Reason);
        Assert.Equal(clause, proof.Verify().Reason);
        Assert.Throws<ArgumentException>(() => c.Prove());
    }

    /// <summary>What names what is not there, or nothing, cannot be proven, and is refused before a proof is looked at.</summary>
    [Fact]
    public void What_is_not_there_is_refused()
    {
        (string Clause, Action<JsonNode> Change)[] none =
        [
            ("rule 1: no table nowhere", p => Array(p, "steps")[0]!["table"] = "nowhere"),
            ("rule 1: no table nowhere", p => Array(p, "steps")[1]!["entities"] = "nowhere"),
            ("rule 1: visits has no column 9", p => Array(p, "steps")[0]!["target"] = 9),
            ("rule 4: a join has pairs", p => Array(p, "steps")[4]!["pairs"] = Json("[]")),
            ("rule 8: a cube has distinct columns", p => Array(p, "cubes")[0]!["columns"] = Json("[1,4,4]")),
            ("rule 8: a cube has distinct columns", p => Array(p, "cubes")[0]!["columns"] = Json("[]")),
        ];
        foreach ((string clause, Action<JsonNode> change) in none)
        {
            PlanCase c = PlanCase.Changed(change);
            Assert.Equal(clause, PlanRules.Broken(c.Plan));
            Assert.ThrowsAny<Exception>(() => c.Forge());
        }
    }

    [Fact]
    public void A_segment_beyond_their_number_is_refused()
    {
        PlanCase c = PlanCase.Changed(p => p["segment"] = Json("[3,3]"));
        Assert.Null(c.Forge().VerifyProofs().Reason);
        Assert.Equal("rule 6: segments of one version", PlanRules.Broken([c.Plan]));
        Assert.StartsWith("rule 6: ", c.Forge().Verify().Reason, StringComparison.Ordinal);
    }

    /// <summary>Columns that follow from each other are proven of each other, and of nothing: here every patient is a case,
    /// because the others of the circle say so, and all proofs verify.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_circle_of_maps_whose_proofs_all_verify_is_refused(int length)
    {
        PlanCase c = PlanCase.Changed(p =>
        {
            const string Same = "[[0,0,0],[0,1,0],[0,2,0],[1,0,0],[1,1,1],[1,2,2]]";
            JsonNode map = Array(p, "steps")[2]!;
            map["sources"] = Json("[0,6]");
            map["tuples"] = Json(Same);
            for (int i = 0; i < length - 1; i++)
            {
                int target = 6 + i,
                    source = i == length - 2 ? 4 : target + 1;
                Derive(p, "patients", Coded($"again {i}"));
                Step(p, 5, $"{{'op':'map','table':'patients','sources':[0,{source}],'target':{target},'tuples':{Same}}}");
            }

            Cube(p, "{'table':'patients','columns':[3]}");
        });
        PlanProof proof = c.Forge(
            new MapStep(
                "patients",
                [0],
                6,
                [
                    [0, 0],
                    [1, 2],
                ]
            )
        );
        Assert.Null(proof.VerifyProofs().Reason);

        // of three women one is a case
        Assert.Equal([3, 3], proof.Answers[0].Values);
        Assert.Equal(Earlier, proof.Verify().Reason);
    }

    /// <summary>Visits count where their patient is a case, and a patient is a case by its visits.</summary>
    [Fact]
    public void A_circle_through_a_total_and_a_join_is_refused()
    {
        PlanCase c = PlanCase.Changed(p =>
        {
            IEnumerable<string> tuples =
                from code in Enumerable.Range(0, 4)
                from known in Enumerable.Range(0, 3)
                select $"[{code},{known},{(code > 0 && known == 2 ? 1 : 0)}]";
            JsonNode map = Array(p, "steps")[0]!;
            map["sources"] = Json("[2,4]");
            map["tuples"] = Json($"[{string.Join(',', tuples)}]");
            Derive(p, "visits", Coded("case"));
            Step(p, 5, "{'op':'join','events':'visits','entities':'patients','key':1,'pairs':[[4,4]]}");
        });
        PlanProof proof = c.Forge(
            new MapStep(
                "visits",
                [2],
                4,
                [
                    [0, 2],
                    [1, 2],
                    [2, 2],
                    [3, 2],
                ]
            )
        );
        Assert.Null(proof.VerifyProofs().Reason);
        Assert.Equal(Earlier, proof.Verify().Reason);
    }
}
