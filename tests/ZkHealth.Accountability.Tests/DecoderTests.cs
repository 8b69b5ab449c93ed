using FsCheck.Xunit;
using Xunit;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;
using ZkHealth.Tests.Hostile;
using Decoder = ZkHealth.Tests.Hostile.Decoder;
using TablePublication = ZkHealth.Aggregation.TablePublication;

namespace ZkHealth.Accountability.Tests;

/// <summary>Every method of the package that reads bytes or texts of others, by one list: what is not on it fails the first
/// test.</summary>
public sealed class DecoderTests
{
    private static readonly Dictionary<string, Decoder> All = List().ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Names() => [.. All.Keys];

    [Fact]
    public void Every_decoder_of_the_package_is_on_the_list() =>
        Decoder.AssertComplete(
            typeof(LedgerReceipt).Assembly,
            All.Values,
            "Shape.TryDecode", // the reader of the bodies of acts, tested with them
            "VerificationRun.TryDecode", // ProofFile.TryDecode, with a report
            "Hpke.TryOpen", // tested with the vector of its RFC
            "SealedDelivery.TryOpen", // takes the secret key; the bytes are TryDecode's
            "Payload.TryRead"
        ); // what bodies on the list are made of

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
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        t.Append(t.Alice, "a");
        t.Append(t.Bob, "b");
        byte[] owner = t.Alice.Public.OwnerId.ToArray(),
            hash = [.. Enumerable.Repeat((byte)9, 32)];
        var loss = new PrivacyLoss(2, 1e-9m);
        var schema = new TableSchema("patients", [CategoryColumn.YesNo("ill")]);
        using TableSecret ofTable = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [1, 2, 2],
                ]
            ),
            owner,
            ofTable
        );
        using OwnedNoise noise = OwnedNoise.Commit(
            NoiseQuery.Create(
                table.Commitment,
                schema,
                new CountStatistic(Predicate.In(schema, "ill", "yes")),
                new("p", "r", "o"),
                "clinic",
                loss,
                1,
                "drand 1"
            ),
            table
        );
        StateMap map = Enumerable.Range(0, 20).Aggregate(StateMap.Empty, (m, i) => m.With(StateKey.Of("x", [(byte)i]), [1]));
        byte[] proof = map.Prove(StateKey.Of("x", [3])).Encode();
        byte[] evidence = Evidence.Make(t.Ledger, [0], [new StateQuestion(1, Records.RuleSet, "current"u8.ToArray())]).Encode();
        return
        [
            new(
                typeof(LedgerReceipt),
                nameof(LedgerReceipt.TryDecode),
                "",
                LedgerReceipt.Of(t.Ledger, 1).Encode(),
                b => LedgerReceipt.TryDecode(b, out LedgerReceipt? r, out _) ? r.Encode() : null
            ),
            Shaped(
                "request",
                Bodies.AccessRequested.Row(
                    Array.Empty<byte[]>(),
                    hash,
                    "HRESCH",
                    "GENERAL",
                    new[] { "age", "sex" },
                    5,
                    new[] { (byte[])[1, .. hash] },
                    "download",
                    new[] { "DUO:0000042" },
                    Array.Empty<string>(),
                    false,
                    new[] { hash },
                    Array.Empty<byte[]>(),
                    Array.Empty<byte[]>(),
                    1
                )
            ),
            Shaped(
                "agreement",
                Bodies.AgreementMade.Row(
                    new[] { "hospital" },
                    "maker",
                    Bodies.Terms.Row(
                        new[] { "GENERAL" },
                        new[] { "HRESCH" },
                        new[] { "age" },
                        1,
                        2,
                        3,
                        4,
                        5,
                        6,
                        7,
                        8,
                        9,
                        10,
                        Array.Empty<string>()
                    )
                )
            ),
            new(
                typeof(Evidence),
                nameof(Evidence.TryDecode),
                "",
                evidence,
                b => Evidence.TryDecode(b, out Evidence? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(Delivery),
                nameof(Delivery.TryDecode),
                "",
                new Delivery(
                    hash,
                    "hospital",
                    "maker",
                    hash,
                    ["age", "sex"],
                    [
                        [1, .. hash],
                        [1, .. hash],
                    ]
                ).Encode(),
                b => Delivery.TryDecode(b, out Delivery? d) ? d.Encode() : null
            ),
            new(
                typeof(DeliveryKey),
                nameof(DeliveryKey.TryDecode),
                "",
                DeliveryKey.Sign(hash, Hpke.PublicOf(hash), t.Alice).Encode(),
                b => DeliveryKey.TryDecode(b, out DeliveryKey? k) ? k.Encode() : null
            ),
            new(
                typeof(SealedDelivery),
                nameof(SealedDelivery.TryDecode),
                "",
                SealedDelivery
                    .Seal(
                        new Delivery(
                            hash,
                            "hospital",
                            "maker",
                            hash,
                            ["age"],
                            [
                                [1, .. hash],
                            ]
                        ),
                        [1, 2, 3],
                        DeliveryKey.Sign(hash, Hpke.PublicOf(hash), t.Alice)
                    )
                    .Encode(),
                b => SealedDelivery.TryDecode(b, out SealedDelivery? s) ? s.Encode() : null
            ),
            new(
                typeof(StateProof),
                nameof(StateProof.TryDecode),
                "",
                proof,
                b => StateProof.TryDecode(b, out StateProof? p) ? p.Encode() : null
            ),
            Body(
                typeof(BudgetPolicy),
                new BudgetPolicy(owner, "clinic", loss, 3).ToBody(),
                b => BudgetPolicy.TryRead(b, out BudgetPolicy? p) ? p.ToBody() : null
            ),
            Body(
                typeof(StatisticReleased),
                new StatisticReleased(owner, "clinic", hash, hash, hash, loss, hash, hash).ToBody(),
                b => StatisticReleased.TryRead(b, out StatisticReleased? s) ? s.ToBody() : null
            ),
            Body(
                typeof(ColumnRules),
                new ColumnRules(owner, "clinic", [new("age", "groups", 10), new("name", "never", 0)]).ToBody(),
                b => ColumnRules.TryRead(b, out ColumnRules? r) ? r.ToBody() : null
            ),
            Body(
                typeof(TableEntry),
                new TablePublication(hash, hash, 1000, "clinic").ToBody(),
                b => TableEntry.TryRead(b, out TablePublication? p) ? p.ToBody() : null
            ),
            Body(
                typeof(NoiseCommitted),
                NoiseCommitted.ToBody(noise.Commitment),
                b => NoiseCommitted.TryRead(b, out NoiseCommitment? c) ? NoiseCommitted.ToBody(c) : null
            ),
        ];
    }

    /// <summary>The payload of an entry under the subject that it has.</summary>
    private static Decoder Body(Type type, EntryBody valid, Func<EntryBody, EntryBody?> read) =>
        new(
            type,
            "TryRead",
            "",
            valid.Payload.ToArray(),
            b => read(new EntryBody(valid.Kind, valid.Subject.Span, b))?.Payload.ToArray()
        );

    private static Decoder Shaped(string name, Row row) =>
        new(
            typeof(Shape),
            nameof(Shape.TryDecode),
            name,
            row.Encode(),
            b => row.Shape.TryDecode(b, out Row? read) ? read.Encode() : null
        );
}
