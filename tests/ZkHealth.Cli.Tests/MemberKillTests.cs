using System.Numerics;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>A committee member on a ledger and a folder, killed before and after every single thing that it stores or
/// says.</summary>
public sealed class MemberKillTests : IDisposable
{
    private static readonly TableSchema Schema = new("t", [CategoryColumn.YesNo("ill")]);

    private readonly string _root = Directory.CreateTempSubdirectory("zkhealth").FullName;
    private readonly SigningKey _log = SigningKey.Create();
    private readonly SigningKey[] _keys = [SigningKey.Create(), SigningKey.Create(), SigningKey.Create()];
    private byte[] _sid = [];

    public void Dispose()
    {
        _log.Dispose();
        Array.ForEach(_keys, k => k.Dispose());
        Directory.Delete(_root, true);
    }

    [Fact]
    public void Killed_before_or_after_every_call_it_says_each_thing_once_and_the_same()
    {
        string start = Path.Combine(_root, "start");
        Prepare(start);
        int points = 0;
        foreach (bool after in (bool[])[false, true])
        {
            for (int call = 0; ; call++)
            {
                string folder = Path.Combine(_root, $"{after}{call}");
                Files.Copy(start, folder);
                var death = new Death(call, after);
                Dictionary<string, byte[]> said = RunSession(folder, death);
                if (!death.Happened)
                {
                    break;
                }

                points++;
                Assert.Equal(["freeze", "receipt", "sum share"], said.Keys.Order(StringComparer.Ordinal));
                Directory.Delete(folder, true);
            }
        }

        // Check, Freeze and Share store and say: at least eleven calls, before and after each
        Assert.True(points >= 22, $"only {points} points");
    }

    /// <summary>The session to its end; member 0 dies once and is started again. Returns what it said of each kind.</summary>
    private Dictionary<string, byte[]> RunSession(string folder, Death death)
    {
        using var ledger = SqliteLedger.Open(Path.Combine(folder, "L"), _log);
        IBlobStore blobs = BlobFolder.Beside(Path.Combine(folder, "L"));
        CommitteeMember Member(int j, Death? d) =>
            new(
                new MortalBoard(new LedgerBoard(ledger, blobs, _keys[j]), d),
                _sid,
                new MortalState(new MemberFolder(Path.Combine(folder, $"m{j}")), d)
            );
        CommitteeMember[] members = [Member(0, death), Member(1, null), Member(2, null)];
        foreach (Func<CommitteeMember, StepOutcome> step in MemberSteps.Exact)
        {
            for (int j = 0; j < 3; j++)
            {
                try
                {
                    Done(step(members[j]));
                }
                catch (KilledException)
                {
                    members[0] = Member(0, null);
                    Done(step(members[0]));
                }
            }
        }

        var board = new LedgerBoard(ledger, blobs);
        AggregateOutcome outcome = AggregateVerifier.Verify(board, _sid);
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal((BigInteger)(1 + 2 + 3), outcome.Values.Single());
        Assert.Empty(outcome.Findings);
        BoardEntry[] own =
        [
            .. Enumerable
                .Range(0, (int)board.GetCheckpoint().Size)
                .Select(p => board.Read(p)!)
                .Where(e => e.Author == LedgerBoard.PartyOf(_keys[0].Public)),
        ];
        return ((string[])["receipt", "freeze", "sum share"]).ToDictionary(
            kind => kind,
            kind => own.Single(e => e.Kind == $"zkhealth aggregation {kind} v1").Body.ToArray()
        );
    }

    /// <summary>Three hospitals that have dealt; hospital j has j + 1 who are ill.</summary>
    private void Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "L");
        using SqliteLedger ledger = SqliteLedger.Create(path, "region", _log);
        IBlobStore blobs = BlobFolder.Beside(path);
        LedgerBoard[] boards = [.. _keys.Select(k => new LedgerBoard(ledger, blobs, k))];
        PartyId[] parties = [.. boards.Select(b => b.Author!.Value).Order()];
        var terms = new AggregationTerms
        {
            Origin = "region",
            Purpose = "test",
            DataSet = "d",
            Schema = Schema,
            Axes = TableAxes.Create([1], [3]),
            Rows = 32,
            Question = new StatisticsQuery([new CountStatistic(Predicate.In(Schema, "ill", "yes"))]),
            Hospitals = parties,
            Committee = parties,
            Threshold = 2,
        };
        for (int j = 0; j < 3; j++)
        {
            CommitteeMember.Register(boards[j], $"House {j}");
            CommitteeMember.RegisterKey(boards[j], terms, new MemberFolder(Path.Combine(folder, $"m{j}")));
        }

        (AggregationSession? session, StepOutcome outcome) = Combiner.Open(boards[0], terms);
        Done(outcome);
        _sid = session!.Sid.ToArray();
        for (int j = 0; j < 3; j++)
        {
            var coded = new CodedTable(
                Schema,
                [
                    [.. Enumerable.Range(0, 20).Select(r => r <= j ? 2u : 1u)],
                ]
            );
            using TableOpeningFile table = TableOpeningFile.Commit(coded, _keys[j].Public.OwnerId.Span);
            PublishedTables.Publish(ledger, table.Committed.Commitment, _keys[j], terms.DataSet);
            using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table.Committed, terms.Axes);
            Done(new Dealer(boards[j], _sid).Approve(terms.Digest()));
            Done(new Dealer(boards[j], _sid).DealCube(cubes));
        }
    }

    private static void Done(StepOutcome outcome) => Assert.True(outcome.IsDone, outcome.Reason);

    private sealed class KilledException : Exception;

    /// <summary>Comes at one call, counted from 0, before or after what the call does.</summary>
    private sealed class Death(int call, bool after)
    {
        private int _calls;

        public bool Happened { get; private set; }

        public T At<T>(Func<T> work)
        {
            bool now = _calls++ == call;
            Happened |= now;
            if (now && !after)
            {
                throw new KilledException();
            }

            T result = work();
            return now ? throw new KilledException() : result;
        }
    }

    private sealed class MortalState(IMemberState inner, Death? death) : IMemberState
    {
        public byte[]? Read(string name) => inner.Read(name);

        public byte[] StoreOnce(string name, ReadOnlySpan<byte> value)
        {
            byte[] copy = value.ToArray();
            return death is null ? inner.StoreOnce(name, copy) : death.At(() => inner.StoreOnce(name, copy));
        }

        public void Replace(string name, ReadOnlySpan<byte> value)
        {
            byte[] copy = value.ToArray();
            int Work()
            {
                inner.Replace(name, copy);
                return 0;
            }

            _ = death is null ? Work() : death.At(Work);
        }
    }

    private sealed class MortalBoard(IBulletinBoard inner, Death? death) : IBulletinBoard
    {
        public string Origin => inner.Origin;

        public PartyId? Author => inner.Author;

        public IBlobStore Blobs => inner.Blobs;

        public long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body)
        {
            (byte[] s, byte[] b) = (subject.ToArray(), body.ToArray());
            return death is null ? inner.Append(kind, s, b) : death.At(() => inner.Append(kind, s, b));
        }

        public BoardEntry? Read(long position) => inner.Read(position);

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => inner.Find(kind, subject);

        public IReadOnlyList<long> FindAll(string kind) => inner.FindAll(kind);

        public long? FindAfter(long seconds) => inner.FindAfter(seconds);

        public BoardCheckpoint GetCheckpoint() => inner.GetCheckpoint();

        public bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer) => inner.IsConsistent(older, newer);
    }
}
