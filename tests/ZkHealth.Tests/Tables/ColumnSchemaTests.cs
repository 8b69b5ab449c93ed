using System.Diagnostics;
using System.Globalization;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>Kinds of columns: codes, labels, order and canonical bytes, weighted to the edges of every kind.</summary>
public class ColumnSchemaTests
{
    /// <summary>One column of every kind and edge.</summary>
    internal static readonly ColumnSchema[] Kinds =
    [
        CategoryColumn.YesNo("ill"),
        new CategoryColumn("stage", [new Category("1", "early"), new Category("2", "late")], isOrdered: true),
        new CategoryColumn("诊断", [new Category("E11.9", "2型糖尿病"), new Category("", "empty")]) { GuardMissing = true },
        new NumberColumn("whole", -3, 40, unit: "kg/m2"),
        new NumberColumn("wide", long.MinValue, long.MaxValue, 1L << 57),
        new NumberColumn("hba1c", 3.0m, 18.0m, 0.1m, "%", 1),
        new NumberColumn("off the grid", 0, 10, 3),
        new NumberColumn("small", -0.000000001m, 0.000000001m, 0.000000001m, scale: 9) { GuardMissing = true },
        new NumberColumn("age", 18, 90, unit: "years", topCode: "90+"),
        new NumberColumn("zero", 0, 0, topCode: ">89"),
        new DateColumn("seen", new DateOnly(2024, 2, 28), new DateOnly(2024, 3, 1)),
        new DateColumn("ever", DateOnly.MinValue, DateOnly.MaxValue, DateUnit.Month),
        new DateColumn("born", new DateOnly(1900, 7, 1), new DateOnly(2026, 1, 1), DateUnit.Year) { GuardMissing = true },
        new BandColumn(
            "bmi",
            [new Band("-18.4", null, 18.4m), new Band("18.5-24.9", 18.5m, 24.9m), new Band("25.0+", 25.0m, null)],
            1
        ),
        new BandColumn("stay", [new Band("long", 3, 14), new Band("short", null, 2), new Band("unknown", null, null)]),
        BandColumn.OfDates(
            "wave",
            [
                Band.OfDates("first", null, new DateOnly(2020, 6, 30)),
                Band.OfDates("second", new DateOnly(2020, 7, 1), new DateOnly(2021, 3, 1)),
            ]
        ),
    ];

    public static TheoryData<int> Columns => [.. Enumerable.Range(0, Kinds.Length)];

