using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>Kinds of values of SQL.</summary>
internal enum SqlKind
{
    Null,
    Boolean,
    Number,
    Text,
    Date,

    /// <summary>Months and days.</summary>
    Interval,
}

/// <summary>Types of numbers, in the order in which they take in each other: one of several numbers is of the last.</summary>
internal enum SqlNumberType
{
    Whole,
    Decimal,

    /// <summary>A double.</summary>
    Real,
}

/// <summary>
/// A value of SQL. A number is exact (a decimal), or a double as DuckDB makes of decimals in a CSV file and of quotients; of the
/// former the decimal is kept as well, for sums.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Exact">The number where it is known exactly; of a truth value 0 or 1; the months of an interval.</param>
/// <param name="Real">The number as a double; the days of an interval.</param>
/// <param name="IsExact">Tells whether the number is known exactly.</param>
/// <param name="IsReal">Tells whether DuckDB computes with it as a double.</param>
/// <param name="Text">The text.</param>
/// <param name="Day">The date.</param>
internal readonly record struct SqlValue(
    SqlKind Kind,
    decimal Exact = 0,
    double Real = 0,
    bool IsExact = false,
    bool IsReal = false,
    string? Text = null,
    DateOnly Day = default
)
{
    public static SqlValue Null => default;
    public static readonly SqlValue True = new(SqlKind.Boolean, 1);
    public static readonly SqlValue False = new(SqlKind.Boolean);

    public bool IsNull => Kind == SqlKind.Null;

    public bool IsTrue => Kind == SqlKind.Boolean && Exact != 0;

    public bool IsFalse => Kind == SqlKind.Boolean && Exact == 0;

    /// <summary>Determines whether a number is exact and whole.</summary>
    public bool IsWhole => Kind == SqlKind.Number && IsExact && decimal.Truncate(Exact) == Exact;

    public static SqlValue Of(bool value) => value ? True : False;

    /// <summary>A number; a decimal 0 may have a sign, which shows where it divides. Its digits after the point stay: they show
    /// in texts.</summary>
    public static SqlValue Of(decimal number) =>
        number == 0
            ? new(SqlKind.Number, new decimal(0, 0, 0, false, number.Scale), 0, true)
            : new(SqlKind.Number, number, Nearest(number), true);

    public static SqlValue Of(double number) => new(SqlKind.Number, 0, number, false, true);

    public static SqlValue Of(string text) => new(SqlKind.Text, Text: text);

    public static SqlValue Of(DateOnly day) => new(SqlKind.Date, Day: day);

    /// <summary>A decimal of a column, which DuckDB reads from a CSV file as a double.</summary>
    public static SqlValue OfColumn(decimal number, int scale) => new(SqlKind.Number, number, Nearest(number), true, scale > 0);

    /// <summary>The double nearest to a decimal; the conversion of .NET rounds the digits, and once more the quotient: digits
    /// below 2^53 and powers of 10 up to the 22nd are doubles.</summary>
    private static double Nearest(decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        bool isRoundedOnce = number != 0 && bits[2] == 0 && (uint)bits[1] < 1 << 21 && number.Scale <= 22;
        return isRoundedOnce
            ? (double)number
            : double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    public static SqlValue Interval(int months, double days) => new(SqlKind.Interval, months, days);

    /// <summary>The type of a number that stands alone.</summary>
    public SqlNumberType Type
    {
        get
        {
            bool isNumber = Kind == SqlKind.Number;
            if (isNumber && (IsReal || !IsExact))
            {
                return SqlNumberType.Real;
            }

            return isNumber && Exact.Scale != 0 ? SqlNumberType.Decimal : SqlNumberType.Whole;
        }
    }

    /// <summary>A number as a double.</summary>
    public SqlValue AsReal() => Kind == SqlKind.Number ? this with { IsReal = true } : this;

    /// <summary>Compares two values of one kind that are not NULL.</summary>
    public static int Compare(SqlValue a, SqlValue b) =>
        a.Kind switch
        {
            SqlKind.Text => Compare(a.Text!, b.Text!),
            SqlKind.Date => a.Day.CompareTo(b.Day),
            SqlKind.Number when a.IsReal || b.IsReal => Compare(a.Real, b.Real),
            _ => a.Exact.CompareTo(b.Exact),
        };

    /// <summary>Ranks what is no number above all that are.</summary>
    private static int Compare(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? double.IsNaN(a).CompareTo(double.IsNaN(b)) : a.CompareTo(b);

    /// <summary>Texts stand in the order of their characters, which is that of their bytes in UTF-8; in UTF-16 those of two code
    /// units would stand before full-width letters.</summary>
    private static int Compare(string a, string b)
    {
        int same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        (char x, char y) = (a[same], b[same]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y) : char.IsSurrogate(x).CompareTo(char.IsSurrogate(y));
    }

    /// <summary>A text that values have in common where they are the same ones, as GROUP BY takes them: 1 and 1.00 are one
    /// number.</summary>
    public static string KeyOf(IEnumerable<SqlValue> values) => string.Concat(values.Select(v => v.Key()));

    /// <summary>A text that values have in common where no function tells them apart: -0.0 divides as 0.0 does not, and 1.50 is
    /// written as 1.5 is not.</summary>
    public string Class() =>
        Kind switch
        {
            SqlKind.Null => "NULL",
            SqlKind.Boolean => IsTrue ? "true" : "false",
            _ => $"{Key()}{(Kind == SqlKind.Number ? ToString() : "")},{IsReal},{IsExact}",
        };

    /// <summary>The value as DuckDB casts it to text.</summary>
    public override string ToString() =>
        Kind switch
        {
            SqlKind.Null => "NULL",
            SqlKind.Boolean => IsTrue ? "true" : "false",
            SqlKind.Text => Text!,
            SqlKind.Date => Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            SqlKind.Number when IsReal || !IsExact => Double(),
            SqlKind.Number => Exact.ToString(CultureInfo.InvariantCulture),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Exact} months {Real} days"),
        };

    /// <summary>A text of the value alone: its length stands before it, so that no two lists of values have one text.</summary>
    private string Key()
    {
        string text = Kind == SqlKind.Number ? Number() : ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{(int)Kind}.{text.Length}:{text}");
    }

    /// <summary>One text for each number, however many zeros it is written with.</summary>
    private string Number()
    {
        if (!IsReal && IsExact)
        {
            return Exact.ToString("G29", CultureInfo.InvariantCulture);
        }

        bool isSmall = Math.Abs(Real) < 1e15;
        return Real == 0 ? "0"
            : isSmall && (double)(decimal)Real == Real ? ((decimal)Real).ToString("G29", CultureInfo.InvariantCulture)
            : Real.ToString("R", CultureInfo.InvariantCulture);
    }

    private string Double()
    {
        if (double.IsInfinity(Real))
        {
            return Real > 0 ? "inf" : "-inf";
        }

        // DuckDB writes an exponent from 1e16 on, .NET from 1e15 or 1e17 on; a decimal holds the 17 digits
        string text = Real.ToString("R", CultureInfo.InvariantCulture);
        bool hasExponent = text.Contains('E', StringComparison.Ordinal);
        if (Math.Abs(Real) >= 1e16 && !hasExponent)
        {
            int digits = text.Length - (Real < 0 ? 2 : 1);
            string format = $"0.{new string('#', digits)}";
            decimal first = decimal.Parse(text, CultureInfo.InvariantCulture) / (decimal)Math.Pow(10, digits);
            text = string.Create(
                CultureInfo.InvariantCulture,
                $"{first.ToString(format, CultureInfo.InvariantCulture)}E+{digits}"
            );
        }
        else if (Math.Abs(Real) is >= 1e15 and < 1e16 && hasExponent)
        {
            text = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        return text.AsSpan().IndexOfAny(".EN") < 0 ? text + ".0" : text.Replace('E', 'e');
    }
}
