using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Names of parties. A slip in --name was let in, blocked the session for ever, and the refusal named whoever came later in the order of key
/// digests, who may have registered first.
/// </summary>
public sealed class RegistrationTests : IDisposable
{
    private static readonly TableSchema Schema = new("t", [CategoryColumn.YesNo("ill")]);

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
    private readonly SigningKey _log = SigningKey.Create();
    private readonly SigningKey[] _keys = [SigningKey.Create(), SigningKey.Create(), SigningKey.Create()];

    public void Dispose()
    {
        _log.Dispose();
        Array.ForEach(_keys, k => k.Dispose());
        Directory.Delete(_folder, true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void A_name_that_another_key_holds_is_refused_when_it_is_registered()
    {
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        Run.Json("keygen", "--out", At("north.key"));
        Run.Json("keygen", "--out", At("south.key"));
        string[] Register(string key, string name) => ["aggregate", "register", "--ledger", At("l.db"), "--key", At(key), "--name", name];
        Run.Json(Register("north.key", "North Hospital"));
        Run.Usage("--name: 'North Hospital' is the name of another key, ", Register("south.key", "North Hospital"));
        Assert.Equal(1, (int)Run.Json("ledger", "show", At("l.db"))["size"]!);
        Run.Json(Register("south.key", "South Hospital"));
        Run.Json(Register("north.key", "North Hospital"));
    }

    /// <summary>By whatever software it came on the ledger: the one who came second is at fault, whichever place it has in the committee.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Of_two_with_one_name_the_one_who_came_second_is_named(int first, int second)
    {
        using SqliteLedger ledger = SqliteLedger.Create(At("l.db"), "o", _log);
        LedgerBoard[] boards = [.. _keys.Select(k => new LedgerBoard(ledger, BlobFolder.Beside(At("l.db")), k)).OrderBy(b => b.Author!.Value)];
        PartyId[] parties = [.. boards.Select(b => b.Author!.Value)];
        var terms = new AggregationTerms
        {
            Origin = "o", Purpose = "test", DataSet = "d", Schema = Schema, Axes = TableAxes.Create([(uint)Schema.IndexOf("ill")], [3]), Rows = 32,
            Question = new StatisticsQuery([new CountStatistic(Predicate.In(Schema, "ill", "yes"))]), Hospitals = parties, Committee = parties, Threshold = 2,
        };
        CommitteeMember.Register(boards[2], "C");
        long before = CommitteeMember.Register(boards[first], "House");
        long after = CommitteeMember.Register(boards[second], "House");
        foreach ((LedgerBoard board, int j) in boards.Select((b, j) => (b, j)))
        {
            CommitteeMember.RegisterKey(board, terms, new MemberFolder(At($"m{j}")));
        }

        StepOutcome outcome = Combiner.Open(boards[2], terms).Outcome;
        Assert.False(outcome.IsDone);
        Assert.Contains($"member {parties[second]} registered as 'House' (entry {after}), which is the name of member {parties[first]} (entry {before})", outcome.Reason, StringComparison.Ordinal);
    }
}
