using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The proof file: canonical CBOR, read strictly.</summary>
public sealed partial class StatisticsProof
{
    private const string Format = "zkhealth statistics v1";

    /// <summary>
    /// Canonical CBOR: [format, context and cube…, [statistic…], [[released…]…], [hidden point…], proof, range proof], and the proof of
    /// inequalities as one item more where a statistic has some.
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenCubeFile.Items + (_constraints.Length == 0 ? 6 : 7));
        w.WriteTextString(Format);
        _file.Write(w);
        w.WriteStartArray(Statistics.Count);
        foreach (Statistic statistic in Statistics)
        {
            statistic.Write(w);
        }

        w.WriteEndArray();
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
        w.WriteStartArray(_hidden.Length);
        foreach (CompressedPoint point in _hidden)
        {
            w.WriteByteString(point.ToBytes());
        }

        w.WriteEndArray();
        w.WriteByteString(_proof);
        w.WriteByteString(_ranges);
        if (_constraints.Length > 0)
        {
            w.WriteByteString(_constraints);
        }

        w.WriteEndArray();
        return w.Encode();
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
        List<CompressedPoint> hidden = CanonicalCbor.ReadList(r, x => new CompressedPoint(x.ReadByteString()), MaxStatistics);
        byte[] linear = r.ReadByteString(), ranges = r.ReadByteString();
        byte[] constraints = r.PeekState() == CborReaderState.EndArray ? [] : r.ReadByteString();
        var proof = new StatisticsProof(file, statistics, [.. released], [.. hidden], linear, ranges, constraints);
        r.ReadEndArray();

        // so that what it claims can be said in words
        return proof.Misfit(file.Axes.FirstCell(), out _, out _) is string misfit ? throw new InvalidOperationException(misfit) : proof;
    }
}
