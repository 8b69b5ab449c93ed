using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class RangeProofTests
{
    private static readonly JsonElement File = JsonDocument
        .Parse(System.IO.File.ReadAllBytes(Path.Combine(Repository.Vectors, "bulletproofs", "range_proofs.json")))
        .RootElement;

    private static Transcript T(string label = "test") => new(Encoding.UTF8.GetBytes(label));

    private static Scalar[] Blindings(int n) =>
        [.. Enumerable.Range(0, n).Select(i => Scalar.FromUInt64((ulong)i + 77).Invert())];

    [Fact]
    public void Generators_are_those_of_dalek()
    {
        JsonElement file = JsonDocument
            .Parse(System.IO.File.ReadAllBytes(Path.Combine(Repository.Vectors, "bulletproofs", "generators.json")))
            .RootElement;
        Assert.Equal(file.GetProperty("B").GetString(), PedersenGenerators.B.Compress().ToString());
        Assert.Equal(file.GetProperty("B_blinding").GetString(), PedersenGenerators.H.Compress().ToString());
        for (int party = 0; party < file.GetProperty("G").GetArrayLength(); party++)
        {
            string[] Own(GeneratorFamily family) => [.. family.First(64)[..64].ToArray().Select(p => p.Compress().ToString())];
            Assert.Equal(
                file.GetProperty("G")[party].EnumerateArray().Select(e => e.GetString()!),
                Own(GeneratorFamily.RangeG(party))
            );
            Assert.Equal(
                file.GetProperty("H")[party].EnumerateArray().Select(e => e.GetString()!),
                Own(GeneratorFamily.RangeH(party))
            );
        }
    }

    private static (RangeProof? Proof, CompressedPoint[] Commitments, int Bits, string Label) Read(JsonElement v)
    {
        CompressedPoint[] commitments =
        [
            .. v.GetProperty("commitments")
                .EnumerateArray()
                .Select(e => new CompressedPoint(Convert.FromHexString(e.GetString()!))),
        ];
        int bits = v.GetProperty("bits").GetInt32();
        RangeProof.TryDecode(
            Convert.FromHexString(v.GetProperty("proof").GetString()!),
            bits,
            commitments.Length,
            out RangeProof? proof
        );
        return (proof, commitments, bits, v.GetProperty("label").GetString()!);
    }

    [Fact]
    public void Proofs_of_dalek_are_accepted_and_leave_the_same_transcript()
    {
        foreach (JsonElement v in File.GetProperty("vectors").EnumerateArray())
        {
            var (proof, commitments, bits, label) = Read(v);
            Assert.NotNull(proof);
            Assert.Equal(v.GetProperty("proof").GetString(), Convert.ToHexStringLower(proof.Encode()));
            Transcript t = T(label);
            Assert.True(proof.Verify(t, commitments, bits).IsAccepted);
            var challenge = new byte[32];
            t.ChallengeBytes("post-verify"u8, challenge);
            Assert.Equal(v.GetProperty("post_verify_challenge").GetString(), Convert.ToHexStringLower(challenge));
        }
    }

    [Fact]
    public void Tampered_proofs_of_dalek_are_rejected()
    {
        foreach (JsonElement v in File.GetProperty("negative").EnumerateArray())
        {
            var (proof, commitments, bits, label) = Read(v);
            Assert.True(proof is null || !proof.Verify(T(label), commitments, bits).IsAccepted, v.GetProperty("why").GetString());
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(16, 2)]
    [InlineData(32, 5)]
    [InlineData(64, 1)]
    [InlineData(64, 32)]
    public void Values_in_range_are_proven(int bits, int m)
    {
        ulong top = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        ulong[] values =
        [
            .. Enumerable
                .Range(0, m)
                .Select(j =>
                    (j % 3) switch
                    {
                        0 => top,
                        1 => 0UL,
                        _ => top / 3,
                    }
                ),
        ];
        RangeProof proof = RangeProof.Prove(T(), values, Blindings(m), bits, out CompressedPoint[] commitments);
        byte[] bytes = proof.Encode();
        Assert.Equal(RangeProof.Size(bits, m), bytes.Length);
        Assert.True(RangeProof.TryDecode(bytes, bits, m, out RangeProof? decoded));
        Assert.True(decoded.Verify(T(), commitments, bits).IsAccepted);
        Assert.False(decoded.Verify(T("other"), commitments, bits).IsAccepted);
        Assert.False(
            decoded
                .Verify(T(), [.. commitments.Select(c => c == commitments[0] ? PedersenGenerators.B.Compress() : c)], bits)
                .IsAccepted
        );
        if (m == 1)
        {
            Assert.Equal(bits == 64 ? 672 : bytes.Length, bytes.Length);
        }
    }

    [Fact]
    public void Every_changed_element_is_found()
    {
        RangeProof proof = RangeProof.Prove(T(), [5, 200], Blindings(2), 8, out CompressedPoint[] commitments);
        byte[] bytes = proof.Encode();
        for (int at = 0; at < bytes.Length; at += 32)
        {
            foreach (int bit in (int[])[0, 3, 100])
            {
                byte[] changed = [.. bytes];
                changed[at + bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(
                    RangeProof.TryDecode(changed, 8, 2, out RangeProof? decoded)
                        && decoded.Verify(T(), commitments, 8).IsAccepted,
                    $"element {at / 32}"
                );
            }

            byte[] neutral = [.. bytes];
            neutral.AsSpan(at, 32).Clear();
            Assert.False(
                RangeProof.TryDecode(neutral, 8, 2, out RangeProof? zero) && zero.Verify(T(), commitments, 8).IsAccepted
            );
        }
    }

    [Fact]
    public void A_value_out_of_range_cannot_be_proven()
    {
        Assert.Throws<ArgumentException>(() => RangeProof.Prove(T(), [256], Blindings(1), 8, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => RangeProof.Prove(T(), [256], Blindings(1), 9, out _));
        Assert.Throws<ArgumentException>(() => RangeProof.Prove(T(), [1, 2], Blindings(1), 8, out _));
        foreach (ulong value in (ulong[])[256, 257, 1 << 20, ulong.MaxValue])
        {
            RangeProof cheat = RangeProof.ProveUnchecked(T(), [7, value], Blindings(2), 8, out CompressedPoint[] commitments);
            Assert.False(cheat.Verify(T(), commitments, 8).IsAccepted);
        }
    }

    /// <summary>Attack F14: a batch of no proofs was accepted.</summary>
    [Fact]
    public void A_batch_names_the_proof_that_does_not_hold()
    {
        (int I, RangeProof Proof, CompressedPoint[] Commitments)[] proofs =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i =>
                {
                    RangeProof proof = RangeProof.Prove(
                        T($"{i}"),
                        [(ulong)i],
                        Blindings(1),
                        16,
                        out CompressedPoint[] commitments
                    );
                    return (i, proof, commitments);
                }),
        ];
        VerificationResult Verify(params (int I, RangeProof Proof, CompressedPoint[] Commitments)[] given) =>
            VerificationBatch.VerifyAll(given, (p, batch, name) => p.Proof.Collect(T($"{p.I}"), p.Commitments, 16, batch, name));
        Assert.True(Verify(proofs).IsAccepted);
        Assert.Equal(VerdictReason.ProofInvalid, Verify().Code);
        proofs[4].Commitments = proofs[3].Commitments;
        Assert.Equal("proof 4: the range proof does not hold", Verify(proofs).Reason);
    }

    [Fact]
    public void A_code_tells_a_false_equation_from_a_form_that_no_proof_has()
    {
        RangeProof proof = RangeProof.Prove(T(), [5], Blindings(1), 8, out CompressedPoint[] commitments);
        Assert.Equal(VerdictReason.None, proof.Verify(T(), commitments, 8).Code);
        Assert.Equal(VerdictReason.ProofInvalid, proof.Verify(T("another"), commitments, 8).Code);
        Assert.Equal(VerdictReason.LengthInvalid, proof.Verify(T(), commitments, 16).Code);
    }

    [Property(MaxTest = 200)]
    public void Hostile_bytes_never_throw(byte[] bytes)
    {
        var padded = new byte[RangeProof.Size(8, 1)];
        (bytes ?? []).AsSpan(0, Math.Min(padded.Length, bytes?.Length ?? 0)).CopyTo(padded);
        Assert.False(
            RangeProof.TryDecode(padded, 8, 1, out RangeProof? proof)
                && proof.Verify(T(), [PedersenGenerators.B.Compress()], 8).IsAccepted
        );
        Assert.False(RangeProof.TryDecode(bytes ?? [], 64, 2, out _));
    }
}
