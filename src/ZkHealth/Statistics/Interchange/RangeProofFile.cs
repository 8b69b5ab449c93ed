using System.Globalization;
using System.Text;
using System.Text.Json;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>Range proofs as JSON, in the form of the vectors made by dalek bulletproofs: bits, m, label, commitments,
/// proof.</summary>
internal static class RangeProofFile
{
    /// <summary>Proves values under fresh blindings; the file shows values and blindings, and is for comparing implementations
    /// alone.</summary>
    /// <param name="label">The label of the transcript.</param>
    /// <param name="values">1 to 32 values, a power of two of them.</param>
    /// <param name="bits">8, 16, 32 or 64.</param>
    /// <exception cref="ArgumentException">A value is out of range, or their number is none.</exception>
    public static byte[] Write(string label, IReadOnlyList<ulong> values, int bits)
    {
        if (!int.IsPow2(values.Count) || values.Count > RangeProof.MaxValues)
        {
            throw new ArgumentException("expected 1, 2, 4, 8, 16 or 32 values", nameof(values));
        }

        Scalar[] blindings =
        [
            .. values.Select(_ => Scalar.FromUniformBytes(System.Security.Cryptography.RandomNumberGenerator.GetBytes(64))),
        ];
        RangeProof proof = RangeProof.Prove(
            new Transcript(Encoding.UTF8.GetBytes(label)),
            [.. values],
            blindings,
            bits,
            out CompressedPoint[] commitments
        );
        byte[] bytes = proof.Encode();
        using var stream = new MemoryStream();
        using (var w = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            w.WriteStartObject();
            w.WriteStartArray("vectors");
            w.WriteStartObject();
            w.WriteNumber("bits", bits);
            w.WriteNumber("m", values.Count);
            w.WriteString("label", label);
            WriteList(w, "values", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
            WriteList(w, "blindings", blindings.Select(b => Convert.ToHexStringLower(b.ToBytes())));
            WriteList(w, "commitments", commitments.Select(c => c.ToString()));
            w.WriteString("proof", Convert.ToHexStringLower(bytes));
            w.WriteNumber("proof_bytes", bytes.Length);
            w.WriteBoolean("valid", true);
            w.WriteEndObject();
            w.WriteEndArray();
            w.WriteEndObject();
        }

        return stream.ToArray();
    }

    internal static ProofFault? Collect(JsonElement file, VerificationBatch batch)
    {
        int bits = file.GetProperty("bits").GetInt32();
        JsonElement list = file.GetProperty("commitments");
        if (!RangeProof.IsBits(bits) || list.GetArrayLength() is < 1 or > RangeProof.MaxValues)
        {
            return "expected 8, 16, 32 or 64 bits and 1 to 32 commitments";
        }

        CompressedPoint[] commitments =
        [
            .. list.EnumerateArray().Select(e => new CompressedPoint(Convert.FromHexString(e.GetString() ?? ""))),
        ];
        byte[] label = Encoding.UTF8.GetBytes(file.GetProperty("label").GetString() ?? "");
        return !RangeProof.TryDecode(
            Convert.FromHexString(file.GetProperty("proof").GetString() ?? ""),
            bits,
            commitments.Length,
            out RangeProof? proof
        )
            ? ProofFault.Encoding("the proof has another length, or a scalar that is not canonical")
            : proof.Collect(new Transcript(label), commitments, bits, batch);
    }

    private static void WriteList(Utf8JsonWriter w, string name, IEnumerable<string> items)
    {
        w.WriteStartArray(name);
        foreach (string item in items)
        {
            w.WriteStringValue(item);
        }

        w.WriteEndArray();
    }
}
