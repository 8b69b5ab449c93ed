using System.Formats.Cbor;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The encoding, canonical CBOR: [0, column, [code…]] in, [1, column, [code…]] not in (codes ascending, one or more), [2, column]
/// is known, [3, column] is not known, [4, [predicate…]] and, [5, [predicate…]] or (two or more, none of them of the same kind).
/// </summary>
public abstract partial class Predicate
{
    private protected const int KindIn = 0,
        KindNotIn = 1,
        KindKnown = 2,
        KindMissing = 3,
        KindAnd = 4,
        KindOr = 5;

    internal abstract void Write(CborWriter w);

    internal static Predicate Read(CborReader r, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("a predicate is nested too deeply");
        }

        r.ReadStartArray();
        int kind = r.ReadInt32();
        Predicate result = kind switch
        {
            KindIn or KindNotIn => new ColumnPredicate(
                r.ReadTextString(),
                CanonicalCbor.ReadList(r, x => x.ReadUInt32(), TableAxes.MaxCells),
                kind == KindIn
            ),
            KindKnown or KindMissing => new KnownPredicate(r.ReadTextString(), kind == KindKnown),
            KindAnd or KindOr => new JoinedPredicate(
                CanonicalCbor.ReadList(r, x => Read(x, depth + 1), MaxTerms),
                kind == KindAnd
            ),
            _ => throw new FormatException("unknown kind of predicate"),
        };
        r.ReadEndArray();
        return result;
    }

    /// <summary>The most conditions that one "and" or "or" joins.</summary>
    private protected const int MaxTerms = 1 << 16;
}
