using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

public class PredicateTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            CategoryColumn.YesNo("ill"),
            new BandColumn("age", [new Band("0-44", 0, 44), new Band("45-64", 45, 64), new Band("65+", 65, null)]),
            new NumberColumn("bmi", 10, 14),
        ]
    );

    /// <summary>Axes in another order than the columns, and one of them twice as an operand, to test strides.</summary>
    private static readonly TableAxes Axes = TableAxes.Create([3, 0, 1, 2], [6, 2, 3, 4]);

    /// <summary>Only cells that rows can have: the padding has no value anywhere.</summary>
    private static bool CanBe(uint[] cell) => cell[1] == 1 || (cell[0], cell[2], cell[3]) == (0, 0, 0);

    /// <summary>Kleene's three-valued logic, as SQL has it: "no value" makes a comparison unknown. An oracle that knows nothing
    /// of cells.</summary>
    private delegate bool? Meaning(uint[] codes);

    [Property(MaxTest = 300)]
    public void A_condition_holds_where_it_is_true_in_three_valued_logic(int seed)
    {
        var random = new Random(seed);
        (Predicate condition, Meaning meaning) = Random(random, 4);
        bool[] holds = CellSpace.Evaluate(condition, Schema, Axes)!;
        var cell = new uint[4];
        for (int i = 0; i < holds.Length; i++)
        {
            Axes.Cell(i, cell);
            if (!CanBe(cell))
            {
                continue;
            }

            Assert.Equal(meaning([cell[1], cell[2], cell[3], cell[0]]) == true, holds[i]);
        }

        Assert.Equal(condition, Decode(condition));
        Assert.Equal(holds, CellSpace.Evaluate(!!condition, Schema, Axes));
    }

    [Fact]
    public void No_value_satisfies_neither_a_condition_nor_its_negation()
    {
        Predicate ill = Predicate.In(Schema, "ill", "yes");
        foreach (
            Predicate condition in (Predicate[])
                [
                    ill,
                    !ill,
                    !!ill,
                    ill | !ill,
                    Predicate.Known(Schema, "ill"),
                    Predicate.In(Schema, "ill", "yes", "no"),
                    !Predicate.In(Schema, "ill", "yes", "no"),
                ]
        )
        {
            Assert.False(CellSpace.Evaluate(condition, Schema, TableAxes.Create([1], [3]))![0]);
        }
    }

    [Fact]
    public void A_chain_does_not_nest_and_deep_nesting_is_refused()
    {
        Predicate ill = Predicate.In(Schema, "ill", "yes"),
            old = Predicate.AtLeast(Schema, "age", "65"),
            deep = ill;
        for (int i = 0; i < 1000; i++)
        {
            deep |= i % 2 == 0 ? old : ill;
        }

        Assert.True(deep.Fits(Schema));
        Assert.Equal(deep, Decode(deep));
        for (int i = 0; i < Predicate.MaxDepth; i++)
        {
            deep = (deep & old) | ill;
            Assert.Equal(deep.Depth <= Predicate.MaxDepth, deep.Fits(Schema));
            if (2 * Predicate.MaxDepth - deep.Depth < 2)
            {
                break;
            }
        }

        Assert.False(deep.Fits(Schema));
        Assert.Throws<ArgumentException>(() => ((deep & old) | ill) & old);
    }

    [Fact]
    public void Conditions_of_other_columns_or_codes_do_not_fit()
    {
        Assert.Null(CellSpace.Evaluate(new ColumnPredicate("ill", [3]), Schema, Axes));
        Assert.Null(CellSpace.Evaluate(new ColumnPredicate("weight", [1]), Schema, Axes));
        Assert.Null(CellSpace.Evaluate(Predicate.Known(Schema, "age"), Schema, TableAxes.Create([1], [3])));
        Assert.Throws<ArgumentException>(() => new ColumnPredicate("ill", [9]).Describe(Schema));
        Assert.Throws<ArgumentException>(() => new ColumnPredicate("ill", []));
        Assert.Throws<ArgumentException>(() => new ColumnPredicate("ill", [0, 1]));
    }

    /// <summary>Case 21: more strata than a file holds are refused before any work, naming the column and the limit.</summary>
    [Fact]
    public void Too_many_strata_are_refused_at_once()
    {
        var wide = new TableSchema(
            "t",
            [new NumberColumn("dx", 1, 2000), new NumberColumn("n", 1, 100), CategoryColumn.YesNo("ill")]
        );
        Predicate ill = Predicate.In(wide, "ill", "yes");
        string message = Assert.Throws<ArgumentException>(() => RateStatistic.ByColumns(wide, ill, ill, "dx")).Message;
        Assert.Contains("at most 1024 combinations", message, StringComparison.Ordinal);
        Assert.Contains("2000 values of 'dx'", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RateStatistic.ByColumns(wide, ill, ill, "n", "n"));
        Assert.Throws<ArgumentException>(() => RateStatistic.ByColumns(wide, ill, ill));
        Assert.Equal(200, RateStatistic.ByColumns(wide, ill, ill, "n", "ill").Count);
    }

    [Fact]
    public void Strata_say_what_tells_them_apart()
    {
        Predicate ill = Predicate.In(Schema, "ill", "yes"),
            known = Predicate.Known(Schema, "ill"),
            old = Predicate.AtLeast(Schema, "age", "45");
        var strata = new Strata(
            Schema,
            [.. RateStatistic.ByColumns(Schema, ill, known & old, "bmi"), new RateStatistic(ill, known & old)]
        );
        Assert.Equal(("ill = \"yes\"", "ill is known and age >= 45"), (strata.Counted, strata.Among));
        Assert.Equal(["bmi = 10", "bmi = 11", "bmi = 12", "bmi = 13", "bmi = 14", ""], strata.Own);
        var two = new Strata(Schema, [.. RateStatistic.ByColumns(Schema, ill, known, "age", "bmi")]);
        Assert.Equal("age = \"0-44\" and bmi = 11", two.Own[1]);
        var mixed = new Strata(Schema, [new RateStatistic(ill, known), new RateStatistic(old, Predicate.Known(Schema, "age"))]);
        Assert.Equal((null, null), (mixed.Counted, mixed.Among));
        Assert.Equal(["ill = \"yes\", among ill is known", "age >= 45, among age is known"], mixed.Own);
    }

    private static Predicate Decode(Predicate condition)
    {
        var w = new System.Formats.Cbor.CborWriter(System.Formats.Cbor.CborConformanceMode.Canonical);
        condition.Write(w);
        return Predicate.Read(new System.Formats.Cbor.CborReader(w.Encode(), System.Formats.Cbor.CborConformanceMode.Canonical));
    }

    private static (Predicate Condition, Meaning Meaning) Random(Random random, int depth)
    {
        if (depth > 0 && random.Next(4) > 0)
        {
            (Predicate a, Meaning x) = Random(random, depth - 1);
            (Predicate b, Meaning y) = Random(random, depth - 1);
            return random.Next(3) switch
            {
                0 => (a & b, codes => x(codes) & y(codes)),
                1 => (a | b, codes => x(codes) | y(codes)),
                _ => (!a, codes => !x(codes)),
            };
        }

        int column = random.Next(1, 4);
        if (random.Next(5) == 0)
        {
            // in a declared row it is known or not, in the padding nobody knows anything
            Meaning known = row => row[0] == 0 ? null : row[column] != 0;
            return random.Next(2) == 0
                ? (Predicate.Missing(Schema, Schema.Columns[column].Name), row => !known(row))
                : (Predicate.Known(Schema, Schema.Columns[column].Name), known);
        }

        uint[] codes =
        [
            .. Enumerable
                .Range(1, (int)Schema.Columns[column].Domain - 1)
                .Where(c => c == 1 || random.Next(2) == 0)
                .Select(c => (uint)c),
        ];
        return (
            new ColumnPredicate(Schema.Columns[column].Name, codes),
            row => row[column] == 0 ? null : codes.Contains(row[column])
        );
    }
}
