using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The column has a value, and its code lies in a set of codes; or outside of it.</summary>
internal sealed class ColumnPredicate : Predicate
{
    private readonly uint[] _codes;

    public ColumnPredicate(string column, IEnumerable<uint> codes, bool isIn = true)
    {
        (Column, IsIn) = (column, isIn);
        _codes = [.. codes.Distinct().Order()];
        if (_codes is [] or [0, ..])
        {
            throw new ArgumentException(
                $"expected one or more values to compare column '{column}' with, \"no value\" not among them",
                nameof(codes)
            );
        }
    }

    private ColumnPredicate(ColumnPredicate other) => (Column, IsIn, _codes) = (other.Column, !other.IsIn, other._codes);

    public string Column { get; }

    public bool IsIn { get; }

    public ReadOnlySpan<uint> Codes => _codes;

    public override IEnumerable<string> Columns => [Column];

    public override bool Equals(Predicate? other) =>
        other is ColumnPredicate p && Column == p.Column && IsIn == p.IsIn && Codes.SequenceEqual(p.Codes);

    public override int GetHashCode() => HashCode.Combine(Column, IsIn, _codes.Length, _codes[0], _codes[^1]);

    private protected override bool HasColumns(TableSchema schema) =>
        schema.IndexOf(Column) is int j and >= 0 && _codes[^1] < schema.Columns[j].Domain;

    internal override CellSet Cells(CellSpace space)
    {
        bool[] holds = new bool[space.DomainOf(Column)];
        Array.Fill(holds, !IsIn);
        holds[0] = false;
        foreach (uint code in _codes)
        {
            if (code < holds.Length)
            {
                holds[code] = IsIn;
            }
        }

        return space.OfColumn(Column, holds);
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteInt32(IsIn ? KindIn : KindNotIn);
        w.WriteTextString(Column);
        // by hand: of a stranger's file thousands are written
        w.WriteStartArray(_codes.Length);
        foreach (uint code in _codes)
        {
            w.WriteUInt32(code);
        }

        w.WriteEndArray();
        w.WriteEndArray();
    }

    internal override void DescribeInto(PredicateText text) => text.Append(this);

    private protected override Predicate Negate() => new ColumnPredicate(this);
}

/// <summary>The column has a value; or the row, which is declared, has none in it.</summary>
internal sealed class KnownPredicate(string column, bool isKnown) : Predicate
{
    public string Column { get; } = column;

    public bool IsKnown { get; } = isKnown;

    public override IEnumerable<string> Columns =>
        IsKnown || Column == RowColumn.ReservedName ? [Column] : [RowColumn.ReservedName, Column];

    public override bool Equals(Predicate? other) => other is KnownPredicate p && Column == p.Column && IsKnown == p.IsKnown;

    public override int GetHashCode() => HashCode.Combine(Column, IsKnown);

    private protected override bool HasColumns(TableSchema schema) => Columns.All(c => schema.IndexOf(c) >= 0);

    internal override CellSet Cells(CellSpace space)
    {
        bool[] holds = new bool[space.DomainOf(Column)];
        Array.Fill(holds, IsKnown);
        holds[0] = !IsKnown;
        CellSet cells = space.OfColumn(Column, holds);
        return IsKnown || space.RowsAreDeclared
            ? cells
            : space.Join(cells, new KnownPredicate(RowColumn.ReservedName, true).Cells(space), true);
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(2);
        w.WriteInt32(IsKnown ? KindKnown : KindMissing);
        w.WriteTextString(Column);
        w.WriteEndArray();
    }

    internal override void DescribeInto(PredicateText text) => text.Append(this);

    private protected override Predicate Negate() => new KnownPredicate(Column, !IsKnown);
}
