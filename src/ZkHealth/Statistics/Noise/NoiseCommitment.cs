using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A hospital's commitment to random bits, made for one query before the coins exist: query, point, and the proof that the point
/// holds bits. It goes on the ledger; the same point never serves twice.
/// </summary>
public sealed class NoiseCommitment
{
    /// <summary>The largest encoding that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 18;

    private const string Format = Labels.NoiseCommitmentFile;

    private readonly byte[] _proof;

    private NoiseCommitment(NoiseQuery query, int bits, CompressedPoint point, byte[] proof) =>
        (Query, Bits, Point, _proof) = (query, bits, point, proof);

    /// <summary>The declaration of the hospital.</summary>
    internal NoiseQuery Query { get; }

    /// <summary>The number of bits under the point: the coins of every number.</summary>
    internal int Bits { get; }

    /// <summary>The commitment to the bits.</summary>
    internal CompressedPoint Point { get; }

    /// <summary>SHA-256 of the encoding, 32 bytes: with it the coins are drawn.</summary>
    public ReadOnlyMemory<byte> Digest => SHA256.HashData(Encode());

    /// <summary>Verifies that the point holds bits and that the coins are enough for the loss.</summary>
    /// <param name="schema">What the codes of the table mean.</param>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    public VerificationResult Verify(TableSchema schema, VerificationLimits? limits = null)
    {
        if (Exceeded(limits) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var batch = new VerificationBatch();
        return batch.Verify(Collect(schema, batch));
    }

    /// <summary>Verifies that the point holds bits, for those who have no schema, such as a ledger.</summary>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    internal VerificationResult VerifyBits(VerificationLimits? limits = null)
    {
        if (Exceeded(limits) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var batch = new VerificationBatch();
        return batch.Verify(CollectBits(batch));
    }

    private string? Exceeded(VerificationLimits? limits) => (limits ?? VerificationLimits.Default).Exceeded(Cost());

    /// <summary>The cost of verifying the bits: a generator and a product for each.</summary>
    internal VerificationCost Cost() => new(0, Bits, Scalars: Bits, Padding: Bits);

    /// <summary>Canonical CBOR: [format, query, bits, point, proof].</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteByteString(Query.Encode());
        w.WriteInt32(Bits);
        w.WriteByteString(Point.ToBytes());
        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out NoiseCommitment? commitment,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "noise commitment", Read, c => c.Encode(), out commitment, out reason);

    internal static NoiseCommitment Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not of this format and version");
        }

        NoiseQuery query = NoiseQuery.Read(new CborReader(r.ReadByteString(), CborConformanceMode.Canonical));
        var commitment = new NoiseCommitment(query, r.ReadInt32(), new CompressedPoint(r.ReadByteString()), r.ReadByteString());
        r.ReadEndArray();
        return commitment;
    }

    /// <summary>A commitment of a point and a proof, which may be false.</summary>
    internal static NoiseCommitment Of(NoiseQuery query, int bits, in CompressedPoint point, byte[] proof) =>
        new(query, bits, point, proof);

    /// <summary>The transcript of the proof of the bits: it is for this query alone. Its statement: [format, query,
    /// bits].</summary>
    internal static Transcript Start(NoiseQuery query, int bits) =>
        query.Context.Start(
            StatisticContext.Statement(
                Format,
                2,
                w =>
                {
                    w.WriteByteString(query.Encode());
                    w.WriteInt32(bits);
                }
            )
        );

    internal ProofFault? Collect(TableSchema schema, VerificationBatch batch) =>
        Query.Fault(schema)
        ?? (
            Bits != Query.Coins * NoiseQuery.Names(Query.Statistic, schema)!.Length
                ? "the bits are not those of every number"
                : CollectBits(batch)
        );

    /// <summary>Determines whether its proof has the length of one for so many bits.</summary>
    internal bool HasLength() => Bits is >= 1 and <= BitVectorProof.MaxCount && _proof.Length == BitVectorProof.Size(Bits);

    private ProofFault? CollectBits(VerificationBatch batch) =>
        BitVectorProof.Collect(Start(Query, Bits), Bits, Point, _proof, batch, "the noise: ");
}
