using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The report of every day (UTC), made while a log is read into its history, so that no period of whole days, nor what has passed
/// of one, needs a replay: the numbers of days add up, and what stands at an end is that of the last day.
/// </summary>
internal sealed class DayReports
{
    private const string Running = "day";

    private readonly HistoryDatabase _file;
    private readonly Func<Row, bool> _isRoot;
    private PeriodReport? _day;

    /// <summary>The days of a history.</summary>
    /// <param name="file">The file of the history.</param>
    /// <param name="isRoot">Tells whether the root of a spot check is the log's own.</param>
    public DayReports(HistoryDatabase file, Func<Row, bool> isRoot) => (_file, _isRoot) = (file, isRoot);

    /// <summary>Reads the day that goes on, within the change that counts further leaves.</summary>
    public void Load() => _day = _file.Blob(Running) is { Length: > 0 } bytes ? Decode(bytes) : null;

    /// <summary>Counts a leaf; the days that ended before it are closed.</summary>
    /// <param name="step">The leaf.</param>
    /// <param name="before">The state after the leaf before it.</param>
    public void Add(RegionStep step, ContractState before)
    {
        long since = before.Time;
        _day ??= Empty(DayOf(step.Time));
        while (step.Time >= _day.Until)
        {
            before = _day.Finish(before, Unpublished(_day.Until));
            _file.Run("INSERT OR REPLACE INTO day VALUES ($a, $b)", _day.From, Encode(_day));
            _day = Empty(_day.Until);
        }

        _day.Add(step, before, since);
        if (step.Act?.Kind is "receipt" or "result published")
        {
            byte[] request = PeriodReport.RequestOf(step.Act);
            _file.Run("INSERT OR IGNORE INTO used VALUES ($a, NULL, NULL)", request);
            string column = step.Act.Kind == "receipt" ? "taken" : "published";
            _file.Run($"UPDATE used SET {column} = $b WHERE request = $a AND {column} IS NULL", request, step.Time);
        }
    }

    /// <summary>Keeps the day that goes on.</summary>
    public void Save() => _file.Set(Running, _day is null ? [] : Encode(_day));

    /// <summary>The report of a period; null where it does not begin and end with days that are kept.</summary>
    /// <param name="state">The state at the end of the log.</param>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it.</param>
    public PeriodReport? Of(ContractState state, long from, long until)
    {
        long first = _file.Scalar("SELECT min(start) FROM day") as long? ?? _day?.From ?? long.MaxValue;
        if (_day is null || until <= first || (from > first && DayOf(from) != from))
        {
            return null;
        }

        bool goesOn = until > _day.From;
        if (goesOn ? until <= state.Time : DayOf(until) != until)
        {
            return null;
        }

        var report = new PeriodReport(from, until, _isRoot);
        PeriodReport? last = null;
        foreach (
            byte[] bytes in _file.Column<byte[]>(
                "SELECT bytes FROM day WHERE start >= $a AND start < $b ORDER BY start",
                Math.Max(from, first),
                // another reader may have closed the day that goes on here
                Math.Min(until, _day.From)
            )
        )
        {
            last = Decode(bytes);
            report.Add(last);
        }

        if (goesOn)
        {
            if (from <= _day.From)
            {
                report.Add(_day);
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

    private PeriodReport Empty(long from) => new(from, from + Durations.Day, _isRoot);

    private PeriodReport Decode(byte[] bytes) => PeriodReport.Read(JsonNode.Parse(bytes)!.AsObject(), _isRoot);

    private static byte[] Encode(PeriodReport day) => Encoding.UTF8.GetBytes(day.ToKept().ToJsonString());

    private static long DayOf(long time) => time - (time % Durations.Day);
}
