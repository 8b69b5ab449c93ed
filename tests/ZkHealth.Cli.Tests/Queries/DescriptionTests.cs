using FsCheck.Xunit;
using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests.Queries;

/// <summary>What a reader is shown of a condition means exactly the condition: it is read back, and both hold in the same
/// cells.</summary>
public class DescriptionTests
{
    private static readonly string[] Names =
    [
        "age",
        "a b",
        "or",
        "is",
        "known",
        "date",
        "file",
        "like",
        "x`y",
        "`",
        "age in (\"65+\") and sex",
        "吸烟",
        "e\u0301",
        "1st",
        "\n",
        "row-1",
        "null",
    ];

    private static readonly string[] Labels =
    [
        "yes",
        "no",
        "a\"b",
        "\"",
        "it's",
        "65+",
        "40-49",
        "12",
        "-3",
        "1.5",
        "50%",
        "%",
        "吸烟",
        " ",
        "a\nb",
        "E1",
        "E10",
        "E10.1",
        "E11",
        "E110",
        "\ud83d\ude00",
        "\ud83d\ude01",
        "and",
        "`",
    ];

    [Property(MaxTest = 100)]
    public void Every_description_is_read_back_as_the_same_condition(int seed)
    {
        var random = new Random(seed);
        TableSchema schema = RandomSchema(random);
        TableAxes axes = ProveCommandAxes(schema);
        for (int i = 0; i < 20; i++)
        {
            Predicate condition = RandomCondition(random, schema, 3);
            if (!condition.Fits(schema))
            {
                continue;
            }

            string text = condition.DescribeInFull(schema);
            Predicate read = QueryParser.Parse(text, schema);
            Assert.True(
                CellSpace.Evaluate(condition, schema, axes)!.AsSpan().SequenceEqual(CellSpace.Evaluate(read, schema, axes)),
                $"seed {seed}: {text}"
            );
            Assert.Equal(text, read.DescribeInFull(schema));
        }
    }

    /// <summary>Attack F8: a name that looks like a condition stands in backticks, and labels in quotes.</summary>
    [Fact]
    public void A_name_cannot_pass_for_a_condition()
    {
        var schema = new TableSchema(
            "t",
            [
                CategoryColumn.YesNo("age in (\"65+\") and sex"),
                new CategoryColumn("sex", [new Category("f", "f\" or sex = \"m"), new Category("m", "m")]),
            ]
        );
        Assert.Equal(
            "`age in (\"65+\") and sex` = \"yes\"",
            Predicate.In(schema, "age in (\"65+\") and sex", "yes").Describe(schema)
        );
        Assert.Equal("sex = \"f\"\" or sex = \"\"m\"", Predicate.In(schema, "sex", "f").Describe(schema));
    }

    /// <summary>Newcomers F5: `hba1c >= 65` came back as 136 values.</summary>
    [Fact]
    public void Ranges_come_back_as_they_were_asked()
    {
        var schema = new TableSchema(
            "t",
            [
                new NumberColumn("hba1c", 20, 200, 1, "mmol/mol"),
                new NumberColumn("sbp", 60, 280),
                new NumberColumn("dbp", 30, 160),
            ]
        );
        Assert.Equal("hba1c >= 65", QueryParser.Parse("hba1c >= 65", schema).Describe(schema));
        Assert.Equal("sbp >= 140 or dbp >= 90", QueryParser.Parse("sbp >= 140 or dbp >= 90", schema).Describe(schema));
    }

