using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>Policies, noise, coins and releases: what the ledger refuses, what an audit flags, what a verifier rejects.</summary>
public sealed partial class ReleaseTests : IDisposable
{
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("ill")]);
    private static readonly StatisticContext Context = new("p", "r", TemporaryLedger.Origin);
    private static readonly PrivacyLoss Loss = new(2, 1e-9m);

    private readonly TemporaryLedger _t = new(AccountabilityRules.Instance);
    private readonly TableOpening _table,
        _second;
    private readonly ContingencyTableOpening _cubes;

    public ReleaseTests()
    {
        (_table, _second) = (Commit([1, 2, 2, 0, 2]), Commit([1, 2, 2, 0, 2, 2]));
        _cubes = ContingencyTableProof.Prove(_table, TableAxes.Create([1], [3]));
        PublishedTables.Publish(_t.Ledger, _table.Commitment, _t.Alice, "clinic");
        PublishedTables.Publish(_t.Ledger, _second.Commitment, _t.Alice, "clinic");
    }

    public void Dispose()
    {
        _cubes.Dispose();
        _table.Dispose();
        _second.Dispose();
        _t.Dispose();
    }

    private TableOpening Commit(uint[] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(Schema, [codes]), _t.Alice.Public.OwnerId.Span, secret);
    }

    private OwnedNoise Noise(
        TableOpening? table = null,
        string dataSet = "clinic",
        string? beacon = null,
        StatisticContext? context = null,
        PrivacyLoss? loss = null
    ) =>
        OwnedNoise.Commit(
            NoiseQuery.Create(
                (table ?? _table).Commitment,
                Schema,
                new CountStatistic(Predicate.In(Schema, "ill", "yes")),
                context ?? Context,
                dataSet,
                loss ?? Loss,
                1,
                beacon ?? _t.Bob.Public.ToString()
            ),
            table ?? _table
        );

    private AppendResult Append(SigningKey key, EntryBody body) => _t.Append(key, body);

    private void Refused(string why, SigningKey key, EntryBody body)
    {
        AppendResult result = Append(key, body);
        Assert.Equal((AppendStatus.Refused, why), (result.Status, result.Reason));

        // a ledger without the rules lets it in, and the audit flags it
        long index = _t.AppendWithoutRules(key, body).Index;
        Assert.Contains($"entry {index}: {why}", LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance).Flags);
    }

    private NoisyRelease Release(OwnedNoise noise)
    {
        ReleasedStatistics.Commit(_t.Ledger, noise.Commitment, _t.Alice);
        ReleasedStatistics.Draw(_t.Ledger, noise.Commitment, _t.Bob);
        NoisyRelease release = NoisyRelease.Prove(
            _cubes,
            noise,
            ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment)!.Value.Span
        );
        Assert.True(release.Verify().IsAccepted);
        return release;
    }

    private long Record(NoisyRelease release, ILedger? ledger = null) =>
        ReleasedStatistics.Record(
            ledger ?? _t.Ledger,
            new DataSetVersion(_table.Commitment),
            release.Encode(),
            release.Commitment,
            _t.Alice
        );

    private Budget Clinic => Assert.Single(Budget.ReadAll(_t.Ledger));

    [Fact]
    public void Commitment_coins_and_release_stand_on_the_ledger_in_this_order()
    {
        using OwnedNoise noise = Noise();
        Assert.Null(ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment));
        long entry = ReleasedStatistics.Commit(_t.Ledger, noise.Commitment, _t.Alice);
        Assert.Equal(entry, ReleasedStatistics.Commit(_t.Ledger, noise.Commitment, _t.Alice));
        Assert.Null(ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment));
        Assert.Equal(
            [$"entry {entry}: noise for r (p) was committed and not released"],
            LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance).Notes
        );
        Assert.Equal((Loss, PrivacyLoss.None), (Clinic.Reserved, Clinic.Spent));

        NoisyRelease release = Release(noise);
        Assert.Equal(VerdictReason.NotPublished, ReleasedStatistics.Verify(_t.Ledger, release).Code);
        Assert.Equal(Record(release), Record(release));
        Assert.True(ReleasedStatistics.Verify(_t.Ledger, release).IsAccepted);
        AuditResult audit = LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance);
        Assert.True(audit.IsAccepted);
        Assert.Empty(audit.Flags);
        Assert.Empty(audit.Notes);
        Assert.Equal((PrivacyLoss.None, Loss, 0), (Clinic.Reserved, Clinic.Spent, Clinic.ExactReleases));
    }

    [Fact]
    public void The_same_bits_never_serve_twice()
    {
        using OwnedNoise noise = Noise();
        NoisyRelease release = Release(noise);
        Refused("the same bits were committed before", _t.Alice, NoiseCommitted.ToBody(noise.Commitment));
        Record(release);
        NoisyRelease again = NoisyRelease.Prove(_cubes, noise, release.Beacon.Span);
        Assert.Equal(
            "the ledger refused the entry: the same bits have served another release",
            Assert.Throws<InvalidOperationException>(() => Record(again)).Message
        );
        Assert.Equal(VerdictReason.AlreadyUsed, ReleasedStatistics.Verify(_t.Ledger, again).Code);
        using (SqliteLedger lax = SqliteLedger.Open(_t.Path, _t.LogKey))
        {
            Record(again, lax);
        }

        Assert.Equal(VerdictReason.AlreadyUsed, ReleasedStatistics.Verify(_t.Ledger, release).Code);
        Assert.Contains(
            LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance).Flags,
            f => f.EndsWith("the same bits have served another release", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Coins_are_drawn_once_afterwards_and_by_whom_the_commitment_names()
    {
        using OwnedNoise noise = Noise(),
            own = Noise(beacon: _t.Alice.Public.ToString());
        Refused("there is no commitment to draw coins for", _t.Bob, BeaconDrawn.Draw(noise.Commitment));
        Refused("who draws the coins is the owner", _t.Alice, NoiseCommitted.ToBody(own.Commitment));

        // the coins that were on the ledger before the commitment are no coins
        ReleasedStatistics.Commit(_t.Ledger, noise.Commitment, _t.Alice);
        Assert.Null(ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment));
        byte[] early = LedgerLeaf.TryDecode(_t.Ledger.Read(2)!, out LedgerLeaf? before, out _)
            ? before.Entry!.Body.Payload.ToArray()
            : [];
        Assert.Equal(
            "the coins were not drawn on the ledger after the commitment, by whom it names",
            ReleasedStatistics.Verify(_t.Ledger, NoisyRelease.Prove(_cubes, noise, early)).Reason
        );

        Refused("the commitment names somebody else to draw the coins", _t.Alice, BeaconDrawn.Draw(noise.Commitment));
        Assert.Null(ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment));
        Refused("expected 32 bytes", _t.Bob, new EntryBody(BeaconDrawn.Kind, noise.Commitment.Point.ToBytes(), new byte[31]));
        ReleasedStatistics.Draw(_t.Ledger, noise.Commitment, _t.Bob);
        byte[] drawn = ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment)!.Value.ToArray();
        Refused("the coins are drawn already", _t.Bob, BeaconDrawn.Draw(noise.Commitment));
        Assert.Equal(drawn, ReleasedStatistics.Beacon(_t.Ledger, noise.Commitment)!.Value.ToArray());

        // coins that the owner made up
        Assert.Equal(
            "the coins are not those that were drawn",
            ReleasedStatistics.Verify(_t.Ledger, NoisyRelease.Prove(_cubes, noise, new byte[32])).Reason
        );
    }

    [Fact]
    public void Noise_is_committed_by_the_owner_for_its_own_table_and_ledger()
    {
        using OwnedNoise noise = Noise(),
            other = Noise(dataSet: "x"),
            elsewhere = Noise(context: Context with { LedgerOrigin = "x" });
        Refused(
            "the noise is not committed by the owner that it names, or for another ledger",
            _t.Bob,
            NoiseCommitted.ToBody(noise.Commitment)
        );
        Refused(
            "the noise is not committed by the owner that it names, or for another ledger",
            _t.Alice,
            NoiseCommitted.ToBody(elsewhere.Commitment)
        );
        Refused(
            "the table is not published by the owner as one of this data set",
            _t.Alice,
            NoiseCommitted.ToBody(other.Commitment)
        );
        Assert.Equal(
            "the bits were committed for another query, or by somebody else",
            ReleasedStatistics.Verify(_t.Ledger, NoisyRelease.Prove(_cubes, noise, new byte[32])).Reason
        );
        using OwnedNoise never = Noise();
        Assert.Equal(
            "the noise was not committed on the ledger",
            ReleasedStatistics.Verify(_t.Ledger, NoisyRelease.Prove(_cubes, never, new byte[32])).Reason
        );

        // a false proof of bits
        byte[] bytes = never.Commitment.Encode();
        bytes[^1] ^= 1;
        Assert.True(NoiseCommitment.TryDecode(bytes, out NoiseCommitment? broken, out _) || Change(bytes, out broken));
        Refused("the noise: a committed bit is neither 0 nor 1", _t.Alice, NoiseCommitted.ToBody(broken!));
    }

    /// <summary>Another last byte that is still a canonical scalar.</summary>
    private static bool Change(byte[] bytes, out NoiseCommitment? broken)
    {
        bytes[^1] ^= 1;
        bytes[^2] ^= 1;
        return NoiseCommitment.TryDecode(bytes, out broken, out _);
    }

    [Fact]
    public void Whether_an_exact_file_is_recorded_is_found_by_its_bytes()
    {
        byte[] file = StatisticsProof
            .Prove(_cubes, [new CountStatistic(Predicate.In(Schema, "ill", "yes"))], Context, new DisclosureGuard(0))
            .Encode();
        Assert.Null(ReleasedStatistics.Find(_t.Ledger, new DataSetVersion(_table.Commitment), file));
        long entry = ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_table.Commitment), file, null, _t.Alice);
        Assert.Equal(entry, ReleasedStatistics.Find(_t.Ledger, new DataSetVersion(_table.Commitment), file));
        Assert.Null(ReleasedStatistics.Find(_t.Ledger, new DataSetVersion(_table.Commitment), [.. file, 0]));
        Assert.Null(ReleasedStatistics.Find(_t.Ledger, new DataSetVersion(_second.Commitment), file));
        using TableOpening elsewhere = Commit([1, 2]);
        Assert.Null(ReleasedStatistics.Find(_t.Ledger, new DataSetVersion(elsewhere.Commitment), file));
    }

    [Fact]
    public void Entries_are_read_strictly()
    {
        EntryBody policy = new BudgetPolicy(new byte[32], "a", Loss, 3).ToBody(),
            release = new StatisticReleased(new byte[32], "a", new byte[32], new byte[32], new byte[32], Loss).ToBody();
        Assert.True(
            BudgetPolicy.TryRead(policy, out BudgetPolicy? p) && p.Limit == Loss && p.ExactReleases == 3 && p.DataSet == "a"
        );
        Assert.True(StatisticReleased.TryRead(release, out StatisticReleased? r) && r.Loss == Loss && !r.IsExact);
        foreach (EntryBody body in (EntryBody[])[policy, release])
        {
            byte[] payload = body.Payload.ToArray();
            foreach (
                byte[] bad in (byte[][])
                    [
                        [],
                        [.. payload, 0],
                        payload[..^1],
                        [0x80],
                    ]
            )
            {
                EntryBody changed = new(body.Kind, body.Subject.Span, bad);
                Assert.False(
                    BudgetPolicy.TryRead(changed, out _)
                        || StatisticReleased.TryRead(changed, out _)
                        || NoiseCommitted.TryRead(changed, out _)
                );
            }

            EntryBody moved = new(body.Kind, new byte[32], payload);
            Assert.False(BudgetPolicy.TryRead(moved, out _) || StatisticReleased.TryRead(moved, out _));
        }

        Assert.Throws<ArgumentException>(() => new StatisticReleased(new byte[32], "", new byte[32], new byte[32], [], Loss));
    }
}
