using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The report of every month (UTC), made while a log is read into its history, so that a month, a quarter, a year, and what has
/// passed of them, need no replay: the numbers of months add up, and what stands at an end is that of the last month.
/// </summary>
internal sealed class MonthReports
{
    private const string Running = "month";

    private readonly HistoryDatabase _file;
    private readonly Func<Row, bool> _isRoot;
    private PeriodReport? _month;

    /// <summary>The months of a history.</summary>
    /// <param name="file">The file of the history.</param>
    /// <param name="isRoot">Tells whether the root of a spot check is the log's own.</param>
    public MonthReports(HistoryDatabase file, Func<Row, bool> isRoot) => (_file, _isRoot) = (file, isRoot);

    /// <summary>Reads the month that goes on, within the change that counts further leaves.</summary>
    public void Load() => _month = _file.Blob(Running) is { Length: > 0 } bytes ? Decode(bytes) : null;

    /// <summary>Counts a leaf; the months that ended before it are closed.</summary>
    /// <param name="step">The leaf.</param>
    /// <param name="before">The state after the leaf before it.</param>
    public void Add(RegionStep step, ContractState before)
    {
        long since = before.Time;
        _month ??= Empty(MonthOf(step.Time));
        while (step.Time >= _month.Until)
        {
            before = _month.Finish(before, Unpublished(_month.Until));
            _file.Run("INSERT OR REPLACE INTO month VALUES ($a, $b)", _month.From, Encode(_month));
            _month = Empty(_month.Until);
        }

        _month.Add(step, before, since);
        if (step.Act?.Kind is "receipt" or "result published")
        {
            byte[] request = PeriodReport.RequestOf(step.Act);
            _file.Run("INSERT OR IGNORE INTO used VALUES ($a, NULL, NULL)", request);
            string column = step.Act.Kind == "receipt" ? "taken" : "published";
            _file.Run($"UPDATE used SET {column} = $b WHERE request = $a AND {column} IS NULL", request, step.Time);
        }
    }

    /// <summary>Keeps the month that goes on.</summary>
    public void Save() => _file.Set(Running, _month is null ? [] : Encode(_month));

    /// <summary>The report of a period; null where it does not begin and end with months that are kept.</summary>
    /// <param name="state">The state at the end of the log.</param>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it.</param>
    public PeriodReport? Of(ContractState state, long from, long until)
    {
        long first = _file.Scalar("SELECT min(start) FROM month") as long? ?? _month?.From ?? long.MaxValue;
        if (_month is null || until <= first || (from > first && MonthOf(from) != from))
        {
            return null;
        }

        bool goesOn = until > _month.From;
        if (goesOn ? until <= state.Time : MonthOf(until) != until)
        {
            return null;
        }

        var report = new PeriodReport(from, until, _isRoot);
        PeriodReport? last = null;
        foreach (
            byte[] bytes in _file.Column<byte[]>(
                "SELECT bytes FROM month WHERE start >= $a AND start < $b ORDER BY start",
                Math.Max(from, first),
                // another reader may have closed the month that goes on here
                Math.Min(until, _month.From)
            )
        )
        {
            last = Decode(bytes);
            report.Add(last);
        }

        if (goesOn)
        {
            if (from <= _month.From)
            {
                report.Add(_month);
            }

            report.Finish(state, Unpublished(until));
        }
        else
        {
            report.EndAs(last!);
        }

        return report;
    }

    /// <summary>The requests that were used long before a time and name no result up to then: another reader may have gone on
    /// with the file.</summary>
    private List<string> Unpublished(long until) =>
        [
            .. _file
                .Column<byte[]>(
                    "SELECT request FROM used WHERE taken <= $a AND (published IS NULL OR published >= $b)",
                    until - PeriodReport.Publication,
                    until
                )
                .Select(Convert.ToHexStringLower),
        ];

    private PeriodReport Empty(long from) =>
        new(from, DateTimeOffset.FromUnixTimeMilliseconds(from).AddMonths(1).ToUnixTimeMilliseconds(), _isRoot);

    private PeriodReport Decode(byte[] bytes) => PeriodReport.Read(JsonNode.Parse(bytes)!.AsObject(), _isRoot);

    private static byte[] Encode(PeriodReport month) => Encoding.UTF8.GetBytes(month.ToKept().ToJsonString());

    private static long MonthOf(long time)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(time);
        return new DateTimeOffset(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
