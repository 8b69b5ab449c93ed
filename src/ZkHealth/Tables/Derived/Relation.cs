using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// A public list of tuples that stands in the place of a cube's axes: the codes of some columns form one of these tuples in every
/// row. With the graph of a function f as the list, the last column is proven to be f of the others.
/// </summary>
/// <remarks>
/// Tuples ascend, so that a list has one form, and the first is zero, the tuple of padding rows. The lookup is that of a cube
/// (docs/protocol.md): a row outside the list has no cell, and its pole nothing that cancels it.
/// </remarks>
internal sealed class Relation : ICubeCells
{
    private readonly uint[] _tuples;
    private readonly Lazy<TupleIndex> _index;

    private Relation(uint[] columns, uint[] tuples)
    {
        (Columns, _tuples) = (columns, tuples);
        var domains = new uint[columns.Length];
        for (int i = 0; i < tuples.Length; i++)
        {
            ref uint domain = ref domains[i % domains.Length];
            domain = Math.Max(domain, tuples[i] == uint.MaxValue ? tuples[i] : tuples[i] + 1);
        }

        Domains = domains;
        _index = new Lazy<TupleIndex>(() => new TupleIndex(_tuples, domains, IsMap ? columns.Length - 1 : columns.Length));
    }

    public IReadOnlyList<uint> Columns { get; }

    public IReadOnlyList<uint> Domains { get; }

    public int CellCount => _tuples.Length / Columns.Count;

    /// <summary>The tuples one after the other.</summary>
    public ReadOnlyMemory<uint> Tuples => _tuples;

    /// <summary>Tells whether the last column is a function of the others.</summary>
    public bool IsMap
    {
        get
        {
            int width = Columns.Count;
            for (int at = width; at < _tuples.Length; at += width)
            {
                if (_tuples.AsSpan(at - width, width - 1).SequenceEqual(_tuples.AsSpan(at, width - 1)))
                {
                    return false;
                }
            }

            return width > 1;
        }
    }

    /// <exception cref="ArgumentException">The list is none; the message says why.</exception>
    public static Relation Create(ReadOnlySpan<uint> columns, ReadOnlySpan<uint> tuples) =>
        TryCreate(columns, tuples, out Relation? relation, out string? reason)
            ? relation
            : throw new ArgumentException(reason, nameof(tuples));

    /// <summary>
    /// Makes a relation of 1 to 16 distinct columns and 1 to 2^20 tuples of a code for each, one after the other, ascending, the
    /// first one zero; or says why there is none.
    /// </summary>
    public static bool TryCreate(
        ReadOnlySpan<uint> columns,
        ReadOnlySpan<uint> tuples,
        [NotNullWhen(true)] out Relation? relation,
        [NotNullWhen(false)] out string? reason
    )
    {
        int width = columns.Length;
        reason =
            width is < 1 or > TableAxes.MaxAxes || columns.ToArray().Distinct().Count() != width
                ? "a relation needs 1 to 16 distinct columns"
            : tuples.Length == 0 || tuples.Length % width != 0 || tuples.Length / width > TableAxes.MaxCells
                ? "a relation needs 1 to 2^20 tuples with a code for each column"
            : tuples[..width].ContainsAnyExcept(0u) || !Ascends(tuples, width) ? "expected ascending tuples, the zero tuple first"
            : null;
        relation = reason is null ? new Relation(columns.ToArray(), tuples.ToArray()) : null;
        return relation is not null;
    }

    public void Absorb(Transcript t)
    {
        t.AppendUInt64("relation"u8, (ulong)Columns.Count);
        foreach (uint column in Columns)
        {
            t.AppendUInt64("column"u8, column);
        }

        t.AppendUInt64("tuples"u8, (ulong)CellCount);
        t.Append("digest"u8, SHA256.HashData(MemoryMarshal.AsBytes(_tuples.AsSpan())));
    }

    public void Leaves(ReadOnlySpan<Scalar> join, in Scalar alpha, Span<Scalar> leaves)
    {
        int width = Columns.Count;
        for (int i = 0, at = 0; i < leaves.Length; i++)
        {
            leaves[i] = alpha;
            for (int j = 0; j < width; j++, at++)
            {
                leaves[i] -= join[j] * Scalar.FromUInt64(_tuples[at]);
            }
        }
    }

    public bool TryCells(TableOpening table, int start, Span<int> cells) => _index.Value.TryFind(table, Columns, start, cells);

    private static bool Ascends(ReadOnlySpan<uint> tuples, int width)
    {
        for (int at = width; at < tuples.Length; at += width)
        {
            if (tuples.Slice(at - width, width).SequenceCompareTo(tuples.Slice(at, width)) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
