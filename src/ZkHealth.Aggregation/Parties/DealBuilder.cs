using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>Makes a dealing: the contribution with its policy and noise, then polynomials, ciphertexts and the proof of
/// dealing.</summary>
internal static class DealBuilder
{
    /// <summary>A contribution before its polynomials.</summary>
    internal static (Dealing Dealing, DealWitness Witness) Contribution(
        AggregationSession session,
        PartyId self,
        ContingencyTableOpening cubes,
        DealWitness witness,
        ulong weight,
        DealOptions options
    )
    {
        TableAxes axes = session.Terms.Axes;
        ColumnCommitment[] columns =
        [
            .. cubes.Table.Columns.Select((c, j) => axes.Columns.Contains((uint)j) ? c : c.WithoutPoints()),
        ];
        byte[] noise = session.Terms.Noise is null ? [] : DealNoise(session, self, witness);
        return (
            new Dealing
            {
                Role = DealRole.Contribution,
                Minimum = options.Minimum,
                Weight = weight,
                PolicyProof = options.PolicyProof,
                Constant = cubes.Points[0],
                CubeProof = cubes.Proof,
                Table = new TableCommitment(cubes.Table.Owner.Span, cubes.Table.Schema.Span, cubes.Table.Rows, columns),
                Noise = noise,
            },
            witness
        );
    }

    /// <summary>Fresh random bits, committed and proven: one more chunk. They serve this session alone.</summary>
    private static byte[] DealNoise(AggregationSession session, PartyId self, DealWitness witness)
    {
        var id = new DealId(DealRole.Contribution, self);
        using var own = new SecretArray<byte>(DealLayout.Of(session.Terms, id.Role).Segments[1].Length);
        byte[] bits = own.Values;
        using TranscriptRng rng = Randomness(session, id, witness.Blinding(0, 0).ToBytes());
        rng.Fill(bits);
        for (int j = 0; j < bits.Length; j++)
        {
            bits[j] &= 1;
        }

        Scalar blinding = rng.NextScalar();
        byte[] noise =
        [
            .. BitVectorProof.Commit(bits, blinding).Compress().ToBytes(),
            .. BitVectorProof.Prove(CheckedDealing.NoiseTranscript(session, id), bits, blinding),
        ];
        witness.AddKept(BitVectorProof.ToScalars(bits), blinding);
        return noise;
    }

    internal static TranscriptRng Randomness(AggregationSession session, DealId id, ReadOnlySpan<byte> secret)
    {
        var t = new Transcript(Labels.DealerRandomness);
        t.Append("sid"u8, session.Sid.Span);
        t.AppendUInt64("role"u8, (ulong)id.Role);
        t.Append("dealer"u8, id.Dealer.ToBytes());
        return t.BuildRng().RekeyWithWitness("secret"u8, secret).Complete();
    }

    /// <summary>Adds to a dealing its polynomials, ciphertexts and proof of dealing; <paramref name="forge"/> is what a cheating
    /// dealer of the tests changes.</summary>
    internal static (Dealing Dealing, byte[][] Ciphertexts) Complete(
        AggregationSession session,
        DealId id,
        Dealing deal,
        DealWitness witness,
        DealForgery? forge,
        CancellationToken cancellationToken = default
    )
    {
        AggregationTerms terms = session.Terms;
        DealLayout layout = DealLayout.Of(terms, id.Role);
        var t = new Transcript(Labels.Dealing);
        t.Append("sid"u8, session.Sid.Span);
        t.Append("dealer"u8, id.Dealer.ToBytes());
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("r"u8, witness.Blinding(0, 0).ToBytes()).Complete();
        Scalar e = rng.NextScalar();
        using var drawn = new SecretArray<byte>((terms.Threshold - 1) * ShareSeed.Size);
        rng.Fill(drawn.Span);
        ReadOnlyMemory<byte>[] seeds =
        [
            .. Enumerable.Range(0, terms.Threshold - 1).Select(a => drawn.Values.AsMemory(a * ShareSeed.Size, ShareSeed.Size)),
        ];

        // those whose values are drawn get the seed where that is shorter: always for vectors, never where a share is one scalar
        bool compress = layout.ShareSize > ShareSeed.Size;
        UInt128 seeded = compress ? (UInt128.One << (terms.Threshold - 1)) - 1 : 0;
        byte[]?[] shares =
        [
            .. Enumerable
                .Range(1, terms.CommitteeSize)
                .Select(a => compress && a < terms.Threshold ? null : new byte[layout.ShareSize]),
        ];
        RistrettoPoint[] constants = Constants(deal, terms, id.Role);
        byte[] commitments = new SharePolynomials(session, id).Run(
            witness,
            deal.Weight,
            constants,
            seeds,
            shares,
            cancellationToken
        );

        RistrettoPoint ephemeral = PedersenGenerators.BTable.Multiply(e);
        CompressedPoint encoded = ephemeral.Compress();
        var ciphertexts = new byte[terms.CommitteeSize][];
        var hashes = new byte[32 * terms.CommitteeSize];
        for (int a = 1; a <= terms.CommitteeSize; a++)
        {
            using var plaintext = new SecretArray<byte>(shares[a - 1] ?? seeds[a - 1].ToArray());
            forge?.ChangeShares?.Invoke(a, plaintext.Values);
            if (!session.Keys[a - 1].TryDecompress(out RistrettoPoint key))
            {
                throw new InvalidOperationException("a session key is not a point");
            }

            ciphertexts[a - 1] = ShareCipher.Seal((e * key).Compress(), session, id, a, encoded, plaintext.Span);
            shares[a - 1] = null;
            SHA256.HashData(ciphertexts[a - 1]).CopyTo(hashes, 32 * (a - 1));
        }

        Dealing complete = Copy(deal, encoded, commitments, seeded, hashes, default);
        return (
            Copy(complete, encoded, commitments, seeded, hashes, DealProof.Prove(session, id, complete, e, witness)),
            ciphertexts
        );
    }

    private static RistrettoPoint[] Constants(Dealing deal, AggregationTerms terms, DealRole role)
    {
        byte[] encoded =
            terms.IsWholeVector && role == DealRole.Contribution
                ? deal.Table!.Columns[1].Points.ToArray()
                : [.. deal.Constant.ToBytes(), .. deal.Noise[..Math.Min(deal.Noise.Length, RistrettoPoint.Size)].Span];
        var points = new RistrettoPoint[encoded.Length / RistrettoPoint.Size];
        return RistrettoBatch.TryDecode(encoded, points, out _)
            ? points
            : throw new InvalidOperationException("a commitment is not a point");
    }

    private static Dealing Copy(
        Dealing deal,
        CompressedPoint e,
        byte[] commitments,
        UInt128 seeded,
        byte[] hashes,
        ReadOnlyMemory<byte> proof
    ) =>
        new()
        {
            Role = deal.Role,
            Minimum = deal.Minimum,
            Weight = deal.Weight,
            Table = deal.Table,
            Constant = deal.Constant,
            CubeProof = deal.CubeProof,
            Noise = deal.Noise,
            PolicyProof = deal.PolicyProof,
            Ephemeral = e,
            Commitments = commitments,
            Seeded = seeded,
            Ciphertexts = hashes,
            Proof = proof,
        };
}
