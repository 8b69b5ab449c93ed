using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>
/// Attacks, B3: 900 commitments to noise of one owner (2.2 MB) made an audit take 28 s, since each of them asked for the budget
/// and so decoded all before it.
/// </summary>
public sealed class NoiseFloodTests
{
    private const int Flood = 200;

    [Fact]
    public void Each_commitment_of_a_flood_is_decoded_once()
    {
        using SigningKey owner = SigningKey.Create(),
            stranger = SigningKey.Create();
        List<LoggedEntry> entries = Entries(owner);
        long first = Allocated(entries, owner),
            second = Allocated(entries, owner),
            other = Allocated(entries, stranger);
        Assert.True(second < first / 4, $"{first} bytes, then {second}");
        Assert.True(other < first / 4, $"{first} bytes, by a stranger {other}");
    }

    /// <summary>Bytes allocated to read a budget: decoding takes most of them.</summary>
    private static long Allocated(List<LoggedEntry> entries, SigningKey owner)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Budget budget = Budget.Of(
            new LogContents(
                (kind, subject, _) => kind == NoiseCommitted.Kind && subject is null ? entries : [],
                _ => null,
                new NoteKey(TemporaryLedger.Origin, owner.Public),
                _ => true
            ),
            owner.Public.OwnerId,
            "clinic"
        );
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(budget.Open.Count, 0, Flood);
        Assert.Equal(entries[0].Entry.Signer.Equals(owner.Public) ? Flood : 0, budget.Open.Count);
        return bytes;
    }

    /// <summary>One commitment, in so many entries of the owner.</summary>
    private static List<LoggedEntry> Entries(SigningKey owner)
    {
        var schema = new TableSchema("patients", [CategoryColumn.YesNo("ill")]);
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [1, 2, 2, 0, 2],
                ]
            ),
            owner.Public.OwnerId.Span,
            secret
        );
        using OwnedNoise noise = OwnedNoise.Commit(
            table,
            new CountStatistic(Predicate.In(schema, "ill", "yes")),
            new StatisticContext("p", "r", TemporaryLedger.Origin),
            "clinic",
            new PrivacyLoss(2, 1e-9m),
            1,
            "drand 1"
        );
        return
        [
            .. Enumerable
                .Range(0, Flood)
                .Select(i => new LoggedEntry(i, TemporaryLedger.Sign(owner, i, NoiseCommitted.ToBody(noise.Commitment)))),
        ];
    }
}
