using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Counts how many rows have each value of one column, or of two, with totals, in which small cells are suppressed. What is shown
/// is true; what is suppressed is proven to lie in 1..k − 1 (0..k − 1 where zeros are suppressed too); of further entries,
/// withheld so that the totals give nothing away, nothing is said.
/// </summary>
/// <remarks>
/// The owner chooses the withheld entries so that, from everything the file says, every value of the range remains possible for
/// every suppressed cell (docs/disclosure.md). That protects against this file alone; what is released elsewhere over the same
/// rows is not known here.
/// </remarks>
internal sealed record SuppressedTableStatistic : Statistic
{
    internal const int Kind = 20;

    /// <summary>The largest threshold.</summary>
    public const int MaxThreshold = 1000;

    private byte[] _states = [];

    /// <summary>A table.</summary>
    /// <exception cref="ArgumentException">Not one or two distinct columns, or no such threshold.</exception>
    public SuppressedTableStatistic(
        IReadOnlyList<string> columns,
        int threshold,
        bool zerosShown = true,
        Predicate? condition = null
    )
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count is not (1 or 2) || columns.Distinct(StringComparer.Ordinal).Count() != columns.Count)
        {
            throw new ArgumentException("expected one or two distinct columns", nameof(columns));
        }

        if (threshold is < 2 or > MaxThreshold)
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, $"expected 2 to {MaxThreshold}");
        }

        (By, Threshold, ZerosShown, Condition) = ([.. columns], threshold, zerosShown, condition);
    }

    /// <summary>The column or the two columns of the table.</summary>
    public IReadOnlyList<string> By { get; }

    /// <summary>k.</summary>
    public int Threshold { get; }

    /// <summary>Tells whether cells of zero are shown.</summary>
    public bool ZerosShown { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    public override IEnumerable<string> Columns => [.. By, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    /// <summary>The least value of a suppressed cell.</summary>
    private int Low => ZerosShown ? 1 : 0;

    internal override int ConstraintCount => base.ConstraintCount + _states.Count(s => s == (byte)EntryState.Small);

    /// <summary>Tells whether rows without a value are counted: where the whole is withheld they are not, since all rows less
    /// them are the whole.</summary>
    internal override bool CountsUnknown => _states.Length > 0 && _states[^1] == (byte)EntryState.Shown;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        All(By.Select(c => Known(schema, c) is null ? null : Array.Empty<long>())) is null
            ? null
            : LeftOut(schema, axes, Condition, By.Select(c => Known(schema, c)!).Aggregate((a, b) => a & b));

    public override string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string small = Names(schema, EntryState.Small),
            withheld = Names(schema, EntryState.Withheld);
        return $"the number of rows for each value of {string.Join(" × ", By)}{Among(Condition, schema)}, with totals"
            + (
                small.Length == 0
                    ? "; no cell is suppressed"
                    : $"; suppressed, each of them proven to be {Low} to {Threshold - 1}: {small}"
            )
            + (withheld.Length == 0 ? "" : $"; withheld, so that the totals give nothing away: {withheld}")
            + UnknownRows.Describe(UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        long[][]? shown = Entries(schema, axes, EntryState.Shown);
        return CountsUnknown ? WithUnknown(schema, axes, shown)
            : LeftOut(schema, axes) is null || UnknownBelow > 0 ? null
            : shown;
    }

    internal override string Misfit(TableSchema schema, TableAxes axes)
    {
        if (By.Any(c => schema.IndexOf(c) < 0))
        {
            return base.Misfit(schema, axes);
        }

        if (EntryCount(schema) is not int n)
        {
            return $"expected columns of at most {TableShape.MaxCells} cells together, each of several values";
        }

        return Bounded(n, axes) ? base.Misfit(schema, axes) : TooLarge(n, axes);
    }

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        // low ≤ v ≤ k − 1: both differences have as many bits as their range needs
        int range = Threshold - 1 - Low;
        var bounds = new List<(BoundedInteger X, BigInteger Largest)>();
        foreach (long[] weights in Entries(schema, axes, EntryState.Small)!)
        {
            BoundedInteger v = integers.Sum(weights);
            bounds.Add((v - Low, range));
            bounds.Add((v * BigInteger.MinusOne - (1 - Threshold), range));
        }

        integers.NotNegative([.. bounds, .. FewUnknown(integers, schema, axes)]);
    }

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        forms.Sums(Entries(schema, axes, EntryState.Shown)!);
        foreach (long[] cell in Entries(schema, axes, EntryState.Small)!)
        {
            forms.Suppressed(forms.Hidden(cell, "a suppressed cell"), Low, Threshold - 1);
        }

        if (CountsUnknown)
        {
            (long[] among, long[] unknown) = LeftOut(schema, axes)!.Value;
            UnknownRows.AddForms(forms, among, unknown, UnknownBelow);
        }
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (ShowsUnknown && released[^1] < 0)
        {
            return null;
        }

        var values = new List<ReleasedValue>();
        for (int e = 0, at = 0; e < _states.Length; e++)
        {
            bool shown = _states[e] == (byte)EntryState.Shown;
            if (shown && (released[at] < 0 || (released[at] >= Low && released[at] < Threshold)))
            {
                return null; // shown against the policy
            }

            values.Add(
                shown
                    ? new ReleasedValue(Shape(schema)!.Value.Label(schema, By, e), released[at++])
                    : ReleasedValue.NotShown(
                        Shape(schema)!.Value.Label(schema, By, e),
                        _states[e] == (byte)EntryState.Small ? $"suppressed: {Low} to {Threshold - 1}" : "withheld"
                    )
            );
        }

        values.Add(CountsUnknown ? Unknown(released) : ReleasedValue.NotShown(UnknownRows.Name, "withheld"));
        return values;
    }

    internal override Statistic Resolve(
        TableSchema schema,
        TableAxes axes,
        ReadOnlySpan<ulong> counts,
        ReadOnlySpan<byte> suppressionKey
    )
    {
        // a table turned by a quarter is the same question: it has the same pattern
        if (_states.Length == 0 && By.Count == 2 && schema.IndexOf(By[0]) > schema.IndexOf(By[1]))
        {
            var turned = new SuppressedTableStatistic([By[1], By[0]], Threshold, ZerosShown, Condition);
            var resolved = (SuppressedTableStatistic)turned.Resolve(schema, axes, counts, suppressionKey);
            return resolved._states.Length == 0
                ? this
                : With([
                    .. Enumerable.Range(0, resolved._states.Length).Select(e => resolved._states[Shape(schema)!.Value.Turned(e)]),
                ]);
        }

        SuppressedTableStatistic all = With(new byte[EntryCount(schema) is int n and > 0 ? n : 0]);
        if (_states.Length > 0 || all.Entries(schema, axes, EntryState.Shown) is not long[][] rows)
        {
            return this;
        }

        var values = new long[rows.Length];
        for (int e = 0; e < rows.Length; e++)
        {
            values[e] = SumOf(rows[e], counts);
        }

        TableShape shape = Shape(schema)!.Value;
        var plan = new SuppressionPlan(values, shape.Height, shape.Width, Threshold, ZerosShown);
        (int[] order, bool[] kept) = SuppressionPattern.Of(suppressionKey, By, Threshold, ZerosShown, values);
        plan.Draw(order, kept);
        return With([.. plan.States.Select(s => (byte)s)]);
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(7);
        w.WriteInt32(Kind);
        CanonicalCbor.WriteList(w, By, w.WriteTextString);
        w.WriteInt32(Threshold);
        w.WriteBoolean(ZerosShown);
        WriteOptional(w, Condition);
        w.WriteByteString(_states);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static SuppressedTableStatistic ReadBody(CborReader r) =>
        new SuppressedTableStatistic(
            CanonicalCbor.ReadList(r, x => x.ReadTextString(), 2),
            r.ReadInt32(),
            r.ReadBoolean(),
            ReadOptional(r)
        ).With(r.ReadByteString()) with
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };

    /// <summary>The statistic with other states of its entries; tests use it to lie.</summary>
    internal SuppressedTableStatistic With(byte[] states) => this with { _states = states };

    /// <summary>The state of each entry: cells row by row, totals of rows, of columns, the whole.</summary>
    internal IReadOnlyList<EntryState> States => [.. _states.Select(s => (EntryState)s)];

    private TableShape? Shape(TableSchema schema) => TableShape.Of(schema, By);

    private int? EntryCount(TableSchema schema) => Shape(schema)?.EntryCount;

    /// <summary>The weights of the entries of one state; null where the statistic does not fit.</summary>
    private long[][]? Entries(TableSchema schema, TableAxes axes, EntryState state)
    {
        if (
            EntryCount(schema) != _states.Length
            || !Bounded(_states.Length, axes)
            || _states.Any(s => s > (byte)EntryState.Withheld)
            || _states.Skip(Shape(schema)!.Value.CellCount).Contains((byte)EntryState.Small)
        )
        {
            return null;
        }

        return All(
            Enumerable
                .Range(0, _states.Length)
                .Where(e => _states[e] == (byte)state)
                .Select(e =>
                {
                    uint?[] codes = Shape(schema)!.Value.Codes(e);
                    Predicate condition = By.Select(
                            (name, j) => codes[j] is uint code ? new ColumnPredicate(name, [code]) : Known(schema, name)!
                        )
                        .Aggregate((a, b) => a & b);
                    return Weigh(schema, axes, With(condition, Condition));
                })
        );
    }

    private string Names(TableSchema schema, EntryState state) =>
        EntryCount(schema) != _states.Length
            ? ""
            : string.Join(
                ", ",
                Enumerable
                    .Range(0, _states.Length)
                    .Where(e => _states[e] == (byte)state)
                    .Select(e => Shape(schema)!.Value.Label(schema, By, e))
            );
}
