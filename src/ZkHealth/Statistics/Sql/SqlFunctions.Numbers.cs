namespace ZkHealth.Statistics;

/// <summary>Functions and operators of numbers: exact where decimals hold the value, else as doubles.</summary>
internal static partial class SqlFunctions
{
    /// <summary>Advice on //, which is a quotient of other numbers in DuckDB.</summary>
    public const string WholeQuotients = "// takes whole numbers: floor(a / b) is of all";

    /// <summary>The type of the numbers that a function gives; null where it is that of what it is given.</summary>
    public static SqlNumberType? TypeOf(string function) =>
        function switch
        {
            "/" or "cast double" => SqlNumberType.Real,
            "cast integer" or "cast bigint" => SqlNumberType.Whole,
            _ => null,
        };

    private static SqlValue Arithmetic(string name, SqlValue a, SqlValue b)
    {
        if (name == "//" && !(IsInteger(a) && IsInteger(b)))
        {
            throw new FormatException(WholeQuotients);
        }

        bool real = a.IsReal || b.IsReal || name == "/";
        if (name is "//" or "%" && b.Real == 0)
        {
            return real ? SqlValue.Of(double.NaN) : SqlValue.Null;
        }

        double approximate = name switch
        {
            "+" => a.Real + b.Real,
            "-" => a.Real - b.Real,
            "*" => a.Real * b.Real,
            "/" => a.Real / b.Real,
            "//" => Math.Truncate(a.Real / b.Real),
            _ => a.Real % b.Real,
        };
        if (!a.IsExact || !b.IsExact || name == "/")
        {
            return real ? SqlValue.Of(approximate) : throw new FormatException("a number is too large");
        }

        try
        {
            decimal exact = name switch
            {
                "+" => a.Exact + b.Exact,
                "-" => a.Exact - b.Exact,
                "*" => a.Exact * b.Exact,
                "//" => decimal.Truncate(a.Exact / b.Exact),
                _ => a.Exact % b.Exact + new decimal(0, 0, 0, false, Math.Max(a.Exact.Scale, b.Exact.Scale)),
            };
            return real ? new SqlValue(SqlKind.Number, exact, approximate, true, true) : SqlValue.Of(exact);
        }
        catch (OverflowException)
        {
            return SqlValue.Of(approximate);
        }
    }

    /// <summary>The number with the other sign; of a double 0 has one.</summary>
    private static SqlValue Negative(SqlValue x) =>
        x.IsReal ? x with { Exact = 0 - x.Exact, Real = -x.Real } : SqlValue.Of(-x.Exact);

    private static bool IsInteger(SqlValue x) => x is { IsWhole: true, IsReal: false } && x.Exact.Scale == 0;

    private static SqlValue Round(string name, SqlValue x, int digits)
    {
        if (name == "abs")
        {
            return x with { Exact = Math.Abs(x.Exact), Real = Math.Abs(x.Real) };
        }

        if (x.IsReal || !x.IsExact)
        {
            double power = Math.Pow(10, digits);
            double rounded = name switch
            {
                "floor" => Math.Floor(x.Real),
                "round" => Math.Round(x.Real * power, MidpointRounding.AwayFromZero) / power,
                _ => Math.Ceiling(x.Real),
            };
            return double.IsInteger(rounded) && Math.Abs(rounded) < 1e15
                ? new SqlValue(SqlKind.Number, (decimal)rounded, rounded, true, true)
                : SqlValue.Of(rounded);
        }

        return SqlValue.Of(
            name switch
            {
                "floor" => Math.Floor(x.Exact),
                "round" when digits >= 0 => Math.Round(x.Exact, Math.Min(digits, 28), MidpointRounding.AwayFromZero),
                "round" => Math.Round(x.Exact / (decimal)Math.Pow(10, -digits), MidpointRounding.AwayFromZero)
                    * (decimal)Math.Pow(10, -digits),
                _ => Math.Ceiling(x.Exact),
            }
        );
    }
}
