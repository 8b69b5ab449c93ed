using System.Security.Cryptography;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class MembershipTests
{
    private static Transcript T(string label = "membership") => new(System.Text.Encoding.ASCII.GetBytes(label));

    private static PublicPoints L(IReadOnlyList<CompressedPoint> points) => PublicPoints.Create(points);

    private static Scalar Random() => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64));

    /// <summary>Keys, and the secret of one of them.</summary>
    private static (CompressedPoint[] List, Scalar Secret) Make(int n, int index)
    {
        Scalar[] secrets = [.. Enumerable.Range(0, n).Select(_ => Random())];
        return ([.. secrets.Select(s => RegisteredKeyProof.PublicKey(s))], secrets[index]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    [InlineData(8, 7)]
    [InlineData(9, 8)]
    [InlineData(33, 20)]
    [InlineData(200, 199)]
    public void One_of_many_is_proven(int n, int index)
    {
        (CompressedPoint[] list, Scalar secret) = Make(n, index);
        Transcript mine = T(),
            theirs = T();
        byte[] proof = RegisteredKeyProof.Prove(mine, L(list), index, secret);
        Assert.Equal(RegisteredKeyProof.Size(n, false), proof.Length);
        Assert.Equal(VerificationResult.Accepted, RegisteredKeyProof.Verify(theirs, L(list), proof));
        Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
        Assert.False(RegisteredKeyProof.Verify(T("other"), L(list), proof).IsAccepted);
        if (n > 1)
        {
            Assert.False(RegisteredKeyProof.Verify(T(), L([.. list.Reverse()]), proof).IsAccepted);
            Assert.False(RegisteredKeyProof.Verify(T(), L(list[..^1]), proof).IsAccepted);
        }
    }

    [Fact]
    public void Sizes_are_logarithmic() =>
        Assert.Equal(
            (864, 1248, 288, 1184),
            (
                RegisteredKeyProof.Size(1024, false),
                RegisteredKeyProof.Size(1 << 16, false),
                RegisteredKeyProof.Size(1, false),
                RegisteredKeyProof.Size(1024, true)
            )
        );

    [Fact]
    public void Without_an_opening_or_with_a_wrong_index_nothing_is_proven()
    {
        (CompressedPoint[] list, Scalar secret) = Make(11, 4);
        for (int index = 0; index < list.Length; index++)
        {
            Assert.Equal(
                index == 4,
                RegisteredKeyProof.Verify(T(), L(list), RegisteredKeyProof.Prove(T(), L(list), index, secret)).IsAccepted
            );
        }

        Assert.False(
            RegisteredKeyProof.Verify(T(), L(list), RegisteredKeyProof.Prove(T(), L(list), 4, secret + Scalar.One)).IsAccepted
        );
        CompressedPoint[] none = [.. list.Where((_, i) => i != 4)];
        Assert.False(RegisteredKeyProof.Verify(T(), L(none), RegisteredKeyProof.Prove(T(), L(none), 4, secret)).IsAccepted);
    }

    [Fact]
    public void Duplicates_are_one_of_many_too()
    {
        (CompressedPoint[] list, Scalar secret) = Make(4, 2);
        CompressedPoint[] twice = [.. list, .. list];
        foreach (int index in (int[])[2, 6])
        {
            Assert.True(
                RegisteredKeyProof.Verify(T(), L(twice), RegisteredKeyProof.Prove(T(), L(twice), index, secret)).IsAccepted
            );
        }
    }

    [Fact]
    public void Every_changed_element_is_found()
    {
        (CompressedPoint[] list, Scalar secret) = Make(6, 5);
        byte[] proof = RegisteredKeyProof.Prove(T(), L(list), 5, secret);
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 2;
            Assert.False(RegisteredKeyProof.Verify(T(), L(list), changed).IsAccepted);
            changed.AsSpan(at, 32).Clear();
            Assert.False(RegisteredKeyProof.Verify(T(), L(list), changed).IsAccepted);
        }

        Assert.False(RegisteredKeyProof.Verify(T(), L(list), proof.AsMemory(0, proof.Length - 32)).IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(list), (byte[])[.. proof, .. new byte[32]]).IsAccepted);
    }

    [Fact]
    public void A_registered_key_speaks_without_its_name_and_once_in_a_context()
    {
        Scalar[] secrets = [.. Enumerable.Range(0, 10).Select(_ => Random())];
        CompressedPoint[] keys = [.. secrets.Select(s => RegisteredKeyProof.PublicKey(s))];
        byte[] plain = RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[3]);
        Assert.True(RegisteredKeyProof.Verify(T(), L(keys), plain).IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[4])).IsAccepted);

        byte[] proof = RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[3], "round 7");
        CompressedPoint tag = RegisteredKeyProof.Tag(secrets[3], "round 7");
        Assert.True(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7", tag).IsAccepted);
        Assert.Equal(tag, RegisteredKeyProof.Tag(secrets[3], "round 7"));
        Assert.NotEqual(tag, RegisteredKeyProof.Tag(secrets[3], "round 8"));
        Assert.NotEqual(tag, RegisteredKeyProof.Tag(secrets[4], "round 7"));
        Assert.False(
            RegisteredKeyProof.Verify(T(), L(keys), proof, "round 8", RegisteredKeyProof.Tag(secrets[3], "round 8")).IsAccepted
        );
        Assert.False(
            RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7", RegisteredKeyProof.Tag(secrets[4], "round 7")).IsAccepted
        );
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7").IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof).IsAccepted);
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 2;
            Assert.False(RegisteredKeyProof.Verify(T(), L(keys), changed, "round 7", tag).IsAccepted);
        }
    }

    [Fact]
    public void Index_bits_that_are_none_would_open_a_mixture_of_keys()
    {
        // (1 − l)·K0 + l·K1 = m·B for l = −1/2, of which the prover knows m and neither key: all equations hold but the one about
        // bits
        Scalar s0 = Random(),
            s1 = Random(),
            l = -Scalar.FromUInt64(2).Invert(),
            mixed = (Scalar.One - l) * s0 + l * s1;
        PublicPoints keys = L([RegisteredKeyProof.PublicKey(s0), RegisteredKeyProof.PublicKey(s1)]);
        byte[] proof = RegisteredKeyProof.Prove(T(), keys, 0, mixed, forgedBits: [l]);
        Assert.Equal("the index is not made of bits", RegisteredKeyProof.Verify(T(), keys, proof).Reason);
    }

    [Fact]
    public void One_of_the_most()
    {
        // 1·B, 2·B, … and one s·B between them: made by additions
        var points = new RistrettoPoint[PublicPoints.MaxCount];
        const int Index = 40_000;
        Scalar secret = Random();
        points[0] = PedersenGenerators.B;
        for (int i = 1; i < points.Length; i++)
        {
            points[i] = points[i - 1] + PedersenGenerators.B;
        }

        points[Index] = PedersenGenerators.BTable.Multiply(secret);
        var encodings = new byte[32 * points.Length];
        RistrettoBatch.Encode(points, encodings);
        CompressedPoint[] compressed =
        [
            .. Enumerable.Range(0, points.Length).Select(i => new CompressedPoint(encodings.AsSpan(32 * i, 32))),
        ];
        PublicPoints list = L(compressed);
        byte[] proof = RegisteredKeyProof.Prove(T(), list, Index, secret);
        Assert.Equal(1248, proof.Length);
        Assert.True(RegisteredKeyProof.Verify(T(), list, proof).IsAccepted);
        (compressed[Index], compressed[Index - 1]) = (compressed[Index - 1], compressed[Index]);
        Assert.False(RegisteredKeyProof.Verify(T(), L(compressed), proof).IsAccepted);
        Assert.False(PublicPoints.TryCreate([.. compressed, compressed[0]], out _, out string? reason));
        Assert.Contains("65536", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_what_is_no_point_and_of_nothing_are_refused()
    {
        Assert.False(PublicPoints.TryCreate([], out _, out _));
        Assert.False(
            PublicPoints.TryCreate(
                [PedersenGenerators.B.Compress(), new CompressedPoint([.. Enumerable.Repeat((byte)255, 32)])],
                out _,
                out string? reason
            )
        );
        Assert.Contains("not a point", reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PublicPoints.Create([]));
    }

    [Fact]
    public void The_neutral_element_is_a_key_that_everybody_holds()
    {
        PublicPoints keys = L([RegisteredKeyProof.PublicKey(Random()), default]);
        Assert.False(RegisteredKeyProof.Verify(T(), keys, RegisteredKeyProof.Prove(T(), keys, 1, Scalar.Zero)).IsAccepted);
    }

    [Fact]
    public void A_tag_that_is_not_the_keys_own_is_rejected()
    {
        Scalar[] secrets = [Random(), Random(), Random()];
        PublicPoints keys = L([.. secrets.Select(s => RegisteredKeyProof.PublicKey(s))]);
        foreach (
            CompressedPoint tag in (CompressedPoint[])
                [
                    RegisteredKeyProof.Tag(secrets[1], "a"),
                    RegisteredKeyProof.Tag(secrets[0], "b"),
                    PedersenGenerators.B.Compress(),
                    default,
                ]
        )
        {
            byte[] proof = RegisteredKeyProof.Prove(T(), keys, 0, secrets[0], "a", tag);
            VerificationResult result = RegisteredKeyProof.Verify(T(), keys, proof, "a", tag);
            Assert.Equal(tag == default ? "the tag is the neutral element" : "the tag is not that of the key", result.Reason);
        }
    }

    [Fact]
    public void A_transcript_goes_on_after_the_proof_of_a_key()
    {
        Scalar secret = Random();
        PublicPoints keys = L([RegisteredKeyProof.PublicKey(secret)]);
        foreach (string? context in (string?[])[null, "", "round"])
        {
            Transcript mine = T(),
                theirs = T();
            byte[] proof = RegisteredKeyProof.Prove(mine, keys, 0, secret, context);
            Assert.Equal(RegisteredKeyProof.Size(1, context is not null), proof.Length);
            Assert.True(
                RegisteredKeyProof
                    .Verify(theirs, keys, proof, context, context is null ? default : RegisteredKeyProof.Tag(secret, context))
                    .IsAccepted
            );
            Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
        }
    }

    [Fact]
    public void A_batch_names_the_proof_that_does_not_hold()
    {
        (CompressedPoint[] encodings, Scalar secret) = Make(20, 3);
        Scalar[] secrets = [.. Enumerable.Range(0, 20).Select(_ => Random())];
        PublicPoints list = L(encodings),
            keys = L([.. secrets.Select(s => RegisteredKeyProof.PublicKey(s))]);
        byte[][] Ones(int bad) =>
            [.. Enumerable.Range(0, 5).Select(i => RegisteredKeyProof.Prove(T(), list, i == bad ? 4 : 3, secret))];
        VerificationResult VerifyMembers(int bad) =>
            VerificationBatch.VerifyAll(
                Enumerable.Range(0, 5),
                (i, batch, name) =>
                {
                    string? context = i < 3 ? "x" : null;
                    CompressedPoint tag = i < 3 ? RegisteredKeyProof.Tag(secrets[i == bad ? 9 : i], "x") : default;
                    byte[] proof = RegisteredKeyProof.Prove(T($"{i}"), keys, i, secrets[i], context);
                    return RegisteredKeyProof.Collect(T($"{i}"), keys, proof, context, tag, batch, name);
                }
            );
        Assert.True(VerifyOnes(list, Ones(-1)).IsAccepted);
        Assert.True(VerifyMembers(-1).IsAccepted);
        Assert.Equal(VerdictReason.ProofInvalid, VerifyOnes(list).Code);
        Assert.Equal("proof 2: none of the commitments is opened", VerifyOnes(list, Ones(2)).Reason);
        Assert.StartsWith("proof 1: ", VerifyMembers(1).Reason, StringComparison.Ordinal);
        byte[][] cut = Ones(-1);
        cut[4] = cut[4][32..];
        Assert.Equal("proof 4: a proof over so many has another length", VerifyOnes(list, cut).Reason);
    }

    [Fact]
    public void Errors_of_a_batch_that_cancel_one_another_are_found()
    {
        // z of two proofs moved by +1 and −1: with equal weights the sums would agree
        (CompressedPoint[] encodings, Scalar secret) = Make(4, 3);
        PublicPoints list = L(encodings);
        byte[][] proofs = [.. Enumerable.Range(0, 2).Select(_ => RegisteredKeyProof.Prove(T(), list, 3, secret))];
        foreach (
            (byte[] proof, Scalar error) in (ReadOnlySpan<(byte[], Scalar)>)
                [(proofs[0], Scalar.One), (proofs[1], Scalar.MinusOne)]
        )
        {
            Assert.True(Scalar.TryDecode(proof.AsSpan(proof.Length - 32), out Scalar z));
            (z + error).Encode(proof.AsSpan(proof.Length - 32));
        }

        Assert.StartsWith("proof 0: ", VerifyOnes(list, proofs).Reason, StringComparison.Ordinal);
    }

    private static VerificationResult VerifyOnes(PublicPoints list, params byte[][] proofs) =>
        VerificationBatch.VerifyAll(
            proofs,
            (proof, batch, name) => RegisteredKeyProof.Collect(T(), list, proof, null, default, batch, name)
        );

    [Property(MaxTest = 100)]
    public void Hostile_bytes_never_throw(byte[] bytes, byte count)
    {
        (CompressedPoint[] encodings, _) = Make(1 + count % 9, 0);
        PublicPoints list = L(encodings);
        foreach (
            int size in (int[])
                [bytes.Length, RegisteredKeyProof.Size(list.Count, false), RegisteredKeyProof.Size(list.Count, true)]
        )
        {
            byte[] proof = [.. Enumerable.Range(0, size).Select(i => bytes.Length == 0 ? (byte)7 : bytes[i % bytes.Length])];
            Assert.False(RegisteredKeyProof.Verify(T(), list, proof).IsAccepted);
            Assert.False(
                RegisteredKeyProof
                    .Verify(T(), list, proof, "c", proof.Length < 32 ? default : new CompressedPoint(proof.AsSpan(0, 32)))
                    .IsAccepted
            );
        }

        _ = PublicPoints.TryCreate(
            [.. bytes.Chunk(32).Where(c => c.Length == 32).Select(c => new CompressedPoint(c))],
            out _,
            out _
        );
    }
}
