using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Witnesses: they replay and cosign, sign what they have seen, and are named where they cosign two histories.</summary>
public sealed partial class WitnessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Attack 3: the leader keeps the erasure attestation of a rival until its deadline is over. Two of four witnesses
    /// have seen it in time: the lateness is void, deposit and credit come back, and the delay is the operator's.</summary>
    [Fact]
    public void Attack_3_an_attestation_held_back_is_the_operators_breach()
    {
        using var r = new Region(_folder, "region");
        foreach (string name in (string[])["w1", "w2", "w3", "w4"])
        {
            byte[] proposal = r.Propose("commission-a", "witness", key: Region.Key(name));
            r.Approve(proposal, "commission-a", "commission-b");
        }

        r.Wait(14 * Durations.Day);
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row attested = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        Act act = r.Act("erasure attested", "institute", attested);
        r.Sleep(20 * Durations.Day);
        SubmissionReceipt[] receipts = [.. ((string[])["w1", "w2"]).Select(w => See(r, w, act)!)];
        r.Sleep(20 * Durations.Day);
        SubmissionReceipt strange = See(r, "stranger", act)!,
            late = See(r, "w3", act)!;
        Assert.Equal("Breach: RECALL_LATE", r.Do("erasure attested", "institute", attested).ToString());
        Assert.Equal(90_000, r.All(Records.Agreement).Single().Whole("locked"));
        Assert.Equal("Refused: RECEIPTS", Show(r, act, receipts[..1]));
        Assert.Equal("Refused: RECEIPTS", Show(r, act, [receipts[0], receipts[0]]));
        Assert.Equal("Refused: RECEIPTS", Show(r, act, [receipts[0], strange]));
        Assert.Equal("Refused: LATE", Show(r, act, [receipts[0], late]));
        Assert.Null(See(r, "w4", act));
        byte[] id = Signatures.RestrictingId(act);
        SubmissionReceipt other = SubmissionReceipt.Sign("other/0123456789abcdef", id, r.Time, Region.Secret("w3"));
        Assert.Equal("Refused: RECEIPTS", Show(r, act, [receipts[0], other]));
        Assert.Equal("Accepted", Show(r, act, receipts));

        // where witnesses stand, the log must not stand still either: the days between are the operator's too
        Assert.Equal("operator OPERATOR_DELAY, operator OPERATOR_SILENT", string.Join(", ", r.Breaches.Distinct()));
        Assert.Equal(100_000, r.All(Records.Agreement).Single().Whole("locked"));
        Assert.Equal(0, (long)r.MoneyMissing());
        Assert.Equal("Refused: DUPLICATE", Show(r, act, receipts));
    }

    /// <summary>Section 2: where witnesses stand in the state the heartbeat is on, without a parameter.</summary>
    [Fact]
    public void Witnesses_in_the_state_switch_the_heartbeat_on()
    {
        var r = new Region();
        r.Wait(Durations.Day);
        Assert.Empty(r.Breaches);
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        r.Wait(Parameter.Silence.Default);
        Assert.Empty(r.Breaches);
        r.Wait(Parameter.Silence.Default + 1);
        Assert.Equal(["operator OPERATOR_SILENT"], r.Breaches);
    }

    /// <summary>Attacks 1 and 3: a witness cosigns neither a forged state root, nor reordered or dropped leaves, nor a time that
    /// its clock contradicts.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(120_000, null)]
    [InlineData(120_001, "the newest leaf is too old")]
    [InlineData(-5_000, null)]
    [InlineData(-5_001, "the newest leaf is later than the clock of the witness")]
    public void Attack_3_a_witness_holds_the_log_to_its_clock(long offset, string? reason)
    {
        (Checkpoint checkpoint, byte[][] leaves, NoteKey log, long time) = Played();
        var witness = new Witness(log, Region.Secret("w1"), ManualClock.At(time + offset));
        Assert.Equal(reason is null, witness.TryCosign(checkpoint, leaves, out Cosignature? cosignature, out string? fault));
        Assert.Equal(reason, fault);
        Assert.Equal(reason is null ? leaves.Length : 0, witness.Size);
        Assert.True(cosignature is null || cosignature.IsOf(checkpoint));
    }

    /// <summary>An operator who reorders, drops, or forges a state root or a time gets no cosignature.</summary>
    [Fact]
    public void Attack_1_a_witness_replays_and_cosigns_its_own_roots_alone()
    {
        (Checkpoint checkpoint, byte[][] leaves, NoteKey log, long time) = Played();
        Assert.Equal("the checkpoint has another size", Cosign(leaves[..^1]));
        byte[][] swapped = [leaves[0], leaves[2], leaves[1], .. leaves[3..]];
        Assert.StartsWith("leaf", Cosign(swapped), StringComparison.Ordinal);
        byte[] root = leaves[2].ToArray();
        root[20] ^= 1;
        Assert.StartsWith(
            "leaf 2: its state root",
            Cosign([leaves[0], leaves[1], root, .. leaves[3..]]),
            StringComparison.Ordinal
        );

        string Cosign(byte[][] given) =>
            new Witness(log, Region.Secret("w1"), ManualClock.At(time)).TryCosign(checkpoint, given, out _, out string? fault)
                ? ""
                : fault;
    }

    /// <summary>Section 3: each node of a log signs with a key of its own, which governance has named; a checkpoint of any other
    /// key gets no cosignature.</summary>
    [Theory]
    [InlineData("node-2", true)]
    [InlineData("node-3", false)]
    public void A_witness_takes_checkpoints_of_the_nodes_in_the_state(string node, bool taken)
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "node", key: Region.Key("node-2")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        Checkpoint own = ledger.GetCheckpoint();
        byte[][] leaves = [.. Enumerable.Range(0, (int)own.Size).Select(i => ledger.Read(i)!)];
        Checkpoint of = Checkpoint.Sign(r.Origin, own.Size, own.Root.Span, Region.Secret(node));
        var witness = new Witness(ledger.Key, Region.Secret("w1"), ManualClock.At(r.Time));
        Assert.Equal(taken, witness.TryCosign(of, leaves, out Cosignature? word, out _));
        Assert.Equal(taken, word?.IsOf(of) ?? false);
    }

    /// <summary>Section 3: a bundle carries the cosignatures of the witnesses and proves that they stand in the state, offline;
    /// with fewer than 2f + 1 of 3f + 1 it says so, and a cosignature of another checkpoint rejects it.</summary>
    [Theory]
    [InlineData(0, "not enough witnesses: cosigned by 0 of 4, 3 needed")]
    [InlineData(2, "not enough witnesses: cosigned by 2 of 4, 3 needed")]
    [InlineData(3, "cosigned by 3 of 4 witnesses (3 needed)")]
    [InlineData(5, "cosigned by 4 of 4 witnesses (3 needed)")]
    public void Attack_1_a_bundle_counts_the_witnesses_that_cosigned(int signers, string said)
    {
        using var r = new Region(_folder, "region");
        string[] names = ["w1", "w2", "w3", "w4"];
        foreach (string name in names)
        {
            r.Approve(r.Propose("commission-a", "witness", key: Region.Key(name)), "commission-a", "commission-b");
        }

        r.Wait(14 * Durations.Day);
        r.Register("hospital", "ct image");
        r.Wait(1);
        using SqliteLedger ledger = r.OpenLedger();
        Checkpoint checkpoint = ledger.GetCheckpoint();
        byte[][] leaves = [.. Enumerable.Range(0, (int)checkpoint.Size).Select(i => ledger.Read(i)!)];
        Cosignature[] words =
        [
            .. names
                .Append("stranger")
                .Take(signers)
                .Select(n =>
                    new Witness(ledger.Key, Region.Secret(n), ManualClock.At(r.Time)).TryCosign(
                        checkpoint,
                        leaves,
                        out var word,
                        out _
                    )
                        ? word
                        : throw new InvalidOperationException("a witness does not cosign")
                ),
        ];
        string path = CosignedCheckpoint.PathOf(r.LedgerFile!);
        CosignedCheckpoint.Write(path, checkpoint, words);
        r.Wait(Durations.Hour);
        long asset = checkpoint.Size - 1;
        byte[] bytes = Evidence
            .Make(
                ledger,
                [asset - 1],
                [new StateQuestion(asset, Records.Asset, Region.Digest("ct image"))],
                CosignedCheckpoint.Read(path, ledger.Key)
            )
            .Encode();
        Assert.True(Evidence.TryDecode(bytes, out Evidence? bundle, out _));
        Assert.True(bundle.Verify(r.LogKey).IsAccepted);
        Assert.StartsWith(said, bundle.CountWitnesses().ToString(), StringComparison.Ordinal);
        Assert.Equal(signers >= 3, bundle.CountWitnesses().IsReached);

        // a cosignature of another time is not the one that was signed
        string note = File.ReadAllText(path);
        foreach (Cosignature word in words)
        {
            string[] parts = word.Line().TrimEnd().Split(' ');
            byte[] changed = Convert.FromBase64String(parts[2]);
            changed[11] ^= 1;
            File.WriteAllText(path, note.Replace(parts[2], Convert.ToBase64String(changed), StringComparison.Ordinal));
            Evidence wrong = Evidence.Make(ledger, [0], [], CosignedCheckpoint.Read(path, ledger.Key));
            Assert.Equal("a cosignature is not that of its witness", wrong.Verify(r.LogKey).Reason);
        }
    }

    private (Checkpoint Checkpoint, byte[][] Leaves, NoteKey Log, long Time) Played()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann");
        r.Agree("institute", ["hospital"]);
        r.Wait(1);
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        Checkpoint checkpoint = ledger.GetCheckpoint();
        return (checkpoint, [.. Enumerable.Range(0, (int)checkpoint.Size).Select(i => ledger.Read(i)!)], ledger.Key, r.Time);
    }

    private static string Show(Region r, Act act, SubmissionReceipt[] receipts) =>
        r.Do(
                "submission shown",
                "centre",
                Bodies.SubmissionShown.Row(Signatures.RestrictingId(act), receipts.Select(s => s.ToRow()))
            )
            .ToString();

    /// <summary>A witness that has replayed the log as it stands sees an entry now.</summary>
    private static SubmissionReceipt? See(Region r, string witness, Act act, string signer = "institute")
    {
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        LedgerEntry entry = LedgerEntry.SignRestricting(Region.Secret(signer), ledger.Key.Name, act.ToBody());
        Checkpoint checkpoint = ledger.GetCheckpoint();
        byte[][] leaves = [.. Enumerable.Range(0, (int)checkpoint.Size).Select(i => ledger.Read(i)!)];
        ManualClock clock = ManualClock.At(r.Steps[^1].Time);
        var seen = new Witness(ledger.Key, Region.Secret(witness), clock);
        Assert.True(seen.TryCosign(checkpoint, leaves, out _, out _));
        clock.Now = ManualClock.At(r.Time).Now;
        return seen.Receive(entry.Encode());
    }
}
