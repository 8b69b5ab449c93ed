using System.Text.Json.Nodes;

namespace ZkHealth.Statistics;

/// <summary>Writes the JSON of a plan, as the reference has it.</summary>
internal static class PlanJson
{
    /// <summary>The words of <see cref="PlanColumnKind"/>, in its order.</summary>
    public static readonly string[] Kinds = ["coded", "number", "key"];

    /// <summary>The plan in canonical form.</summary>
    public static byte[] Write(Plan plan) => CanonicalJson.Encode(ToJson(plan));

    public static JsonObject ToJson(Plan plan)
    {
        var json = new JsonObject
        {
            ["tables"] = new JsonObject(plan.Tables.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)TableToJson(t.Value)))),
            ["steps"] = List(plan.Steps, StepToJson),
            ["cubes"] = List(plan.Cubes, CubeToJson),
            ["asked"] = List(plan.Asked, QuestionToJson),
        };
        if (plan.Segment is PlanSegment segment)
        {
            json["segment"] = new JsonArray(segment.Index, segment.Count);
        }

        return json;
    }

    public static JsonObject ColumnToJson(PlanColumn column)
    {
        var json = new JsonObject
        {
            ["name"] = column.Name,
            ["kind"] = Kinds[(int)column.Kind],
            ["domain"] = column.Domain,
        };
        if (column.Codes is not null)
        {
            json["codes"] = List(column.Codes, code => JsonValue.Create(code));
        }

        if (column.Of is not null)
        {
            json["of"] = column.Of;
        }

        return json;
    }

    /// <summary>The schema of a derived table: its new columns as a plan has them, in canonical form.</summary>
    public static byte[] DerivedSchema(PlanTable table) => CanonicalJson.Encode(List(table.Derived, ColumnToJson));

    public static JsonObject StepToJson(PlanStep step) =>
        step switch
        {
            MapStep map => new JsonObject
            {
                ["op"] = "map",
                ["table"] = map.Table,
                ["sources"] = Numbers(map.Sources),
                ["target"] = map.Target,
                ["tuples"] = List(map.Tuples, Numbers),
            },
            JoinStep join => new JsonObject
            {
                ["op"] = "join",
                ["events"] = join.Events,
                ["entities"] = join.Entities,
                ["key"] = join.Key,
                ["pairs"] = List(join.Pairs, p => new JsonArray(p.Target, p.Source)),
            },
            TotalStep total => new JsonObject
            {
                ["op"] = "total",
                ["events"] = total.Events,
                ["entities"] = total.Entities,
                ["key"] = total.Key,
                ["weight"] = total.Weight,
                ["total"] = total.Total,
            },
            _ => throw new InvalidOperationException("unknown kind of step"),
        };

    public static JsonObject CubeToJson(PlanCube cube) => new() { ["table"] = cube.Table, ["columns"] = Numbers(cube.Columns) };

    public static JsonObject QuestionToJson(PlanQuestion question)
    {
        var json = new JsonObject { ["cube"] = question.Cube, ["weights"] = List(question.Weights, Numbers) };
        if (question.Groups is (int width, long least))
        {
            json["groups"] = new JsonArray(width, least);
        }

        return json;
    }

    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> write) => new([.. items.Select(write)]);

    private static JsonObject TableToJson(PlanTable table)
    {
        var json = new JsonObject
        {
            ["owner"] = table.Owner,
            ["dataset"] = table.DataSet,
            ["root"] = table.Root,
            ["rows"] = table.Rows,
            ["columns"] = List(table.Columns, ColumnToJson),
            ["derived"] = List(table.Derived, ColumnToJson),
        };
        if (table.For is not null)
        {
            json["for"] = table.For;
        }

        return json;
    }

    private static JsonArray Numbers(IEnumerable<int> numbers) => List(numbers, n => JsonValue.Create(n));

    private static JsonArray Numbers(IEnumerable<long> numbers) => List(numbers, n => JsonValue.Create(n));
}
