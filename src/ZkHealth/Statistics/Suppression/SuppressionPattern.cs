using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The chance in which entries are withheld: a pseudo-random function, keyed with the secret of the committed table, of the
/// question. Asked again, the same question has the same pattern, since two patterns of one table, laid over one another, would
/// show what each of them withholds.
/// </summary>
/// <remarks>
/// The question is given by columns, threshold and the values of all entries. The values stand for the conditions: one set of
/// rows can be described in many ways (a and b, b and a), and all of them have one pattern. SHAKE256 is modelled as a random
/// function.
/// </remarks>
internal static class SuppressionPattern
{
    /// <summary>One entry of so many is withheld without need, so that being withheld does not show a need.</summary>
    private const ulong OneIn = 8;

    /// <summary>The order in which entries are tried, and which of them are not.</summary>
    /// <param name="key">The table's key (<see cref="Tables.CubeCounts.SuppressionKey"/>).</param>
    /// <param name="columns">Columns of the table, in the order of the schema.</param>
    /// <param name="threshold">k.</param>
    /// <param name="zerosShown">Whether cells of zero are shown.</param>
    /// <param name="values">The true values of all entries.</param>
    public static (int[] Order, bool[] Kept) Of(
        ReadOnlySpan<byte> key,
        IReadOnlyList<string> columns,
        int threshold,
        bool zerosShown,
        long[] values
    )
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        CanonicalCbor.WriteList(w, columns, w.WriteTextString);
        w.WriteInt32(threshold);
        w.WriteBoolean(zerosShown);
        CanonicalCbor.WriteList(w, values, w.WriteInt64);
        w.WriteEndArray();
        var xof = new Transcripts.Shake256();
        xof.Absorb(Labels.SuppressionPattern);
        xof.Absorb(key);
        xof.Absorb(SHA256.HashData(w.Encode()));
        var place = new ulong[values.Length];
        var kept = new bool[values.Length];
        Span<byte> two = stackalloc byte[16];
        for (int e = 0; e < values.Length; e++)
        {
            xof.Squeeze(two);
            place[e] = BinaryPrimitives.ReadUInt64LittleEndian(two);
            kept[e] = BinaryPrimitives.ReadUInt64LittleEndian(two[8..]) % OneIn == 0;
        }

        return ([.. Enumerable.Range(0, values.Length).OrderBy(e => place[e])], kept);
    }
}