    [Theory]
    [MemberData(nameof(Columns))]
    public void Labels_are_those_of_one_code_each(int kind)
    {
        ColumnSchema column = Kinds[kind];
        uint[] codes =
            column.Domain < 5000
                ? [.. Enumerable.Range(1, (int)column.Domain - 1).Select(c => (uint)c)]
                : [1, 2, column.Domain / 2, column.Domain - 2, column.Domain - 1];
        Assert.Equal(codes, codes.Select(c => column.CodeOf(column.Label(c))));
        Assert.Equal("no value", column.Label(0));
        Assert.Equal(0u, column.CodeOf("no value"));
        Assert.Throws<ArgumentOutOfRangeException>(() => column.Label(column.Domain));
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Columns_are_read_as_they_were_written(int kind)
    {
        var schema = new TableSchema("t", [Kinds[kind]]);
        byte[] bytes = schema.Encode();
        Assert.True(TableSchema.TryDecode(bytes, out TableSchema? read, out string? reason), reason);
        Assert.Equal(Kinds[kind], read.Columns[schema.IndexOf(Kinds[kind].Name)]);
        Assert.Equal(Kinds[kind].GetHashCode(), read.Columns[schema.IndexOf(Kinds[kind].Name)].GetHashCode());
        Assert.NotEqual(bytes, new TableSchema("t", [Kinds[kind] with { GuardMissing = !Kinds[kind].GuardMissing }]).Encode());
    }

    /// <summary>Attack F11: 64 bits overflowed in the label of the value 0, and a proof that was accepted could not be
    /// printed.</summary>
    [Fact]
    public void Labels_of_the_widest_column_do_not_overflow()
    {
        var column = new NumberColumn("n", long.MinValue, long.MaxValue, 1L << 57);
        Assert.Equal("-9223372036854775808", column.Label(1));
        Assert.Equal("0", column.Label(65));
        Assert.Equal("9079256848778919936", column.Label(128));
        Assert.Equal(129u, column.Domain);
    }

    /// <summary>Attack F8: a text that stands for two categories makes conditions ambiguous.</summary>
    [Theory]
    [InlineData("a", "x", "a", "y", "'a' twice")]
    [InlineData("a", "x", "b", "x", "the label 'x' of the category 'b' also stands for the category 'a'")]
    [InlineData("a", "b", "b", "c", "the label 'b' of the category 'a' also stands for the category 'b'")]
    [InlineData("1", "2", "2", "1", "the label '2' of the category '1' also stands for the category '2'")]
    public void A_text_stands_for_one_category(string code, string label, string otherCode, string otherLabel, string reason) =>
        Assert.Contains(
            reason,
            Assert
                .Throws<ArgumentException>(() =>
                    new CategoryColumn("c", [new Category(code, label), new Category(otherCode, otherLabel)])
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Decimals_print_with_all_their_digits_and_are_found_by_any_spelling()
    {
        var column = new NumberColumn("hba1c", 3.0m, 18.0m, 0.1m, "%", 1);
        Assert.Equal(152u, column.Domain);
        Assert.Equal("6.5 %", column.Label(36));
        Assert.Equal("7.0 %", column.Label(41));
        Assert.Equal((6.5m, 65L), (column.Value(36), column.Units(36)));
        foreach (
            (string text, uint code) in ((string, uint)[])
                [
                    ("6.5", 36),
                    ("6.50", 36),
                    ("6.5 %", 36),
                    ("7", 41),
                    ("2.9", 0),
                    ("18.1", 0),
                    ("6.55", 0),
                    ("6,5", 0),
                    ("6.5%", 0),
                    ("", 0),
                    ("1e1", 0),
                    ("99999999999999999999999999999999", 0),
                ]
        )
        {
            Assert.Equal(code, column.CodeOf(text));
        }
    }

    [Fact]
    public void Top_codes_are_said_and_dates_are_ISO()
    {
        var age = new NumberColumn("age", 0, 90, unit: "years", topCode: "90+");
        Assert.Equal(("90+ years", "89 years"), (age.Label(91), age.Label(90)));
        Assert.Equal((91u, 91u, 91u, 90u), (age.CodeOf("90+"), age.CodeOf("90"), age.CodeOf("90+ years"), age.CodeOf("89")));
        Assert.Equal((true, false), (age.IsTopCoded(91), age.IsTopCoded(90)));
        var day = new DateColumn("d", new DateOnly(2026, 4, 30), new DateOnly(2026, 5, 31));
        Assert.Equal("2026-05-01", day.Label(2));
        Assert.Equal(
            (0u, 1u, 32u, 0u),
            (
                day.CodeOf(new DateOnly(2026, 4, 29)),
                day.CodeOf("2026-04-30"),
                day.CodeOf(new DateOnly(2026, 5, 31)),
                day.CodeOf("2026-6-1")
            )
        );
        var month = new DateColumn("m", new DateOnly(2025, 12, 31), new DateOnly(2026, 5, 1), DateUnit.Month);
        Assert.Equal(
            (7u, "2025-12", "2026-01", 2u),
            (month.Domain, month.Label(1), month.Label(2), month.CodeOf(new DateOnly(2026, 1, 31)))
        );
        Assert.Equal(new DateOnly(2025, 12, 1), month.First);
        Assert.Equal("1997", new DateColumn("y", new DateOnly(1997, 3, 7), new DateOnly(1999, 1, 1), DateUnit.Year).Label(1));
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Order_is_that_of_numbers_dates_limits_and_what_the_schema_says(int kind) =>
        Assert.Equal(Kinds[kind].Name is not ("ill" or "诊断" or "stay"), Kinds[kind].HasOrder);

    [Fact]
    public void What_is_no_column_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 1, 0.5m));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 1, scale: 10));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 1, 0));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 1 << 20));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 9223372036854775808m, 1L << 57));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 9223372036.854775808m, 1, scale: 9));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, decimal.MaxValue));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 90, topCode: "90"));
        Assert.Throws<ArgumentException>(() => new NumberColumn("n", 0, 90, 4, topCode: "90+"));
        Assert.Throws<ArgumentException>(() => new DateColumn("d", new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 1)));
        Assert.Throws<ArgumentException>(() => new DateColumn("d", DateOnly.MinValue, DateOnly.MaxValue));
        Assert.Throws<ArgumentException>(() => new BandColumn("b", [new Band("a", 0, 18.4m)]));
        Assert.Throws<ArgumentException>(() => new BandColumn("b", [new Band("65-75", 65, 75), new Band("75+", 75, null)]));
        Assert.Throws<ArgumentException>(() => new CategoryColumn("c", []));
    }

    /// <summary>Code lists of 100,000 values: a lookup costs as much as in a short list (a scan would cost 50,000 times as
    /// much).</summary>
    [Fact]
    public void Long_code_lists_are_looked_up()
    {
        CategoryColumn Make(int n) =>
            new("icd", [.. Enumerable.Range(0, n).Select(i => new Category($"{(char)('A' + i % 26)}{i:D6}", $"label {i}"))]);
        static TimeSpan Find(CategoryColumn column)
        {
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < 100_000; i++)
            {
                uint code = (uint)(i % (int)(column.Domain - 1)) + 1;
                Assert.Equal(code, column.CodeOf(column.Categories[(int)code - 1].Code));
            }

            return watch.Elapsed;
        }

        CategoryColumn few = Make(10),
            many = Make(100_000);
        TimeSpan Fastest(CategoryColumn column) => Enumerable.Range(0, 3).Min(_ => Find(column));
        Assert.True(Fastest(many) < 200 * Fastest(few));
        var schema = new TableSchema("t", [many]);
        Assert.True(TableSchema.TryDecode(schema.Encode(), out TableSchema? read, out string? reason), reason);
        Assert.Equal(many, read.Columns[schema.IndexOf("icd")]);
    }

    /// <summary>code → label → code and code → number → code over any column of numbers.</summary>
    [Property(MaxTest = 300)]
    public void Numbers_of_any_column_come_back(long min, ushort size, uint step, byte scale)
    {
        scale %= NumberColumn.MaxScale + 1;
        long e = NumberColumn.PowerOfTen(scale),
            units = Math.Max(1, step % 1000u);
        decimal from = (decimal)(min % 1_000_000_000_000) / e;
        var column = new NumberColumn("n", from, from + (decimal)units * size / e, (decimal)units / e, scale: scale);
        Assert.Equal(size + 2u, column.Domain);
        foreach (uint code in (uint[])[1, (column.Domain - 1) / 2 + 1, column.Domain - 1])
        {
            if (code < column.Domain)
            {
                Assert.Equal(code, column.CodeOf(column.Label(code)));
                Assert.Equal(code, column.CodeOf(column.Value(code).ToString(CultureInfo.InvariantCulture)));
                Assert.Equal(column.Value(code) * e, column.Units(code));
            }
        }
    }
}
