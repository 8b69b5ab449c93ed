using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The proof file: canonical CBOR, read strictly.</summary>
public sealed partial class PrevalenceProof
{
    internal const string Format = "zkhealth prevalence v2";

    /// <summary>
    /// Canonical CBOR: [format, purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube proof,
    /// [[numerator, denominator, rows without a value in it or not, below, count, among, rows without a value where below is
    /// 0]…], proof, proof of the numbers of rows without a value that are not shown].
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenTableFile.Items + 4);
        w.WriteTextString(Format);
        _file.Write(w);
        w.WriteStartArray(Prevalences.Count);
        for (int k = 0; k < Prevalences.Count; k++)
        {
            long[] released = Released(Rates[k]);
            w.WriteStartArray(4 + released.Length);
            Write(w, Prevalences[k]);
            foreach (long number in released)
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

    /// <summary>[format, table and axes…, [[numerator, denominator, rows without a value in it or not, below]…]].</summary>
    private static byte[] StatementOf(ProvenTableFile file, IReadOnlyList<Prevalence> prevalences) =>
        file.Statement(
            Format,
            1,
            w =>
            {
                w.WriteStartArray(prevalences.Count);
                foreach (Prevalence prevalence in prevalences)
                {
                    w.WriteStartArray(4);
                    Write(w, prevalence);
                    w.WriteEndArray();
                }

                w.WriteEndArray();
            }
        );

    private static void Write(CborWriter w, Prevalence prevalence)
    {
        prevalence.Numerator.Write(w);
        prevalence.Denominator.Write(w);
        UnknownRows.Write(w, prevalence.IncludesUnknown, prevalence.UnknownBelow);
    }

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out PrevalenceProof? proof,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof file", Read, p => p.Encode(), out proof, out reason);

    private static PrevalenceProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not of this format and version");
        }

        ProvenTableFile file = ProvenTableFile.Read(r);
        var (prevalences, rates) = (new List<Prevalence>(), new List<Rate>());
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            r.ReadStartArray();
            (Predicate numerator, Predicate denominator) = (Predicate.Read(r), Predicate.Read(r));
            (bool included, int below) = UnknownRows.Read(r);
            prevalences.Add(new Prevalence(numerator, denominator) { IncludesUnknown = included, UnknownBelow = below });
            rates.Add(new Rate(Number(r), Number(r), below == 0 ? Number(r) : null));
            r.ReadEndArray();
            if (prevalences.Count > MaxPrevalences)
            {
                break;
            }
        }

        if (Limit(prevalences.Count, file.Axes) is string limit)
        {
            throw new FormatException(limit);
        }

        r.ReadEndArray();
        (byte[] proof, byte[] constraints) = (r.ReadByteString(), r.ReadByteString());
        r.ReadEndArray();
        if (
            rates.Any(rate =>
                rate.Numerator > rate.Denominator
                || rate.Denominator > (ulong)file.Table.Rows
                || rate.Unknown > (ulong)file.Table.Rows
            )
        )
        {
            throw new FormatException("the released numbers contradict a statement");
        }

        return new PrevalenceProof(file, prevalences, rates, proof, constraints);
    }

    private static ulong Number(CborReader r) =>
        r.ReadInt64() is long number and >= 0 ? (ulong)number : throw new FormatException("a count is negative");
}
