using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The proof file: canonical CBOR, read strictly.</summary>
public sealed partial class StatisticsProof
{
    private const string Format = "zkhealth statistics v2";

    /// <summary>
    /// Canonical CBOR: [format, context and cube…, [statistic…], [[released…]…], proof of the released numbers, proof of inequalities]; a proof that
    /// no statistic asks for is empty.
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenCubeFile.Items + 5);
        w.WriteTextString(Format);
        _file.Write(w);
        WriteStatistics(w, Statistics);
        w.WriteStartArray(_released.Length);
        foreach (long[] numbers in _released)
        {
            w.WriteStartArray(numbers.Length);
            foreach (long number in numbers)
            {
                w.WriteInt64(number);
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteByteString(_proof);
        w.WriteByteString(_constraints);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>[format, table and axes…, [statistic…]].</summary>
    internal static byte[] StatementOf(ProvenCubeFile file, IReadOnlyList<Statistic> statistics) => file.Statement(Format, 1, w => WriteStatistics(w, statistics));

    private static void WriteStatistics(CborWriter w, IReadOnlyList<Statistic> statistics)
    {
        w.WriteStartArray(statistics.Count);
        foreach (Statistic statistic in statistics)
        {
            statistic.Write(w);
        }

        w.WriteEndArray();
    }

    /// <summary>
    /// Decodes a file in canonical form whose statements fit its schema and cube; anything else is refused, with a reason. Nothing is
    /// verified yet.
    /// </summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out StatisticsProof? proof, [NotNullWhen(false)] out string? reason) =>
        CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof file", Read, p => p.Encode(), out proof, out reason);

    private static StatisticsProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new InvalidOperationException("not of this format and version");
        }

        ProvenCubeFile file = ProvenCubeFile.Read(r);
        List<Statistic> statistics = CanonicalCbor.ReadList(r, Statistic.Read, MaxStatistics);
        List<long[]> released = CanonicalCbor.ReadList(r, x => CanonicalCbor.ReadList(x, y => y.ReadInt64(), MaxWeights).ToArray(), MaxStatistics);
        var proof = new StatisticsProof(file, statistics, [.. released], r.ReadByteString(), r.ReadByteString());
        r.ReadEndArray();

        // so that what it claims can be said in words
        return proof.Misfit(file.Axes.FirstCell(), out _) is string misfit ? throw new InvalidOperationException(misfit) : proof;
    }
}
