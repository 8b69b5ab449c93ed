using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Conditions joined by and, or by or; none of them joined in the way that these are, so that a chain does not
/// nest.</summary>
internal sealed class JoinedPredicate : Predicate
{
    private readonly Predicate[] _terms;
    private readonly string[] _columns;

    public JoinedPredicate(IReadOnlyList<Predicate> terms, bool isAnd)
    {
        IsAnd = isAnd;
        _terms = [.. terms.SelectMany(t => t is JoinedPredicate j && j.IsAnd == isAnd ? j._terms : [t])];
        if (_terms.Length is < 2 or > MaxTerms || _terms.Any(t => t is null))
        {
            throw new ArgumentException($"expected 2 to {MaxTerms} conditions to join", nameof(terms));
        }

        _columns = ColumnsOf(_terms);
        (Depth, Nodes) = (_terms.Max(t => t.Depth) + 1, _terms.Sum(t => t.Nodes) + 1);
        if (Depth > 2 * MaxDepth)
        {
            throw new ArgumentException($"expected and, or nested at most {MaxDepth} deep", nameof(terms));
        }
    }

    public bool IsAnd { get; }

    /// <summary>The columns of all terms. Most conditions are about one column: then the terms share one list.</summary>
    private static string[] ColumnsOf(Predicate[] terms)
    {
        string[] first = [.. terms[0].Columns];
        bool same =
            first.Length == 1 && terms.All(t => t is ColumnPredicate c ? c.Column == first[0] : t.Columns.SequenceEqual(first));
        return !same ? [.. terms.SelectMany(t => t.Columns).Distinct()]
            : terms.OfType<JoinedPredicate>().FirstOrDefault() is { } joined ? joined._columns
            : first;
    }

    public IReadOnlyList<Predicate> Terms => _terms;

    public override IEnumerable<string> Columns => _columns;

    internal override int Depth { get; }

    internal override int Nodes { get; }

    public override bool Equals(Predicate? other) =>
        other is JoinedPredicate p && IsAnd == p.IsAnd && _terms.AsSpan().SequenceEqual(p._terms);

    public override int GetHashCode() => HashCode.Combine(IsAnd, _terms.Length, _terms[0], _terms[^1]);

    private protected override bool HasColumns(TableSchema schema) => _terms.All(t => t.Fits(schema));

    /// <summary>Terms over the same columns are joined first, so that the whole cube is gone through once for each set of columns
    /// at most.</summary>
    internal override CellSet Cells(CellSpace space)
    {
        var byAxes = new Dictionary<uint, CellSet>(1);
        foreach (Predicate term in _terms)
        {
            CellSet cells = term.Cells(space);
            byAxes[cells.Axes] = byAxes.TryGetValue(cells.Axes, out CellSet? other) ? space.Join(other, cells, IsAnd) : cells;
        }

        return byAxes.Values.OrderBy(c => c.Holds.Length).Aggregate((a, b) => space.Join(a, b, IsAnd));
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(2);
        w.WriteInt32(IsAnd ? KindAnd : KindOr);
        w.WriteStartArray(_terms.Length);
        foreach (Predicate term in _terms)
        {
            term.Write(w);
        }

        w.WriteEndArray();
        w.WriteEndArray();
    }

    internal override void DescribeInto(PredicateText text) => text.Append(this);

    private protected override Predicate Negate() => new JoinedPredicate([.. _terms.Select(t => !t)], !IsAnd);
}
