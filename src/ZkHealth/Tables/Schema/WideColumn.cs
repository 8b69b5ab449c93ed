namespace ZkHealth.Tables;

/// <summary>
/// A column of more values than <see cref="Narrow"/>, which is committed as two: of numbers the quotient and the remainder by
/// <see cref="Digit"/> of their places (NAME/1024 and NAME%1024, whose sum is the number), of days the year and the day of the
/// year (NAME year and NAME day). Both have code 0 where there is no value.
/// </summary>
internal sealed class WideColumn
{
    /// <summary>Columns of at most so many values are committed as one.</summary>
    public const int Narrow = 1 << 12;

    /// <summary>The number of remainders.</summary>
    public const int Digit = 1 << 10;

    private static readonly string[] Endings = ["/1024", "%1024", " year", " day"];

    private WideColumn(ColumnSchema whole, ColumnSchema high, ColumnSchema low) => (Whole, High, Low) = (whole, high, low);

    /// <summary>The column as if it were one.</summary>
    public ColumnSchema Whole { get; }

    /// <summary>The quotients, or the years.</summary>
    public ColumnSchema High { get; }

    /// <summary>The remainders, or the days of the year.</summary>
    public ColumnSchema Low { get; }

    /// <summary>The two columns in the place of one; null where it has few values, or is of a kind that has no digits.</summary>
    public static WideColumn? Split(ColumnSchema column)
    {
        if (column.Domain - 1 <= Narrow)
        {
            return null;
        }

        (ColumnSchema High, ColumnSchema Low)? digits = column switch
        {
            NumberColumn { TopCode: null } n => (
                new NumberColumn(n.Name + "/1024", n.Min, n.Max, Digit * n.Step, n.Unit, n.Scale),
                new NumberColumn(n.Name + "%1024", 0, (Digit - 1) * n.Step, n.Step, n.Unit, n.Scale)
            ),
            DateColumn { Unit: DateUnit.Day } d => (
                new DateColumn(d.Name + " year", d.First, d.Last, DateUnit.Year),
                new NumberColumn(d.Name + " day", 1, 366)
            ),
            _ => null,
        };
        return digits is var (high, low)
            ? new WideColumn(
                column,
                high with
                {
                    GuardMissing = column.GuardMissing,
                },
                low with
                {
                    GuardMissing = column.GuardMissing,
                }
            )
            : null;
    }

    /// <summary>The wide column of a name in a schema; null where there is none, or what has its names is none.</summary>
    public static WideColumn? Find(TableSchema schema, string name)
    {
        ColumnSchema? At(string digit) => schema.IndexOf(name + digit) is int j and > 0 ? schema.Columns[j] : null;
        ColumnSchema? whole = (At("/1024"), At("%1024"), At(" year"), At(" day")) switch
        {
            (NumberColumn high, NumberColumn low, _, _) when (high.Max - high.Min) / low.Step < ColumnSchema.MaxValues =>
                new NumberColumn(name, high.Min, high.Max, low.Step, high.Unit, high.Scale),
            (_, _, DateColumn { Unit: DateUnit.Year } year, NumberColumn { Domain: 367 }) => new DateColumn(
                name,
                year.First,
                new DateOnly(year.Last.Year, 12, 31)
            ),
            _ => null,
        };
        return
            whole is not null
            && Split(whole with { GuardMissing = (At("/1024") ?? At(" year"))!.GuardMissing }) is WideColumn wide
            && wide.High == (At("/1024") ?? At(" year"))
            && wide.Low == (At("%1024") ?? At(" day"))
            ? wide
            : null;
    }

    /// <summary>The name of the wide column whose digits a column of this name may hold; null where it can hold none.</summary>
    public static string? WholeOf(string column) =>
        Endings.Where(e => column.EndsWith(e, StringComparison.Ordinal)).Select(e => column[..^e.Length]).FirstOrDefault();

    /// <summary>Determines whether two names are of one column, or of a wide one and of a column that holds its digits: what an
    /// owner says of the one holds for the other.</summary>
    public static bool IsSame(string a, string b) => a == b || WholeOf(a) == b || a == WholeOf(b);

    /// <summary>The codes of both columns; 0 and 0 where there is no value.</summary>
    public (uint High, uint Low) Digits(uint code)
    {
        if (code == 0)
        {
            return (0, 0);
        }

        return Whole is DateColumn date && High is DateColumn years
            ? (years.CodeOf(date.Value(code)), (uint)date.Value(code).DayOfYear)
            : ((code - 1) / Digit + 1, (code - 1) % Digit + 1);
    }

    /// <summary>The code of the value; 0 where one of the columns has none, or both together name none.</summary>
    public uint Code(uint high, uint low)
    {
        if (high == 0 || low == 0)
        {
            return 0;
        }

        if (Whole is DateColumn date && High is DateColumn years)
        {
            int year = years.Value(high).Year;
            return low <= (DateTime.IsLeapYear(year) ? 366u : 365u)
                ? date.CodeOf(new DateOnly(year, 1, 1).AddDays((int)low - 1))
                : 0;
        }

        ulong code = (ulong)(high - 1) * Digit + low;
        return code < Whole.Domain ? (uint)code : 0;
    }
}
