using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The form in which a hospital keeps its update, to account for it and to open it long after the round.</summary>
public sealed partial class ProvenUpdateOpening
{
    private const string Format = Labels.ProvenUpdateFile;

    /// <summary>Canonical CBOR with the secrets, for the owner's disk alone: [format, proof file, codes and blindings, blinding
    /// of the cube].</summary>
    internal byte[] EncodeSecret()
    {
        using var opening = new SecretArray<byte>(OpeningBytes.Write(Update.Terms, Update.Codes, Update.Blindings));
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString(Format);
        w.WriteByteString(Proof.Encode());
        w.WriteByteString(opening.Span);
        w.WriteByteString(Cubes.Blinding(0).ToBytes());
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>
    /// Decodes what was kept. It checks that the codes and blindings open the commitments and that the proof holds, so that a
    /// damaged or foreign file is never proven from.
    /// </summary>
    internal static bool TryDecodeSecret(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ProvenUpdateOpening? update,
        [NotNullWhen(false)] out string? reason
    )
    {
        update = null;
        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            r.ReadStartArray();
            if (r.ReadTextString() != Format)
            {
                reason = "not a kept update of this version";
                return false;
            }

            if (!UpdateProof.TryDecode(r.ReadByteString(), out UpdateProof? proof, out reason))
            {
                return false;
            }

            using SecretArray<byte> opening = new(r.ReadByteString()),
                blinding = new(r.ReadByteString());
            r.ReadEndArray();
            reason = r.BytesRemaining != 0 ? "bytes follow the update" : proof.Verify().Reason;
            if (reason is null)
            {
                update = Restore(proof, opening.Values, blinding.Values);
                reason = update is null ? "what was kept does not open the committed update" : null;
            }

            return update is not null;
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            reason = "not a kept update: " + e.Message;
            return false;
        }
    }

    private static ProvenUpdateOpening? Restore(UpdateProof proof, byte[] opening, byte[] cubeBlinding)
    {
        if (
            !Scalar.TryDecode(cubeBlinding, out Scalar blinding)
            || !OpeningBytes.TryRead(proof, opening, out uint[]? codes, out Scalar[]? blindings)
        )
        {
            return null;
        }

        UpdateOpening update = UpdateOpening.Restore(proof, codes, blindings);
        TableAxes axes = proof.Terms.Axes;
        var secrets = new CellSecrets([ContingencyTableCounter.Count(update.Table, axes)], new SecretArray<Scalar>([blinding]));
        CompressedPoint[] cube = secrets.Points();
        if (cube[0] != proof.Cube)
        {
            secrets.Dispose();
            update.Dispose();
            return null;
        }

        return new ProvenUpdateOpening(
            update,
            proof,
            new ContingencyTableOpening(proof.Table, [axes], cube, proof.CubeProof, secrets, update.Table.SuppressionKey())
        );
    }
}
