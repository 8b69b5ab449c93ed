using System.Diagnostics;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Reports;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Every step of a session on a ledger file that holds so many sessions of the same hospitals and data set before it:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- sessions [PAST]`. Seconds by the clock, each step as a process
/// of its own does it: it opens the ledger, with what its party has seen of it before.
/// </summary>
internal sealed class SessionHistoryRun : IDisposable
{
    private const int Hospitals = 3;
    private static readonly TableSchema Schema = new(
        "patients",
        [CategoryColumn.YesNo("disease"), CategoryColumn.YesNo("smoker")]
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth-sessions").FullName;
    private readonly SigningKey _log = SigningKey.Create();
    private readonly SigningKey[] _keys;
    private readonly IMemberState[] _states;
    private readonly TableOpening[] _tables;
    private readonly ContingencyTableOpening[] _cubes;
    private readonly DealCache _cache = new();

    private SessionHistoryRun()
    {
        SqliteLedger.Create(Ledger, "bench.example.org", _log).Dispose();
        _keys = [.. Enumerable.Range(0, Hospitals).Select(_ => SigningKey.Create()).OrderBy(k => LedgerBoard.PartyOf(k.Public))];
        _states = [.. _keys.Select(_ => (IMemberState)new MemoryMemberState())];
        _tables = [.. _keys.Select(Table)];
        _cubes = [.. _tables.Select(t => ContingencyTableProof.Prove(t, TableAxes.Of(Schema, "disease", "smoker")))];
        using SqliteLedger ledger = LedgerFiles.Open(Ledger, _log);
        for (int i = 0; i < Hospitals; i++)
        {
            PublishedTables.Publish(ledger, _tables[i].Commitment, _keys[i], "patients");
            CommitteeMember.Register(Board(ledger, i), $"hospital {i}");
        }
    }

    private string Ledger => Path.Combine(_folder, "ledger.db");

    public static int Run(int past)
    {
        using var run = new SessionHistoryRun();
        using (SqliteLedger ledger = LedgerFiles.Open(run.Ledger, run._log))
        {
            LedgerBoard[] boards = [.. Enumerable.Range(0, Hospitals).Select(i => run.Board(ledger, i))];
            for (int i = 0; i < past; i++)
            {
                run.Session(boards, $"session {i}");
            }

            Console.WriteLine($"{past} past sessions of {Hospitals} hospitals, {ledger.GetCheckpoint().Size} entries; seconds");
        }

        run.Measure();
        return 0;
    }

    public void Dispose()
    {
        Array.ForEach(_cubes, c => c.Dispose());
        Array.ForEach(_tables, t => t.Dispose());
        Array.ForEach(_keys, k => k.Dispose());
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private TableOpening Table(SigningKey key)
    {
        using var secret = TableSecret.Create();
        uint[] disease = [.. Enumerable.Range(0, 64).Select(r => 1u + (uint)(r % 2))],
            smoker = [.. Enumerable.Range(0, 64).Select(r => 1u + (uint)(r % 3 % 2))];
        return TableOpening.Commit(new CodedTable(Schema, [disease, smoker]), key.Public.OwnerId.Span, secret);
    }

    private LedgerBoard Board(SqliteLedger ledger, int party) => new(ledger, BlobFolder.Beside(Ledger), _keys[party]);

    private AggregationTerms Terms(string purpose)
    {
        PartyId[] parties = [.. _keys.Select(k => LedgerBoard.PartyOf(k.Public))];
        return new AggregationTerms
        {
            Origin = "bench.example.org",
            Purpose = purpose,
            DataSet = "patients",
            Schema = Schema,
            Axes = TableAxes.Of(Schema, "disease", "smoker"),
            Rows = 64,
            Question = new StatisticsQuery([new CountStatistic(Predicate.In(Schema, "disease", "yes"))]),
            Hospitals = parties,
            Committee = parties,
            Threshold = 2,
        };
    }

    /// <summary>A session to its frozen set, by parties that share boards and verdicts: what stands in the way of later
    /// ones.</summary>
    private void Session(LedgerBoard[] boards, string purpose)
    {
        AggregationTerms terms = Terms(purpose);
        ReadOnlySpan<byte> sid = Open(boards, terms).Sid.Span;
        for (int i = 0; i < Hospitals; i++)
        {
            Deal(new Dealer(boards[i], sid) { Cache = _cache }, terms, i);
        }

        CommitteeMember[] members = new CommitteeMember[Hospitals];
        for (int i = 0; i < Hospitals; i++)
        {
            members[i] = new CommitteeMember(boards[i], sid, _states[i]) { Cache = _cache };
        }

        Close(members, 1);
        Array.ForEach(members, m => AggregationCase.Done(m.Check()));
        Close(members, 2);
        Close(members, 3);
        Close(members, 4);
        Array.ForEach(members, m => AggregationCase.Done(m.Freeze()));
    }

    private AggregationSession Open(LedgerBoard[] boards, AggregationTerms terms)
    {
        for (int i = 0; i < boards.Length; i++)
        {
            CommitteeMember.RegisterKey(boards[i], terms, _states[i]);
        }

        return Combiner.Open(boards[0], terms).Session ?? throw new InvalidOperationException("the session is not opened");
    }

    private void Deal(Dealer dealer, AggregationTerms terms, int hospital)
    {
        AggregationCase.Done(dealer.Approve(terms.Digest()));
        AggregationCase.Done(dealer.DealCube(_cubes[hospital]));
    }

    private static void Close(CommitteeMember[] members, int number)
    {
        AggregationCase.Done(members[0].CloseCutOff(number));
        AggregationCase.Done(members[1].CloseCutOff(number));
    }

    private void Measure()
    {
        AggregationTerms terms = Terms("measured");
        AggregationSession session = null!;
        using (SqliteLedger others = LedgerFiles.Open(Ledger, _log))
        {
            CommitteeMember.RegisterKey(Board(others, 1), terms, _states[1]);
            CommitteeMember.RegisterKey(Board(others, 2), terms, _states[2]);

            // with a policy of each, every look at the session asks for each dealer's budget
            foreach (SigningKey key in _keys)
            {
                var policy = new BudgetPolicy(key.Public.OwnerId.Span, "patients", PrivacyLoss.None, 1_000_000);
                ReleasedStatistics.Publish(others, policy, key);
            }
        }

        // the first look of each party reads the whole log; that is what its memory is for
        for (int i = 0; i < Hospitals; i++)
        {
            Time($"first look {i}", i, board => board.GetCheckpoint());
        }

        Time("register and open", 0, board => session = Open([board], terms));
        for (int i = 0; i < Hospitals; i++)
        {
            Time($"deal {i}", i, board => Deal(new Dealer(board, session.Sid.Span), terms, i));
        }

        Step(session, "cut-off 1", m => m.CloseCutOff(1), 2);
        Step(session, "check", m => m.Check(), Hospitals);
        for (int number = 2; number <= 4; number++)
        {
            Step(session, $"cut-off {number}", m => m.CloseCutOff(number), 2);
        }

        Step(session, "freeze", m => m.Freeze(), Hospitals);
        Step(session, "share", m => m.Share(), Hospitals);
        Time("combine", 0, board => Verified(new Combiner(board, session.Sid.Span).Combine()));
        Time("verify", 1, board => Verified(AggregateVerifier.Verify(board, session.Sid.Span)));
        using SqliteLedger ledger = LedgerFiles.Open(Ledger, _log, new CheckpointMemory(Path.Combine(_folder, "state 0")));
        Time("budgets", () => Budget.ReadAll(ledger));
        Time("audit", () => LedgerAudit.Run(Ledger, rules: AccountabilityRules.Instance));
    }

    private static void Time(string name, Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        Console.WriteLine($"  {name}: {watch.Elapsed.TotalSeconds:F3}");
    }

    private void Step(AggregationSession session, string name, Func<CommitteeMember, StepOutcome> step, int members)
    {
        for (int i = 0; i < members; i++)
        {
            Time($"{name} {i}", i, board => AggregationCase.Done(step(new CommitteeMember(board, session.Sid.Span, _states[i]))));
        }
    }

    private static void Verified(AggregateOutcome outcome)
    {
        if (outcome.Status != OutcomeStatus.Verified)
        {
            throw new InvalidOperationException(outcome.Reason);
        }
    }

    /// <summary>One step by one party, which opens the ledger with its own memory of it.</summary>
    private void Time(string name, int party, Action<LedgerBoard> step)
    {
        Time(
            name,
            () =>
            {
                var memory = new CheckpointMemory(Path.Combine(_folder, $"state {party}"));
                using SqliteLedger ledger = LedgerFiles.Open(Ledger, _log, memory);
                step(Board(ledger, party));
            }
        );
    }
}
