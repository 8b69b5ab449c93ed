using System.Text;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Hostile;
using Decoder = ZkHealth.Tests.Hostile.Decoder;

namespace ZkHealth.Ledger.Tests;

/// <summary>Every method of the ledger that reads bytes or texts of others, by one list: what is not on it fails the first test.</summary>
public sealed class DecoderTests
{
    private static readonly Dictionary<string, Decoder> All = List().ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Names() => [.. All.Keys];

    [Fact]
    public void Every_decoder_of_the_ledger_is_on_the_list() => Decoder.AssertComplete(
        typeof(LedgerEntry).Assembly, All.Values,
        "EntryIndex.TryDecode",                                               // LedgerEntry.TryDecode with a memory of what was verified
        "Payload.TryRead");                                                   // what bodies on the list are made of

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
        byte[] owner = t.Alice.Public.OwnerId.ToArray(), hash = [.. Enumerable.Repeat((byte)9, 32)];
        var (loss, key) = (new PrivacyLoss(2, 1e-9m), new NoteKey("log", t.LogKey.Public));
        SigningKey secret = SigningKey.FromBytes(hash);
        string checkpoint = Checkpoint.Sign("log", 42, hash, t.LogKey).ToString();
        var schema = new TableSchema("patients", [CategoryColumn.YesNo("ill")]);
        using TableSecret ofTable = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(new CodedTable(schema, [[1, 2, 2]]), owner, ofTable);
        using OwnedNoise noise = OwnedNoise.Commit(
            NoiseQuery.Create(table.Commitment, schema, new CountStatistic(Predicate.In(schema, "ill", "yes")), new("p", "r", "o"), "clinic", loss, 1, "drand 1"), table);
        return
        [
            new(typeof(EntryBody), nameof(EntryBody.TryDecode), "", TemporaryLedger.Body("a").Encode(), b => EntryBody.TryDecode(b, out EntryBody? e) ? e.Encode() : null),
            new(typeof(LedgerEntry), nameof(LedgerEntry.TryDecode), "", t.Ledger.Read(0)!, b => LedgerEntry.TryDecode(b, out LedgerEntry? e, out _) ? e.Encode() : null),
            new(typeof(LedgerEntry), nameof(LedgerEntry.TryDecodeUnverified), "", t.Ledger.Read(0)!, b => LedgerEntry.TryDecodeUnverified(b, out LedgerEntry? e, out _) ? e.Encode() : null),
            new(typeof(LedgerReceipt), nameof(LedgerReceipt.TryDecode), "", LedgerReceipt.Of(t.Ledger, 1).Encode(), b => LedgerReceipt.TryDecode(b, out LedgerReceipt? r, out _) ? r.Encode() : null),
            Body(typeof(BudgetPolicy), new BudgetPolicy(owner, "clinic", loss, 3).ToBody(), b => BudgetPolicy.TryRead(b, out BudgetPolicy? p) ? p.ToBody() : null),
            Body(typeof(StatisticReleased), new StatisticReleased(owner, "clinic", hash, hash, hash, loss).ToBody(), b => StatisticReleased.TryRead(b, out StatisticReleased? s) ? s.ToBody() : null),
            Body(typeof(TablePublished), new TablePublished(hash, hash, 1000, "clinic").ToBody(), b => TablePublished.TryRead(b, out TablePublished? p) ? p.ToBody() : null),
            Body(typeof(NoiseCommitted), NoiseCommitted.ToBody(noise.Commitment), b => NoiseCommitted.TryRead(b, out NoiseCommitment? c) ? NoiseCommitted.ToBody(c) : null),
            new(typeof(VerifyingKey), nameof(VerifyingKey.TryDecode), "", secret.Public.Bytes.ToArray(), b => VerifyingKey.TryDecode(b, out VerifyingKey? k) ? k.Bytes.ToArray() : null),
            Text(typeof(VerifyingKey), nameof(VerifyingKey.TryParse), secret.Public.ToString(), s => VerifyingKey.TryParse(s, out VerifyingKey? k) ? k.ToString() : null),
            Text(typeof(KeyPem), nameof(KeyPem.TryDecode), KeyPem.Encode(secret.Public), s => KeyPem.TryDecode(s, out VerifyingKey? k) ? KeyPem.Encode(k) : null),
            Text(typeof(KeyPem), nameof(KeyPem.TryDecodeSecret), KeyPem.EncodeSecret(secret), s => KeyPem.TryDecodeSecret(s, out SigningKey? k) ? KeyPem.EncodeSecret(k) : null),
            Text(typeof(NoteKey), nameof(NoteKey.TryParse), key.ToString(), s => NoteKey.TryParse(s, out NoteKey? k) ? k.ToString() : null),
            Text(typeof(SignedNote), nameof(SignedNote.TryParse), checkpoint, s => SignedNote.TryParse(s, out SignedNote? n) ? n.ToString() : null),
            Text(typeof(Checkpoint), nameof(Checkpoint.TryParse), checkpoint, s => Checkpoint.TryParse(s, key, out Checkpoint? c) ? c.ToString() : null),
        ];
    }

    /// <summary>The payload of an entry under the subject that it has.</summary>
    private static Decoder Body(Type type, EntryBody valid, Func<EntryBody, EntryBody?> read) => new(
        type, "TryRead", "", valid.Payload.ToArray(), b => read(new EntryBody(valid.Kind, valid.Subject.Span, b))?.Payload.ToArray());

    private static Decoder Text(Type type, string method, string valid, Func<string, string?> read) => new(
        type, method, "", Encoding.UTF8.GetBytes(valid), b => read(Encoding.UTF8.GetString(b)) is string text ? Encoding.UTF8.GetBytes(text) : null, IsCanonical: false, IsText: true);
}
