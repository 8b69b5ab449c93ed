using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The proof file: canonical CBOR, read strictly.</summary>
public sealed partial class PrevalenceProof
{
    private const string Format = "zkhealth prevalence v2";

    /// <summary>
    /// Canonical CBOR: [format, purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube proof,
    /// [[numerator, denominator, count, among]…], proof].
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenCubeFile.Items + 3);
        w.WriteTextString(Format);
        _file.Write(w);
        w.WriteStartArray(Prevalences.Count);
        for (int k = 0; k < Prevalences.Count; k++)
        {
            w.WriteStartArray(4);
            Prevalences[k].Numerator.Write(w);
            Prevalences[k].Denominator.Write(w);
            w.WriteUInt64(Rates[k].Numerator);
            w.WriteUInt64(Rates[k].Denominator);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>[format, table and axes…, [[numerator, denominator]…]].</summary>
    private static byte[] StatementOf(ProvenCubeFile file, IReadOnlyList<Prevalence> prevalences) => file.Statement(Format, 1, w =>
    {
        w.WriteStartArray(prevalences.Count);
        foreach (Prevalence prevalence in prevalences)
        {
            w.WriteStartArray(2);
            prevalence.Numerator.Write(w);
            prevalence.Denominator.Write(w);
            w.WriteEndArray();
        }

        w.WriteEndArray();
    });

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out PrevalenceProof? proof, [NotNullWhen(false)] out string? reason) =>
        CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof file", Read, p => p.Encode(), out proof, out reason);

    private static PrevalenceProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new InvalidOperationException("not of this format and version");
        }

        ProvenCubeFile file = ProvenCubeFile.Read(r);
        var (prevalences, rates) = (new List<Prevalence>(), new List<Rate>());
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            r.ReadStartArray();
            prevalences.Add(new Prevalence(Predicate.Read(r), Predicate.Read(r)));
            rates.Add(new Rate(r.ReadUInt64(), r.ReadUInt64()));
            r.ReadEndArray();
            if (rates[^1].Numerator > rates[^1].Denominator)
            {
                throw new InvalidOperationException("the released numbers contradict a statement");
            }

            if (prevalences.Count > MaxPrevalences)
            {
                break;
            }
        }

        if (Limit(prevalences.Count, file.Axes) is string limit)
        {
            throw new InvalidOperationException(limit);
        }

        r.ReadEndArray();
        byte[] proof = r.ReadByteString();
        r.ReadEndArray();
        return new PrevalenceProof(file, prevalences, rates, proof);
    }
}
