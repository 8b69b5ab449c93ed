using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A condition on the codes of a row, in three-valued logic (Kleene): "no value" makes a condition on its column unknown, the
/// negation of unknown is unknown, and a row counts only where the whole is true. So "no value" satisfies neither a comparison nor
/// its negation.
/// </summary>
public abstract record Predicate
{
    /// <summary>The deepest nesting of and, or and not.</summary>
    public const int MaxDepth = 32;

    private protected Predicate()
    {
    }

    /// <summary>The column has one of these labels, category codes or numbers.</summary>
    /// <exception cref="ArgumentException">The schema has no such column, or the column no such value.</exception>
    public static Predicate In(TableSchema schema, string column, params IReadOnlyList<string> values)
    {
        ColumnSchema found = Find(schema, column);
        ArgumentNullException.ThrowIfNull(values);
        return new ColumnPredicate(column, values.Select(v => CodeOf(found, v)));
    }

    /// <summary>The number of the column lies in from..to, both included. A band that is cut in two is an error.</summary>
    /// <exception cref="ArgumentException">No such column, one without numbers, an empty range, or a band cut in two.</exception>
    public static Predicate Between(TableSchema schema, string column, long from, long to)
    {
        ColumnSchema found = Find(schema, column);
        if (to < from)
        {
            throw new ArgumentException($"expected a range that is not empty for column '{column}', got {from} to {to}", nameof(to));
        }

        uint[] codes = [.. found switch
        {
            NumberColumn number => Enumerable.Range(1, (int)number.Domain - 1).Select(c => (uint)c)
                .Where(c => number.Value(c) >= from && number.Value(c) <= to),
            BandColumn { HoldsDates: false } bands => Enumerable.Range(1, bands.Bands.Count).Select(c => (uint)c).Where(c => Inside(bands.Bands[(int)c - 1], column, from, to)),
            _ => throw new ArgumentException($"column '{column}' holds no numbers", nameof(column)),
        }];
        return codes.Length > 0 ? new ColumnPredicate(column, codes)
            : throw new ArgumentException($"column '{column}' has no value from {from} to {to}", nameof(to));
    }

    /// <summary>The number of the column is at least this one. A band that is cut in two is an error.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between"/>.</exception>
    public static Predicate AtLeast(TableSchema schema, string column, long value) => Between(schema, column, value, long.MaxValue);

    /// <summary>The number of the column is at most this one. A band that is cut in two is an error.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between"/>.</exception>
    public static Predicate AtMost(TableSchema schema, string column, long value) => Between(schema, column, long.MinValue, value);

    /// <summary>The number of the column is this one.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between"/>.</exception>
    public static Predicate EqualTo(TableSchema schema, string column, long value) => Between(schema, column, value, value);

    /// <summary>The column has a value.</summary>
    /// <exception cref="ArgumentException">The schema has no such column.</exception>
    public static Predicate Known(TableSchema schema, string column) =>
        new ColumnPredicate(column, Enumerable.Range(1, (int)Find(schema, column).Domain - 1).Select(c => (uint)c));

    /// <summary>Both.</summary>
    /// <exception cref="ArgumentException">Nested more than <see cref="MaxDepth"/> deep.</exception>
    public static Predicate operator &(Predicate a, Predicate b) => new JoinedPredicate(a, b, true);

    /// <summary>One of them, or both.</summary>
    /// <exception cref="ArgumentException">Nested more than <see cref="MaxDepth"/> deep.</exception>
    public static Predicate operator |(Predicate a, Predicate b) => new JoinedPredicate(a, b, false);

    /// <summary>Not.</summary>
    /// <exception cref="ArgumentException">Nested more than <see cref="MaxDepth"/> deep.</exception>
    public static Predicate operator !(Predicate a) => new NegatedPredicate(a);

    /// <summary>The names of the columns that it looks at, each once.</summary>
    public abstract IEnumerable<string> Columns { get; }

    /// <summary>How deep and, or and not are nested.</summary>
    internal virtual int Depth => 0;

    /// <summary>True, false or unknown (null) for a cell; <paramref name="code"/> gives the code of a column.</summary>
    internal abstract bool? Evaluate(Func<string, uint> code);

    /// <summary>Whether every column and code exists in the schema.</summary>
    internal abstract bool Fits(TableSchema schema);

    internal abstract void Write(CborWriter w);

    /// <summary>In words, with the labels of a schema that it fits.</summary>
    public abstract string Describe(TableSchema schema);

    internal static Predicate Read(CborReader r, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidOperationException("a predicate is nested too deeply");
        }

        r.ReadStartArray();
        Predicate result;
        switch (r.ReadInt32())
        {
            case 0:
                string column = r.ReadTextString();
                var codes = new List<uint>();
                r.ReadStartArray();
                while (r.PeekState() != CborReaderState.EndArray)
                {
                    codes.Add(r.ReadUInt32());
                }

                r.ReadEndArray();
                result = new ColumnPredicate(column, codes);
                break;
            case 1:
                result = Read(r, depth + 1) & Read(r, depth + 1);
                break;
            case 2:
                result = Read(r, depth + 1) | Read(r, depth + 1);
                break;
            case 3:
                result = !Read(r, depth + 1);
                break;
            default:
                throw new InvalidOperationException("unknown kind of predicate");
        }