    /// <summary>A list is shown in full, or said to be long: count and digest, which anybody computes from the full
    /// text.</summary>
    [Fact]
    public void A_long_list_is_never_cut_silently()
    {
        var schema = new TableSchema(
            "t",
            [new CategoryColumn("dx", [.. Enumerable.Range(0, 4000).Select(i => new Category($"{i:x4}", $"{i:x4}"))])]
        );
        string asked = $"dx in ({string.Join(", ", Enumerable.Range(0, 1800).Select(i => $"\"{2 * i:x4}\""))})";
        Predicate condition = QueryParser.Parse(asked, schema);
        Assert.Equal(asked, condition.DescribeInFull(schema));
        string digest = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(asked))
        );
        Assert.Equal($"dx in (1800 values, SHA-256 of this comparison in full {digest})", condition.Describe(schema));
        Assert.Throws<QueryException>(() => QueryParser.Parse(condition.Describe(schema), schema));
    }

    /// <summary>Case 21: a condition of 1,800 codes; from a file as well.</summary>
    [Fact]
    public void Lists_are_read_from_files()
    {
        var schema = new TableSchema(
            "t",
            [new CategoryColumn("dx", [.. Enumerable.Range(0, 26_000).Select(i => new Category($"{i:x4}", $"{i:x4}"))])]
        );
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, string.Join("\r\n", Enumerable.Range(0, 1800).Select(i => $" {2 * i:x4}")) + "\r\n\r\n");
            Predicate condition = QueryParser.Parse($"not dx in file '{file}'", schema);
            Assert.Equal(
                QueryParser.Parse(
                    $"dx not in ({string.Join(',', Enumerable.Range(0, 1800).Select(i => $"\"{2 * i:x4}\""))})",
                    schema
                ),
                condition
            );
            File.WriteAllText(file, "0001\n\nwrong\n");
            Assert.Contains(
                "line 3: column 'dx' has no value 'wrong'",
                Assert.Throws<QueryException>(() => QueryParser.Parse($"dx in file '{file}'", schema)).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Newcomers F14: the caret stands under the place, also behind characters that take two cells.</summary>
    [Theory]
    [InlineData("吸烟 = 是", 6, "  吸烟 = 是\n         ^")]
    [InlineData("sex == f", 5, "  sex == f\n      ^")]
    [InlineData("a\tb", 3, "  a b\n    ^")]
    public void The_caret_stands_under_the_place(string text, int position, string shown) =>
        Assert.Equal(shown, new QueryException(position, "").Show(text));

    [Fact]
    public void Of_a_long_condition_the_place_is_shown()
    {
        string[] lines = new QueryException(5001, "").Show(new string('a', 5000) + "!" + new string('b', 5000)).Split('\n');
        Assert.Equal('!', lines[0][lines[1].Length - 1]);
        Assert.InRange(lines[0].Length, 100, 130);
    }

    private static TableAxes ProveCommandAxes(TableSchema schema) =>
        TableAxes.Create(
            [.. Enumerable.Range(0, schema.Columns.Count).Select(j => (uint)j)],
            [.. schema.Columns.Select(c => c.Domain)]
        );

    private static TableSchema RandomSchema(Random random)
    {
        string[] names = [.. Names.OrderBy(_ => random.Next()).Take(3)];
        return new TableSchema("t", [.. names.Select(name => RandomColumn(random, name))]);
    }

    private static ColumnSchema RandomColumn(Random random, string name)
    {
        string[] labels = [.. Labels.OrderBy(_ => random.Next()).Take(random.Next(1, 12))];
        switch (random.Next(6))
        {
            case 0:
                return new CategoryColumn(name, [.. labels.Select(l => new Category(l, l))], random.Next(2) == 0);
            case 1:
                int scale = random.Next(3);
                decimal unit =
                    scale == 0 ? 1
                    : scale == 1 ? 0.1m
                    : 0.01m;
                return new NumberColumn(
                    name,
                    unit * random.Next(-5, 5),
                    unit * random.Next(6, 20),
                    unit,
                    random.Next(2) == 0 ? "kg" : null,
                    scale,
                    random.Next(2) == 0 ? "more" : null
                );
            case 2:
                return new BandColumn(name, [.. labels.Select(l => new Band(l, null, null))]);
            case 3:
                var first = new DateOnly(random.Next(2000, 2020), random.Next(1, 13), random.Next(1, 28));
                var by = (DateUnit)random.Next(3);
                return new DateColumn(
                    name,
                    first,
                    by == DateUnit.Day ? first.AddDays(12)
                        : by == DateUnit.Month ? first.AddMonths(12)
                        : first.AddYears(12),
                    by
                );
            case 4:
                return BandColumn.OfDates(
                    name,
                    [
                        .. labels.Select(
                            (l, i) =>
                                Band.OfDates(
                                    l,
                                    i == 0 ? null : new DateOnly(2000 + i, 1, 1),
                                    i == labels.Length - 1 && i > 0 ? null : new DateOnly(2000 + i, random.Next(1, 13), 1)
                                )
                        ),
                    ]
                );
            default:
                int[] edges = [.. labels.Select((_, i) => 10 * i + random.Next(5))];
                return new BandColumn(
                    name,
                    [
                        .. labels
                            .Select((l, i) => (l, i))
                            .OrderBy(_ => random.Next())
                            .Select(x => new Band(
                                x.l,
                                x.i == 0 && random.Next(2) == 0 ? null : edges[x.i] + 0.5m,
                                x.i == labels.Length - 1 && random.Next(2) == 0 ? null : edges[x.i] + random.Next(1, 6)
                            )),
                    ],
                    1
                );
        }
    }

    private static Predicate RandomCondition(Random random, TableSchema schema, int depth)
    {
        int kind = random.Next(depth == 0 ? 2 : 6);
        if (kind > 2)
        {
            (Predicate a, Predicate b) = (RandomCondition(random, schema, depth - 1), RandomCondition(random, schema, depth - 1));
            return kind == 3 ? a & b
                : kind == 4 ? a | b
                : !(a & b);
        }

        ColumnSchema column = schema.Columns[random.Next(schema.Columns.Count)];
        int count = (int)column.Domain - 1,
            first = random.Next(count),
            length = random.Next(1, count - first + 1);
        return kind switch
        {
            0 => new ColumnPredicate(column.Name, Enumerable.Range(first + 1, length).Select(c => (uint)c), random.Next(3) > 0),
            1 => new ColumnPredicate(
                column.Name,
                Enumerable.Range(1, count).Where(c => c == first + 1 || random.Next(4) > 0).Select(c => (uint)c),
                random.Next(3) > 0
            ),
            _ => Predicate.Known(schema, column.Name),
        };
    }
}
