using System.Diagnostics;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ZkHealth.Aggregation;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Benchmarks;

/// <summary>
/// A session over a board in memory, ready for each step. Statistics: a cube of 162 cells of 65,536 rows, s = 9, t = 5. Whole
/// vectors: entries of 12 bits, t = 3 of 5.
/// </summary>
internal sealed class AggregationCase : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly MemoryBoard _board = new("bench.example.org");
    private readonly PartyId[] _hospitals;
    private readonly IMemberState[] _states;
    private readonly TableOpening?[] _updates;
    private readonly ContingencyTableOpening[] _cubes;
    private readonly AggregationTerms _terms;

    public AggregationCase(int hospitals, int logRows, bool whole)
    {
        _hospitals =
        [
            .. Enumerable.Range(0, hospitals).Select(i => new PartyId(SHA256.HashData(BitConverter.GetBytes(i)))).Order(),
        ];
        PartyId[] committee = _hospitals[..(whole ? 5 : 9)];
        _states = [.. committee.Select(_ => (IMemberState)new MemoryMemberState())];
        TableSchema schema = whole
            ? new TableSchema("update", [new NumberColumn("code", 0, 4094)])
            : new TableSchema(
                "patients",
                [CategoryColumn.YesNo("disease"), new NumberColumn("age band", 0, 16), CategoryColumn.YesNo("smoker")]
            );
        _terms = new AggregationTerms
        {
            Origin = _board.Origin,
            Purpose = "bench",
            DataSet = whole ? "update" : "patients",
            Schema = schema,
            Axes = whole ? TableAxes.Create([1], [4096]) : TableAxes.Create([1, 2, 3], [3, 18, 3]),
            Rows = 1L << logRows,
            Question = whole
                ? new VectorSumQuery()
                : new StatisticsQuery([
                    new CountStatistic(Predicate.In(schema, "disease", "yes")),
                    new CountStatistic(Predicate.Known(schema, "disease")),
                ]),
            Hospitals = _hospitals,
            Committee = committee,
            Threshold = (committee.Length + 1) / 2,
        };
        foreach (PartyId party in _hospitals)
        {
            CommitteeMember.Register(_board.As(party), party.ToString());
        }

        for (int j = 0; j < committee.Length; j++)
        {
            CommitteeMember.RegisterKey(_board.As(committee[j]), _terms, _states[j]);
        }

        Session = Combiner.Open(_board.As(_hospitals[0]), _terms).Session ?? throw new InvalidOperationException("not opened");
        (_updates, _cubes) = (new TableOpening?[hospitals], new ContingencyTableOpening[hospitals]);
        var random = new Random(1);
        for (int i = 0; i < hospitals; i++)
        {
            uint[][] codes =
            [
                .. schema
                    .Columns.Skip(1)
                    .Select(c => Enumerable.Range(0, 1 << logRows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray()),
            ];
            using var secret = TableSecret.Create();
            var table = TableOpening.Commit(new CodedTable(Session.ContributionSchema, codes), _hospitals[i].ToBytes(), secret);
            _cubes[i] = ContingencyTableProof.Prove(table, _terms.Axes);
            TablePublication.Publish(_board.As(_hospitals[i]), table.Commitment, _terms.DataSet);
            _owned.Add(_cubes[i]);
            _owned.Add(table);
            _updates[i] = whole ? table : null;
        }
    }

    public AggregationSession Session { get; }

    public MemoryBoard Board => _board;

    /// <summary>The bytes of a hospital's dealing on the ledger, and of all its ciphertexts beside it.</summary>
    public (long Ledger, long Upload) Bytes()
    {
        BoardEntry entry = _board.Read(_board.Find(BoardKinds.Dealing, Session.Sid.Span)[0])!;
        ZkHealth.Aggregation.Dealing.TryDecode(entry.Body, Session, entry.Author, out Dealing? deal, out _);
        long ciphertexts = Enumerable
            .Range(0, _terms.CommitteeSize)
            .Sum(a => (long)(_board.Blobs.Read(deal!.Ciphertexts.Span.Slice(32 * a, 32), int.MaxValue)?.Length ?? 0));
        return (entry.Body.Length, ciphertexts + entry.Body.Length);
    }

    public void DealFor(int hospital)
    {
        var dealer = new Dealer(_board.As(_hospitals[hospital]), Session.Sid.Span);
        Done(dealer.Approve(_terms.Digest()));
        Done(
            _updates[hospital] is TableOpening update
                ? dealer.DealUpdate(update, _cubes[hospital])
                : dealer.DealCube(_cubes[hospital])
        );
    }

    public CommitteeMember Member(int j) => new(_board.As(_hospitals[j]), Session.Sid.Span, _states[j]);

    public void Close(int number)
    {
        for (int j = 0; j < _terms.Threshold; j++)
        {
            Done(Member(j).CloseCutOff(number));
        }
    }

    public void Each(Func<CommitteeMember, StepOutcome> step)
    {
        for (int j = 0; j < _states.Length; j++)
        {
            Done(step(Member(j)));
        }
    }

    public static void Done(StepOutcome outcome)
    {
        if (!outcome.IsDone)
        {
            throw new InvalidOperationException(outcome.Reason);
        }
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());
}

