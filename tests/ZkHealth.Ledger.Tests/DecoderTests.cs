using System.Text;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Testing;
using ZkHealth.Tests.Hostile;
using Decoder = ZkHealth.Tests.Hostile.Decoder;

namespace ZkHealth.Ledger.Tests;

/// <summary>Every method of the ledger that reads bytes or texts of others, by one list: what is not on it fails the first
/// test.</summary>
public sealed class DecoderTests
{
    private static readonly Dictionary<string, Decoder> All = List().ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Names() => [.. All.Keys];

    [Fact]
    public void Every_decoder_of_the_ledger_is_on_the_list() => Decoder.AssertComplete(typeof(LedgerEntry).Assembly, All.Values);

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_but_the_encoding_is_taken_for_it(string name)
    {
        HostileBytes.AssertReads(All[name]);
        HostileBytes.AssertWhole(All[name]);
        HostileBytes.AssertLies(All[name], 500);
    }

    [Property(MaxTest = 60)]
    public void Random_bytes_are_refused_or_read_as_what_they_say(byte[] bytes, ushort at, byte cut)
    {
        foreach (Decoder decoder in All.Values)
        {
            HostileBytes.AssertMixed(decoder, bytes ?? [], at, cut);
        }
    }

    private static List<Decoder> List()
    {
        using var t = new TemporaryLedger();
        t.Append(t.Alice, "a");
        t.Append(t.Bob, "b");
        byte[] hash = [.. Enumerable.Repeat((byte)9, 32)];
        var key = new NoteKey("log", t.LogKey.Public);
        SigningKey secret = SigningKey.FromBytes(hash);
        string checkpoint = Checkpoint.Sign("log", 42, hash, t.LogKey).ToString();
        byte[] entry = TemporaryLedger
            .Sign(t.Alice, 0, new EntryBody("note", [1], [2], t.Bob.Public))
            .Countersign(t.Bob)
            .Encode();
        return
        [
            new(
                typeof(EntryBody),
                nameof(EntryBody.TryDecode),
                "",
                TemporaryLedger.Body("a").Encode(),
                b => EntryBody.TryDecode(b, out EntryBody? e) ? e.Encode() : null
            ),
            new(
                typeof(LedgerLeaf),
                nameof(LedgerLeaf.TryDecode),
                "",
                t.Ledger.Read(0)!,
                b => LedgerLeaf.TryDecode(b, out LedgerLeaf? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(LedgerLeaf),
                nameof(LedgerLeaf.TryDecodeUnverified),
                "",
                t.Ledger.Read(0)!,
                b => LedgerLeaf.TryDecodeUnverified(b, out LedgerLeaf? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(LedgerEntry),
                nameof(LedgerEntry.TryDecode),
                "",
                entry,
                b => LedgerEntry.TryDecode(b, out LedgerEntry? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(LedgerEntry),
                nameof(LedgerEntry.TryDecodeUnverified),
                "",
                entry,
                b => LedgerEntry.TryDecodeUnverified(b, out LedgerEntry? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(LedgerEntry),
                nameof(LedgerEntry.TryDecodePart),
                "",
                entry,
                b => LedgerEntry.TryDecodePart(b, out LedgerEntry? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(VerifyingKey),
                nameof(VerifyingKey.TryDecode),
                "",
                secret.Public.Bytes.ToArray(),
                b => VerifyingKey.TryDecode(b, out VerifyingKey? k) ? k.Bytes.ToArray() : null
            ),
            new(
                typeof(VerifyingKey),
                nameof(VerifyingKey.TryRead),
                "",
                secret.Public.Encode(),
                b => VerifyingKey.TryRead(b, out VerifyingKey? k) ? k.Encode() : null
            ),
            new(
                typeof(VerifyingKey),
                nameof(VerifyingKey.TryReadSigner),
                "",
                secret.Public.Encode(),
                b => VerifyingKey.TryReadSigner(b, out VerifyingKey? k) ? k.Encode() : null
            ),
            Text(
                typeof(VerifyingKey),
                nameof(VerifyingKey.TryParse),
                secret.Public.ToString(),
                s => VerifyingKey.TryParse(s, out VerifyingKey? k) ? k.ToString() : null
            ),
            Text(
                typeof(KeyPem),
                nameof(KeyPem.TryDecode),
                KeyPem.Encode(secret.Public),
                s => KeyPem.TryDecode(s, out VerifyingKey? k) ? KeyPem.Encode(k) : null
            ),
            Text(
                typeof(KeyPem),
                nameof(KeyPem.TryDecodeSecret),
                KeyPem.EncodeSecret(secret),
                s => KeyPem.TryDecodeSecret(s, out SigningKey? k) ? KeyPem.EncodeSecret(k) : null
            ),
            Text(
                typeof(NoteKey),
                nameof(NoteKey.TryParse),
                key.ToString(),
                s => NoteKey.TryParse(s, out NoteKey? k) ? k.ToString() : null
            ),
            Text(
                typeof(SignedNote),
                nameof(SignedNote.TryParse),
                checkpoint,
                s => SignedNote.TryParse(s, out SignedNote? n) ? n.ToString() : null
            ),
            Text(
                typeof(Checkpoint),
                nameof(Checkpoint.TryParse),
                checkpoint,
                s => Checkpoint.TryParse(s, key, out Checkpoint? c) ? c.ToString() : null
            ),
        ];
    }

    private static Decoder Text(Type type, string method, string valid, Func<string, string?> read) =>
        new(
            type,
            method,
            "",
            Encoding.UTF8.GetBytes(valid),
            b => read(Encoding.UTF8.GetString(b)) is string text ? Encoding.UTF8.GetBytes(text) : null,
            IsCanonical: false,
            IsText: true
        );
}
