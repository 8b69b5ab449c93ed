using System.Formats.Cbor;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Ledger.Tests;

/// <summary>One rule, ZIP 215, for one signature and for many; BouncyCastle, whose rule differs at the edges, is the oracle for
/// honest and altered ones.</summary>
public class Ed25519VerifierTests
{
    /// <summary>All encodings of the eight points of small order, among them six that are not canonical: those of the published
    /// cases of ZIP 215.</summary>
    private static readonly string[] Small =
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];

    private static readonly BigInteger Order =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    /// <summary>The 196 cases of ZIP 215: any key and any R of small order with s = 0 sign any message.</summary>
    [Fact]
    public void Every_pair_of_encodings_of_small_order_is_valid()
    {
        foreach (string a in Small)
        {
            foreach (string r in Small)
            {
                Assert.True(Ed25519Verifier.Verify(Bytes(a), "Zcash"u8, [.. Bytes(r), .. new byte[32]]), $"A {a}, R {r}");
                Assert.False(
                    Ed25519Verifier.Verify(Bytes(a), "Zcash"u8, [.. Bytes(r), 1, .. new byte[31]]),
                    $"A {a}, R {r}, s 1"
                );
            }
        }
    }

    /// <summary>
    /// Published edge cases: all of Wycheproof's, with whose verdicts ZIP 215 agrees but on the last, and those of "Taming the
    /// many EdDSAs", on which verifiers differ; each note says what ZIP 215 says and why. Alone, and as one of many.
    /// </summary>
    [Fact]
    public void Published_edge_cases_are_judged_by_ZIP_215()
    {
        string path = Path.Combine(Root(), "tests", "vectors", "ed25519.json");
        JsonArray cases = JsonNode.Parse(File.ReadAllText(path))!["cases"]!.AsArray();
        Assert.Equal([151, 10], cases.CountBy(c => (string)c!["source"]!).Select(n => n.Value));
        foreach (JsonNode? c in cases)
        {
            bool valid = (bool)c!["zip215"]!;
            string name = $"{c["source"]} {c["id"]}: {c["note"]}";
            byte[] key = Bytes((string)c["key"]!),
                message = Bytes((string)c["message"]!),
                signature = Bytes((string)c["signature"]!);
            Assert.True(valid == Ed25519Verifier.Verify(key, message, signature), name);

            // the sign of an x that is 0 is no reason for ZIP 215 to refuse an encoding
            bool differs = (int)c["id"]! == 151;
            Assert.True(c["wycheproof"] is null || valid == ((string)c["wycheproof"]! == "valid") != differs, name);
            if (VerifyingKey.TryDecode(key, out VerifyingKey? known))
            {
                // five are verified together; three of them were verified one by one, and one that was too short then threw
                var one = new SignedMessage(known, message, signature);
                Assert.True(valid == Ed25519Verifier.AreValid([one, one, one, one, one]), name);
            }
        }
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    /// <summary>Where R has a part of small order, rules without the factor 8 differ from one another; here one and many
    /// agree.</summary>
    [Fact]
    public void A_commitment_with_a_part_of_small_order_is_valid_alone_and_among_others()
    {
        using SigningKey key = SigningKey.Create();
        Scalar secret = SecretScalar(key);
        var batch = new List<SignedMessage>();
        foreach (string small in Small)
        {
            // R of small order, s = k·a: s·B − k·A = 0
            byte[] r = Bytes(small),
                message = Encoding.UTF8.GetBytes(small);
            byte[] signature =
            [
                .. r,
                .. (Scalar.FromUniformBytes(SHA512.HashData([.. r, .. key.Public.Bytes.Span, .. message])) * secret).ToBytes(),
            ];
            Assert.True(key.Public.Verify(message, signature), small);
            batch.Add(new SignedMessage(key.Public, message, signature));
        }

        Assert.True(Ed25519Verifier.AreValid(batch));
        batch[5].Signature[32] ^= 1;
        Assert.False(Ed25519Verifier.AreValid(batch));
    }

    /// <summary>One secret signs for eight keys by the rule alone, which differ by points of small order: one of them is a
    /// key. Entries are decoded before their signatures are verified, and the order of a key is part of that.</summary>
    [Fact]
    public void A_key_with_a_part_of_small_order_signs_nothing()
    {
        using SigningKey key = SigningKey.Create();
        Scalar secret = SecretScalar(key);
        byte[] other = Negated(key.Public.Bytes.ToArray());
        Assert.True(Ed25519Verifier.Verify(other, "m"u8, Signed(other, secret, "m"u8)));
        Assert.False(VerifyingKey.TryDecode(other, out _));
        Assert.False(VerifyingKey.TryRead([VerifyingKey.Algorithm, .. other], out _));
        Assert.True(VerifyingKey.TryReadSigner([VerifyingKey.Algorithm, .. other], out VerifyingKey? signer));
        Assert.False(VerifyingKey.TryDecode(other, out _));
        Assert.False(signer.Verify("m"u8, Signed(other, secret, "m"u8)));
        SignedMessage bad = new(signer, [1], Signed(other, secret, [1])),
            good = new(key.Public, [1], key.Sign([1]));
        Assert.True(Ed25519Verifier.AreValid([good, good, good, good, good]));
        Assert.False(Ed25519Verifier.AreValid([good, good, good, good, bad]));
        Assert.False(Ed25519Verifier.AreValid([bad]));

        byte[] honest = LedgerEntry.Sign(key, "log", 0, 1, new EntryBody("kind", [1], [2])).Encode();
        int at = honest.AsSpan().IndexOf(key.Public.Bytes.Span);
        other.CopyTo(honest, at);
        var reader = new CborReader(honest);
        reader.ReadStartArray();
        byte[] signed = reader.ReadEncodedValue().ToArray();
        Signed(other, secret, signed).CopyTo(honest, 1 + signed.Length + 2);
        Assert.True(LedgerEntry.TryDecodeUnverified(honest, out LedgerEntry? entry, out _));
        Assert.False(LedgerEntry.TryDecode(honest, out _, out string? reason));
        Assert.Equal("its signature is not that of its signer", reason);
        Assert.Equal((3, reason), Assert.Single(EntrySignatures.Bad([(3, entry)])));

        // R is the neutral point, s = k·a
        static byte[] Signed(byte[] key, Scalar secret, ReadOnlySpan<byte> message)
        {
            byte[] r = Bytes(Small[0]);
            return [.. r, .. (Scalar.FromUniformBytes(SHA512.HashData([.. r, .. key, .. message])) * secret).ToBytes()];
        }

        // the point and that of order 2 added up: (−x, −y)
        static byte[] Negated(byte[] point)
        {
            byte[] y = [.. point[..31], (byte)(point[31] & 0x7F)];
            BigInteger minus = BigInteger.Pow(2, 255) - 19 - new BigInteger(y, isUnsigned: true);
            byte[] negated = new byte[32];
            minus.TryWriteBytes(negated, out _, isUnsigned: true);
            negated[31] |= (byte)(~point[31] & 0x80);
            return negated;
        }
    }

    [Fact]
    public void Anything_but_the_one_form_of_s_and_points_is_invalid()
    {
        using SigningKey key = SigningKey.Create();
        byte[] good = key.Sign("m"u8),
            pk = key.Public.Bytes.ToArray();
        Assert.True(Ed25519Verifier.Verify(pk, "m"u8, good));
        var s = new BigInteger(good.AsSpan(32), isUnsigned: true);
        foreach (BigInteger other in (BigInteger[])[s + Order, s + 2 * Order, Order, BigInteger.Pow(2, 256) - 1, s + 1, s - 1, 0])
        {
            byte[] encoded = new byte[32];
            if (other.TryWriteBytes(encoded, out _, isUnsigned: true))
            {
                Assert.False(Ed25519Verifier.Verify(pk, "m"u8, [.. good[..32], .. encoded]), $"{other}");
            }
        }

        byte[] noPoint = [2, .. new byte[31]]; // y = 2: (y² − 1)/(d·y² + 1) is no square
        Assert.False(EdwardsEncoding.TryDecode(noPoint, out _));
        Assert.False(Ed25519Verifier.Verify(noPoint, "m"u8, good));
        Assert.False(Ed25519Verifier.Verify(pk, "m"u8, [.. noPoint, .. good[32..]]));
        Assert.False(Ed25519Verifier.Verify(pk, "m"u8, good.AsSpan(0, 63)));
        Assert.False(Ed25519Verifier.Verify(pk, "m"u8, [.. good, 0]));
        Assert.False(Ed25519Verifier.Verify(pk.AsSpan(0, 31), "m"u8, good));
        Assert.False(Ed25519Verifier.Verify([], [], []));
    }

    [Property(MaxTest = 100)]
    public void Honest_and_altered_signatures_are_judged_as_bouncy_castle_does(byte[] message, ushort at, byte bit)
    {
        message ??= [];
        using SigningKey key = SigningKey.Create();
        byte[] signature = key.Sign(message),
            pk = key.Public.Bytes.ToArray();
        Assert.True(Ed25519Verifier.Verify(pk, message, signature));
        signature[at % 64] ^= (byte)(1 << (bit & 7));
        Assert.Equal(
            Ed25519.Verify(signature, 0, pk, 0, message, 0, message.Length),
            Ed25519Verifier.Verify(pk, message, signature)
        );
        Assert.False(Ed25519Verifier.Verify(pk, message, signature));
    }

    /// <summary>One bad signature, wherever it stands, makes a batch invalid; sizes cross all lane widths and the border between
    /// chunks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(17)]
    [InlineData(70)]
    [InlineData(Ed25519Verifier.ChunkSize + 5)]
    public void A_batch_is_valid_where_each_of_it_is(int count)
    {
        SigningKey[] keys = [SigningKey.Create(), SigningKey.Create(), SigningKey.Create()];
        List<SignedMessage> batch =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new SignedMessage(
                    keys[i % 3].Public,
                    BitConverter.GetBytes(i),
                    keys[i % 3].Sign(BitConverter.GetBytes(i))
                )),
        ];
        Assert.True(Ed25519Verifier.AreValid(batch));
        foreach (int bad in (int[])[0, count / 2, count - 1])
        {
            SignedMessage good = batch[bad];
            foreach (int at in (int[])[3, 40])
            {
                byte[] altered = [.. good.Signature];
                altered[at] ^= 4;
                batch[bad] = new SignedMessage(good.Key, good.Message, altered);
                Assert.False(Ed25519Verifier.AreValid(batch));
            }

            batch[bad] = new SignedMessage(good.Key, [.. good.Message, 0], good.Signature);
            Assert.False(Ed25519Verifier.AreValid(batch));
            batch[bad] = good;
        }
    }

    [Fact]
    public void Points_decoded_in_lanes_are_those_decoded_one_by_one()
    {
        byte[] encodings = [.. Small.SelectMany(Bytes), .. Enumerable.Range(0, 50).SelectMany(_ => SigningKeyBytes())];
        var points = new RistrettoPoint[encodings.Length / 32];
        Assert.True(EdwardsEncoding.TryDecode(encodings, points));
        for (int i = 0; i < points.Length; i++)
        {
            Assert.True(EdwardsEncoding.TryDecode(encodings.AsSpan(32 * i, 32), out RistrettoPoint one));
            Assert.True(
                (
                    FieldElement.EqualMask(one.X, points[i].X)
                    & FieldElement.EqualMask(one.Y, points[i].Y)
                    & FieldElement.EqualMask(one.T, points[i].T)
                ) != 0
            );
        }

        for (int bad = 0; bad < points.Length; bad++)
        {
            byte[] other = [.. encodings];
            other.AsSpan(32 * bad, 32).Clear();
            other[32 * bad] = 2;
            Assert.False(EdwardsEncoding.TryDecode(other, points));
        }
    }

    private static byte[] SigningKeyBytes()
    {
        using SigningKey key = SigningKey.Create();
        return key.Public.Bytes.ToArray();
    }

    /// <summary>The secret scalar of RFC 8032, 5.1.5.</summary>
    private static Scalar SecretScalar(SigningKey key)
    {
        var seed = new byte[32];
        key.CopyTo(seed);
        byte[] h = SHA512.HashData(seed)[..32];
        h[0] &= 248;
        h[31] = (byte)((h[31] & 127) | 64);
        return Scalar.FromUniformBytes([.. h, .. new byte[32]]);
    }
}
