using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Rows that a statistic leaves out because it lacks a value of theirs: whoever leaves values out does not change a
/// result unseen.</summary>
public abstract partial record Statistic
{
    /// <summary>
    /// The number of rows without a value is proven to be below this, and not shown; 0 where it is shown, where such rows are not
    /// counted, and until the owner has filled it in.
    /// </summary>
    internal int UnknownBelow { get; init; }

    /// <summary>All declared rows of a table, as a condition: among these is what has no other.</summary>
    private protected static Predicate DeclaredRows { get; } = new KnownPredicate(RowColumn.ReservedName, true);

    /// <summary>Tells whether it counts the rows without a value.</summary>
    internal virtual bool CountsUnknown => false;

    /// <summary>Tells whether the last of its released numbers is that of the rows without a value.</summary>
    internal bool ShowsUnknown => CountsUnknown && UnknownBelow == 0;

    /// <summary>The number of weight rows that <see cref="Constrain"/> makes; 0 where it says nothing.</summary>
    internal virtual int ConstraintCount => UnknownBelow == 0 ? 0 : 1;

    /// <summary>The inequalities between hidden integers; called only where it fits the schema and the cube
    /// (<see cref="Rows"/>).</summary>
    internal virtual void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        if (UnknownBelow > 0)
        {
            integers.NotNegative(FewUnknown(integers, schema, axes));
        }
    }

    /// <summary>The statement that the rows without a value are few, where their number is not shown; among other inequalities
    /// of a statistic.</summary>
    private protected IReadOnlyList<(BoundedInteger X, BigInteger Largest)> FewUnknown(
        BoundedIntegers integers,
        TableSchema schema,
        TableAxes axes
    ) => UnknownBelow == 0 ? [] : [UnknownRows.FewerThan(integers, LeftOut(schema, axes)!.Value.Unknown, UnknownBelow)];

    /// <summary>Lists what must not be negative: form(p/q) ≥ 0 for a lower bound, and its negation for an upper one, where they
    /// are given.</summary>
    private protected static IEnumerable<BoundedInteger> Within(
        Fraction? atLeast,
        Fraction? atMost,
        Func<Fraction, BoundedInteger> form
    )
    {
        if (atLeast is { } low)
        {
            yield return form(low);
        }

        if (atMost is { } high)
        {
            yield return form(high) * BigInteger.MinusOne;
        }
    }

    /// <summary>The statement that withholds the number of rows without a value where it lies in 1..threshold − 1
    /// (<see cref="UnknownRows"/>).</summary>
    internal Statistic Withhold(TableSchema schema, TableAxes axes, ReadOnlySpan<ulong> counts, ulong threshold) =>
        CountsUnknown && LeftOut(schema, axes) is { } left
            ? this with
            {
                UnknownBelow = UnknownRows.Bound(left.Unknown, counts, threshold),
            }
            : this;

    /// <summary>The weights of the rows that it is about, and of those without a value; null where it does not fit, or does not
    /// count them.</summary>
    private protected virtual (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) => null;

    /// <summary>The rows that are counted, and those of a condition (of the table where there is none) that are not.</summary>
    private protected static (long[] Among, long[] Unknown)? LeftOut(
        TableSchema schema,
        TableAxes axes,
        Predicate? condition,
        Predicate counted
    ) =>
        Weigh(schema, axes, condition ?? DeclaredRows) is long[] all
        && Weigh(schema, axes, With(counted, condition)) is long[] known
            ? (known, Less(all, known))
            : null;

    /// <summary>Takes a part out of a whole, in place.</summary>
    private static long[] Less(long[] whole, long[] part)
    {
        for (int i = 0; i < whole.Length; i++)
        {
            whole[i] -= part[i];
        }

        return whole;
    }

    /// <summary>The rows of released numbers, and after them that of the rows without a value where it is shown.</summary>
    private protected long[][]? WithUnknown(TableSchema schema, TableAxes axes, long[][]? rows) =>
        rows is null || LeftOut(schema, axes) is not { } left ? null
        : UnknownBelow == 0 ? [.. rows, left.Unknown]
        : rows;

    /// <summary>The value that is released beside the number of rows without a value.</summary>
    private protected ReadOnlySpan<long> Numbers(ReadOnlySpan<long> released) => ShowsUnknown ? released[..^1] : released;

    /// <summary>The number of rows without a value as it is reported, or the words that stand for it.</summary>
    private protected ReleasedValue Unknown(ReadOnlySpan<long> released) =>
        UnknownRows.Value(ShowsUnknown ? released[^1] : 0, UnknownBelow);

    /// <summary>The columns at which a condition looks; without one, the column that tells rows from padding.</summary>
    private protected static IEnumerable<string> ColumnsOf(Predicate? condition) => (condition ?? DeclaredRows).Columns;

    /// <summary>The condition is true or false. The negation of "is known" looks at the column that tells rows from
    /// padding.</summary>
    private protected static Predicate IsKnown(Predicate condition) => condition | !condition;
}
