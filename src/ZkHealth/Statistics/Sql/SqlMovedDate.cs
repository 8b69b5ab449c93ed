namespace ZkHealth.Statistics;

/// <summary>A column of dates, perhaps moved: visit_date, visit_date + 30, visit_date + INTERVAL 1 YEAR.</summary>
/// <param name="Name">The column.</param>
/// <param name="Months">The months that are added first.</param>
/// <param name="Days">The days that are added then.</param>
internal sealed record SqlMovedDate(NameNode Name, int Months = 0, int Days = 0)
{
    /// <summary>The words of it for names of columns; none where nothing is added.</summary>
    public string Text
    {
        get
        {
            string months = Months == 0 ? "" : $" + {Months} months",
                days = Days == 0 ? "" : $" + {Days} days";
            return months + days;
        }
    }

    /// <summary>Reads a name, or a name and what is added to it or taken off; null of others.</summary>
    public static SqlMovedDate? Of(SqlNode node) =>
        node switch
        {
            NameNode name => new SqlMovedDate(name),
            CallNode { Name: "+", Arguments: [NameNode name, SqlNode by] } => Moved(name, by, 1),
            CallNode { Name: "+", Arguments: [SqlNode by, NameNode name] } => Moved(name, by, 1),
            CallNode { Name: "-", Arguments: [NameNode name, SqlNode by] } => Moved(name, by, -1),
            _ => null,
        };

    /// <summary>Reads the days from one date to another, to - from or date_diff('day', from, to); null of
    /// others.</summary>
    public static (SqlMovedDate From, SqlMovedDate To)? Difference(SqlNode node) =>
        node switch
        {
            CallNode { Name: "-", Arguments: [NameNode to, NameNode from] } => (new(from), new(to)),
            CallNode
            {
                Name: "date_diff" or "datediff" or "date_sub" or "datesub",
                Arguments: [LiteralNode part, NameNode from, NameNode to]
            } when IsDay(part) => (new(from), new(to)),
            _ => null,
        };

    /// <summary>A whole number that is written out; null for others.</summary>
    public static int? WholeOf(SqlNode node) =>
        node switch
        {
            LiteralNode { Value: { Kind: SqlKind.Number, IsWhole: true, Exact: > -100_000 and < 100_000 } x } => (int)x.Exact,
            CallNode { Name: "negative", Arguments: [SqlNode inner] } => -WholeOf(inner),
            _ => null,
        };

    /// <summary>The date that is meant, of one of the column.</summary>
    /// <exception cref="SqlException">There is none.</exception>
    public DateOnly Move(DateOnly day)
    {
        try
        {
            return day.AddMonths(Months).AddDays(Days);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new SqlException(Name.Position, "a date before the year 1 or after 9999");
        }
    }

    private static SqlMovedDate? Moved(NameNode name, SqlNode by, int sign) =>
        by is LiteralNode { Value: { Kind: SqlKind.Interval } interval }
            ? new SqlMovedDate(name, sign * (int)interval.Exact, sign * (int)interval.Real)
        : WholeOf(by) is int days ? new SqlMovedDate(name, 0, sign * days)
        : null;

    private static bool IsDay(LiteralNode part) =>
        part.Value.Kind == SqlKind.Text && part.Value.Text!.ToLowerInvariant() is "day" or "days";
}