/// <summary>
/// The quick figures: `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- aggregation [LOG2_ENTRIES] [HOSPITALS]`; with
/// entries, whole vectors. Processor time of this process, one core's work; medians where steps repeat.
/// </summary>
internal static class AggregationRun
{
    public static int Run(int logEntries, int hospitals)
    {
        bool whole = logEntries > 0;
        using (var warm = new AggregationCase(9, whole ? 10 : 12, whole))
        {
            Measure(warm, 9, false);
        }

        using var session = new AggregationCase(hospitals, whole ? logEntries : 16, whole);
        Measure(session, hospitals, true);
        using Process process = Process.GetCurrentProcess();
        Console.WriteLine($"peak {process.PeakWorkingSet64 >> 20} MiB");
        return 0;
    }

    private static void Measure(AggregationCase session, int hospitals, bool print)
    {
        double[] deal = [.. Enumerable.Range(0, hospitals).Select(i => Cpu(() => session.DealFor(i)))];
        session.Close(1);
        int members = session.Session.Terms.CommitteeSize;
        double[] check =
        [
            .. Enumerable.Range(0, members).Select(j => Cpu(() => AggregationCase.Done(session.Member(j).Check()))),
        ];
        session.Close(2);
        session.Close(3);
        session.Close(4);
        session.Each(m => m.Freeze());
        double[] share =
        [
            .. Enumerable
                .Range(0, members)
                .Select(j =>
                {
                    CommitteeMember member = session.Member(j);
                    member.Freeze(); // looks at the board once: what is timed is the share alone
                    return Cpu(() => AggregationCase.Done(member.Share()));
                }),
        ];
        double combine = Cpu(() =>
            Check(new Combiner(session.Board.As(session.Session.Terms.Committee[0]), session.Session.Sid.Span).Combine())
        );
        double[] verify =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(_ => Cpu(() => Check(AggregateVerifier.Verify(session.Board, session.Session.Sid.Span)))),
        ];
        if (print)
        {
            (long ledger, long upload) = session.Bytes();
            Console.WriteLine(
                $"{hospitals} hospitals, {members} members, t = {session.Session.Terms.Threshold}, {session.Session.Terms.Rows} rows; processor milliseconds, medians"
            );
            Console.WriteLine(
                $"deal {Median(deal):F1}  check of all {Median(check):F1}  sum share {Median(share):F1}  combine {combine:F1}  verify {Median(verify):F1}"
            );
            Console.WriteLine($"a hospital's bytes: {ledger} on the ledger, {upload} in all");
        }
    }

    private static void Check(AggregateOutcome outcome)
    {
        if (outcome.Status != OutcomeStatus.Verified)
        {
            throw new InvalidOperationException(outcome.Reason);
        }
    }

    private static double Cpu(Action action)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

/// <summary>Verification by a stranger, and of the share of one member: s = 9, t = 5, ten hospitals.</summary>
[MemoryDiagnoser]
public class AggregationBenchmarks
{
    private AggregationCase _session = null!;

    [GlobalSetup]
    public void Setup()
    {
        _session = new AggregationCase(10, 16, false);
        for (int i = 0; i < 10; i++)
        {
            _session.DealFor(i);
        }

        _session.Close(1);
        _session.Each(m => m.Check());
        _session.Close(2);
        _session.Close(3);
        _session.Close(4);
        _session.Each(m => m.Freeze());
        _session.Each(m => m.Share());
    }

    [GlobalCleanup]
    public void Cleanup() => _session.Dispose();

    [Benchmark]
    public OutcomeStatus Verify() => AggregateVerifier.Verify(_session.Board, _session.Session.Sid.Span).Status;
}