        r.ReadEndArray();
        return result;
    }

    /// <summary>One level more, so that what is built can be decoded again.</summary>
    private protected static int Nest(int depth) => depth < MaxDepth
        ? depth + 1 : throw new ArgumentException($"expected and, or and not nested at most {MaxDepth} deep");

    private static ColumnSchema Find(TableSchema schema, string column)
    {
        ArgumentNullException.ThrowIfNull(schema);
        int index = schema.IndexOf(column);
        return index >= 0 ? schema.Columns[index] : throw new ArgumentException($"the schema has no column '{column}'", nameof(column));
    }

    /// <summary>The code of a label, a category code or, as its label, a number.</summary>
    /// <exception cref="ArgumentException">The schema has no such column, or the column no such value.</exception>
    internal static uint CodeOf(TableSchema schema, string column, string value) => CodeOf(Find(schema, column), value);

    private static uint CodeOf(ColumnSchema column, string value) => column.CodeOf(value) is uint code and not 0
        ? code : throw new ArgumentException($"column '{column.Name}' has no value '{value}'", nameof(value));

    private static bool Inside(Band band, string column, long from, long to)
    {
        if (band.From is null && band.To is null)
        {
            return false;
        }

        decimal first = band.From ?? long.MinValue, last = band.To ?? long.MaxValue;
        bool inside = first >= from && last <= to;
        return inside || last < from || first > to
            ? inside
            : throw new ArgumentException($"the range {from} to {to} cuts the band '{band.Label}' of column '{column}' in two", nameof(to));
    }
}

/// <summary>The code of a column lies in a set of codes other than 0.</summary>
internal sealed record ColumnPredicate : Predicate
{
    private readonly uint[] _codes;

    public ColumnPredicate(string column, IEnumerable<uint> codes)
    {
        Column = column;
        _codes = [.. codes.Distinct().Order()];
        if (_codes is [0, ..])
        {
            throw new ArgumentException("no value satisfies no comparison", nameof(codes));
        }
    }

    public string Column { get; }

    public override IEnumerable<string> Columns => [Column];

    internal override bool? Evaluate(Func<string, uint> code) =>
        code(Column) is uint c and not 0 ? Array.BinarySearch(_codes, c) >= 0 : null;

    internal override bool Fits(TableSchema schema) =>
        schema.IndexOf(Column) is int j and >= 0 && (_codes.Length == 0 || _codes[^1] < schema.Columns[j].Domain);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteInt32(0);
        w.WriteTextString(Column);
        w.WriteStartArray(_codes.Length);
        foreach (uint code in _codes)
        {
            w.WriteUInt32(code);
        }

        w.WriteEndArray();
        w.WriteEndArray();
    }

    public override string Describe(TableSchema schema)
    {
        ColumnSchema column = schema.Columns[schema.IndexOf(Column)];
        return _codes.Length == column.Domain - 1 ? $"{Column} is known"
            : $"{Column} in ({string.Join(", ", _codes.Select(c => '"' + column.Label(c) + '"'))})";
    }
}

/// <summary>Two conditions joined by and, or by or.</summary>
internal sealed record JoinedPredicate(Predicate A, Predicate B, bool IsAnd) : Predicate
{
    internal override int Depth { get; } = Nest(Math.Max(A.Depth, B.Depth));

    public override IEnumerable<string> Columns => A.Columns.Concat(B.Columns).Distinct();

    /// <summary>bool? follows Kleene: false and unknown is false, true or unknown is true.</summary>
    internal override bool? Evaluate(Func<string, uint> code) =>
        IsAnd ? A.Evaluate(code) & B.Evaluate(code) : A.Evaluate(code) | B.Evaluate(code);

    internal override bool Fits(TableSchema schema) => A.Fits(schema) && B.Fits(schema);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteInt32(IsAnd ? 1 : 2);
        A.Write(w);
        B.Write(w);
        w.WriteEndArray();
    }

    public override string Describe(TableSchema schema) => $"({A.Describe(schema)} {(IsAnd ? "and" : "or")} {B.Describe(schema)})";
}

/// <summary>The negation of a condition.</summary>
internal sealed record NegatedPredicate(Predicate A) : Predicate
{
    internal override int Depth { get; } = Nest(A.Depth);

    public override IEnumerable<string> Columns => A.Columns;

    internal override bool? Evaluate(Func<string, uint> code) => !A.Evaluate(code);

    internal override bool Fits(TableSchema schema) => A.Fits(schema);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(2);
        w.WriteInt32(3);
        A.Write(w);
        w.WriteEndArray();
    }

    public override string Describe(TableSchema schema) => $"not {A.Describe(schema)}";
}
