namespace ZkHealth.Statistics;

/// <summary>
/// Bounds the work of making a plan of a stranger's query. A query of some hundred bytes may tell a million combinations of
/// values apart, and its maker need not make its plan to write it into a file: what is made is counted in steps, one for each
/// value of an expression. Where no bound is set nothing is counted.
/// </summary>
internal static class SqlWork
{
    /// <summary>Steps that a number in a plan costs: a weight of a cell, a code of a tuple.</summary>
    public const int OfNumber = 20;

    /// <summary>Steps that the group of a cell costs, its text and its place in lists.</summary>
    public const int OfGroup = 15;

    /// <summary>Nanoseconds of a step, measured, rounded up.</summary>
    private const int Nanoseconds = 200;

    [ThreadStatic]
    private static long? _left;

    /// <summary>The steps that limits admit for a query whose file holds a plan of so many bytes: its maker has paid for
    /// those.</summary>
    public static long Steps(long maxWork, int planSize) => (maxWork / Nanoseconds) + ((long)OfNumber * planSize);

    /// <summary>Makes something within a bound.</summary>
    /// <exception cref="SqlWorkException">It takes more steps.</exception>
    public static T Within<T>(long steps, Func<T> make)
    {
        long? before = _left;
        _left = steps;
        try
        {
            return make();
        }
        finally
        {
            _left = before;
        }
    }

    /// <summary>Counts steps before they are taken.</summary>
    /// <exception cref="SqlWorkException">There are more than the bound.</exception>
    public static void Spend(long steps)
    {
        if (_left is not long left)
        {
            return;
        }

        if (left < steps)
        {
            throw new SqlWorkException();
        }

        _left = left - steps;
    }
}

/// <summary>Making a plan of a query takes more than its bound.</summary>
internal sealed class SqlWorkException() : Exception("making a plan of the SQL in the file would take more work than the limit");
