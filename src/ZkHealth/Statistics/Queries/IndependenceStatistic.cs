using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The table of the values of two columns, among rows where both are known, how many others there are, and what follows from it:
/// Pearson's chi-square of independence without a correction, its degrees of freedom and p-value, Cramér's V (Cramér 1946, 21.9),
/// and the least count expected (the test is trusted from about 5 on). Rows and columns of the table without a count are left
/// out.
/// </summary>
internal sealed record IndependenceStatistic(string First, string Second, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 12;

    public override IEnumerable<string> Columns => [First, Second, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema) =>
        $"the table of {Quoting.Name(First)} and {Quoting.Name(Second)} and its test of independence{Among(Condition, schema)}"
        + UnknownRows.Describe(UnknownBelow);

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (First == Second || Known(schema, First) is null || Known(schema, Second) is null)
        {
            return null;
        }

        (int r, int c) = Size(schema);
        return !Bounded((long)r * c, axes)
            ? null
            : WithUnknown(
                schema,
                axes,
                All(
                    Enumerable
                        .Range(0, r * c)
                        .Select(k =>
                            Weigh(
                                schema,
                                axes,
                                With(
                                    new ColumnPredicate(First, [(uint)(k / c) + 1])
                                        & new ColumnPredicate(Second, [(uint)(k % c) + 1]),
                                    Condition
                                )
                            )
                        )
                )
            );
    }

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Known(schema, First) is Predicate first && Known(schema, Second) is Predicate second
            ? LeftOut(schema, axes, Condition, first & second)
            : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        !released.ContainsAnyInRange(long.MinValue, -1);

    internal override string Misfit(TableSchema schema, TableAxes axes)
    {
        if (First == Second)
        {
            return "expected two different columns";
        }

        bool known = schema.IndexOf(First) >= 0 && schema.IndexOf(Second) >= 0;
        return known && Size(schema) is (int r, int c) && !Bounded((long)r * c, axes)
            ? TooLarge((long)r * c, axes)
            : base.Misfit(schema, axes);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        (int r, int c) = Size(schema);
        ReadOnlySpan<long> cells = Numbers(released);
        var (rows, columns) = (new double[r], new double[c]);
        double n = 0;
        var values = new List<ReleasedValue>();
        (ColumnSchema first, ColumnSchema second) = (
            schema.Columns[schema.IndexOf(First)],
            schema.Columns[schema.IndexOf(Second)]
        );
        for (int k = 0; k < cells.Length; k++)
        {
            rows[k / c] += cells[k];
            columns[k % c] += cells[k];
            n += cells[k];
            values.Add(new ReleasedValue($"{first.Label((uint)(k / c) + 1)}, {second.Label((uint)(k % c) + 1)}", cells[k]));
        }

        double chi = 0,
            least = double.PositiveInfinity;
        for (int k = 0; k < cells.Length; k++)
        {
            double expected = rows[k / c] * columns[k % c] / n;
            if (expected > 0)
            {
                least = Math.Min(least, expected);
                chi += (cells[k] - expected) * (cells[k] - expected) / expected;
            }
        }

        // rows and columns of zeros are left out: a hostile file may have nothing else
        int smaller = Math.Min(rows.Count(s => s > 0), columns.Count(s => s > 0)) - 1;
        int degrees = smaller < 1 ? 0 : (rows.Count(s => s > 0) - 1) * (columns.Count(s => s > 0) - 1);
        ReleasedValue Value(string name, Func<double> value) =>
            degrees > 0
                ? new ReleasedValue(name, value())
                : ReleasedValue.NotDefined(name, n == 0 ? "no rows" : "only one row or column of the table has counts");
        values.AddRange([
            Value("chi-square", () => chi),
            new ReleasedValue("degrees of freedom", degrees),
            Value("p-value", () => ChiSquare.UpperTail(chi, degrees)),
            Value("Cramér's V", () => Math.Sqrt(chi / (n * smaller))),
            Value("least count expected", () => least),
            Unknown(released),
        ]);
        return values;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        w.WriteTextString(First);
        w.WriteTextString(Second);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static IndependenceStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), r.ReadTextString(), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };

    private (int Rows, int Columns) Size(TableSchema schema) =>
        ((int)schema.Columns[schema.IndexOf(First)].Domain - 1, (int)schema.Columns[schema.IndexOf(Second)].Domain - 1);
}
