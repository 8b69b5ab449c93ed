using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate of events in person-time, from three released sums over the rows where events and time are known: 1, the events and the
/// time. The interval is exact for a count that is Poisson distributed (Garwood 1936). How many rows are left out is shown. Made
/// by its methods.
/// </summary>
internal sealed record PersonTimeRateStatistic : Statistic
{
    internal const int Kind = 16;

    /// <summary>The rate is reported for at most so many units of time.</summary>
    public const long MaxPer = 1_000_000_000;

    /// <summary>Times and events of a row up to this, in units of 10^−scale: sums of 2^30 rows stay below 2^63. There are less
    /// than 2^31 events in all.</summary>
    public const long MaxMagnitude = (1L << 32) - 1;

    private PersonTimeRateStatistic(Predicate? events, string? eventColumn, string time, Predicate? condition, long per)
    {
        ArgumentException.ThrowIfNullOrEmpty(time);
        if (per is < 1 or > MaxPer)
        {
            throw new ArgumentOutOfRangeException(nameof(per), per, $"expected a rate per 1 to {MaxPer} units of time");
        }

        (Events, EventColumn, Time, Condition, Per) = (events, eventColumn, time, condition, per);
    }

    /// <summary>The rows that are events; null where a column counts them.</summary>
    public Predicate? Events { get; }

    /// <summary>The column with the number of events of each row; null where a condition says which rows are events.</summary>
    public string? EventColumn { get; }

    /// <summary>The column with the time of each row.</summary>
    public string Time { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The rate is that in so many units of time.</summary>
    public long Per { get; }

    public override IEnumerable<string> Columns =>
        [Time, .. Events is null ? [EventColumn!] : IsKnown(Events).Columns, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [.. Optional(Events), .. Optional(Condition)];

    /// <summary>A row that satisfies a condition is one event.</summary>
    /// <exception cref="ArgumentException">No name of a column, or a number of units out of range.</exception>
    public static PersonTimeRateStatistic OfRows(Predicate events, string time, Predicate? condition = null, long per = 1)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new PersonTimeRateStatistic(events, null, time, condition, per);
    }

    /// <summary>A row has as many events as a column says.</summary>
    /// <exception cref="ArgumentException">No name of a column, or a number of units out of range.</exception>
    public static PersonTimeRateStatistic OfCounts(string events, string time, Predicate? condition = null, long per = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(events);
        return new PersonTimeRateStatistic(null, events, time, condition, per);
    }

    public override string Describe(TableSchema schema) =>
        $"the rate of {(Events is null ? $"the sum of {Quoting.Name(EventColumn!)}" : Events.Describe(schema))} per {Per} of the sum of {Quoting.Name(Time)}"
        + Among(Condition, schema)
        + UnknownRows.Describe(UnknownBelow);

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (Counted(schema) is not Predicate counted || Fault(schema, axes) is not null)
        {
            return null;
        }

        StatisticColumn time = StatisticColumn.Find(schema, Time)!;
        StatisticColumn? events = EventColumn is null ? null : StatisticColumn.Find(schema, EventColumn);
        Predicate rows = With(counted, Condition);
        return WithUnknown(
            schema,
            axes,
            All(
                Weigh(schema, axes, rows),
                Events is not null ? Weigh(schema, axes, rows & Events) : Weigh(schema, axes, rows, events!.Units),
                Weigh(schema, axes, rows, time.Units)
            )
        );
    }

    internal override string Misfit(TableSchema schema, TableAxes axes) => Fault(schema, axes) ?? base.Misfit(schema, axes);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Counted(schema) is Predicate counted ? LeftOut(schema, axes, Condition, counted) : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released)
    {
        static bool IsSum(long sum, long rows, NumberColumn column) =>
            sum >= (Int128)rows * column.MinUnits && sum <= (Int128)rows * column.MaxUnits;
        (long rows, long events, long time) = (released[0], released[1], released[2]);
        return rows >= 0
            && events is >= 0 and <= int.MaxValue
            && IsSum(time, rows, Numbers(schema, Time)!)
            && (Events is not null ? events <= rows : IsSum(events, rows, Numbers(schema, EventColumn!)!))
            && Unknown(released) is not { Value: < 0 };
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        NumberColumn column = Numbers(schema, Time)!;
        double events = released[1],
            time = (double)released[2] / column.UnitsInOne;
        string name = $"rate per {Per}{(column.Unit is null ? "" : $" {column.Unit}")}";
        (double low, double high) = ExactInference.Poisson(events);
        return
        [
            new ReleasedValue("rows", released[0]),
            new ReleasedValue("events", events),
            new ReleasedValue("time", time),
            released[0] == 0 ? ReleasedValue.NotDefined(name, "no rows")
            : time == 0 ? ReleasedValue.Ratio(name, events, 0)
            : new ReleasedValue(name, events / time * Per, new ConfidenceInterval("exact", low / time * Per, high / time * Per)),
            Unknown(released),
        ];
    }

    private protected override IEnumerable<long[][]> Together(long[][] rows) =>
        [
            [rows[0], rows[1]],
            [rows[0], rows[2]],
            rows,
        ];

    internal override IEnumerable<long> PeopleCounted(long[] released) =>
        Events is null ? [released[0]] : [released[0], released[1], released[0] - released[1]];

    /// <summary>Events and time are known; null where the schema has no such columns of numbers.</summary>
    private Predicate? Counted(TableSchema schema) =>
        Numbers(schema, Time) is null || (EventColumn is not null && Numbers(schema, EventColumn) is null)
            ? null
            : StatisticColumn.Find(schema, Time)!.Known
                & (Events is null ? StatisticColumn.Find(schema, EventColumn!)!.Known : IsKnown(Events));

    private static NumberColumn? Numbers(TableSchema schema, string column) =>
        StatisticColumn.Find(schema, column)?.Values as NumberColumn;

    /// <summary>Explains why the columns hold no events or times, or null.</summary>
    private string? Fault(TableSchema schema, TableAxes axes) =>
        Fault(schema, axes, Time)
        ?? (
            EventColumn is null ? null
            : EventColumn == Time ? "expected two different columns of events and time"
            : Fault(schema, axes, EventColumn)
                ?? (
                    Numbers(schema, EventColumn)?.Scale > 0
                        ? $"the column '{EventColumn}' holds no whole numbers, as counts of events are"
                        : null
                )
        );

    private string? Fault(TableSchema schema, TableAxes axes, string name) =>
        Unknown(schema, axes, name, Condition)
        ?? (
            Numbers(schema, name) is not { } column ? null
            : column.MinUnits < 0 ? $"the column '{name}' may hold numbers below 0, which are neither events nor times"
            : column.MaxUnits > MaxMagnitude
                ? $"the numbers of the column '{name}' reach beyond {MaxMagnitude} units of 10^-{column.Scale}"
            : null
        );

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(7);
        w.WriteInt32(Kind);
        WriteOptional(w, Events);
        w.WriteTextString(EventColumn ?? "");
        w.WriteTextString(Time);
        WriteOptional(w, Condition);
        w.WriteInt64(Per);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static PersonTimeRateStatistic ReadBody(CborReader r)
    {
        (Predicate? events, string column) = (ReadOptional(r), r.ReadTextString());
        if (events is null == (column.Length == 0))
        {
            throw new FormatException("events are counted by a condition or by a column");
        }

        return new PersonTimeRateStatistic(
            events,
            events is null ? column : null,
            r.ReadTextString(),
            ReadOptional(r),
            r.ReadInt64()
        )
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
    }
}
