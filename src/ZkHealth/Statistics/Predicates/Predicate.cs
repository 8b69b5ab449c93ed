using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A condition on the codes of a row. A row without a value in a column satisfies neither a comparison on that column nor its
/// negation;
/// <see cref="Missing"/> alone counts it. Negations are carried inward as conditions are built (De Morgan), so that what is kept
/// is made of comparisons, "and" and "or": a row that satisfies neither a condition nor its negation is one of which a comparison
/// is unknown in Kleene's three-valued logic.
/// </summary>
public abstract partial class Predicate : IEquatable<Predicate>
{
    /// <summary>The deepest nesting of and, or in a file; with what a statistic adds of its own, such as that a column is
    /// known.</summary>
    internal const int MaxDepth = 32;

    /// <summary>The longest list of values that <see cref="Describe(TableSchema)"/> writes, in characters.</summary>
    internal const int LongestList = 500;

    /// <summary>The most combinations that <see cref="Combinations"/> makes.</summary>
    internal const int MaxCombinations = StatisticsProof.MaxStatistics;

    private protected Predicate() { }

    /// <summary>The names of the columns that it looks at, each once.</summary>
    public abstract IEnumerable<string> Columns { get; }

    /// <summary>The depth of nested conditions.</summary>
    internal virtual int Depth => 0;

    /// <summary>The number of comparisons, joins included: the work of evaluating it is at most so much for each cell.</summary>
    internal virtual int Nodes => 1;

    /// <summary>The column has one of these values: labels, codes of categories, or numbers and dates as their labels write
    /// them.</summary>
    /// <exception cref="ArgumentException">The schema has no such column, the column no such value, or no value is
    /// given.</exception>
    public static Predicate In(TableSchema schema, string column, params IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ColumnSchema found = NamedColumns.Find(schema, column);
        return OfCodes(schema, column, values.Select(v => NamedColumns.CodeOf(found, v)));
    }

    /// <summary>The column holds a category whose code begins with this text, as all of "E11.0", "E11.9" begin with
    /// "E11".</summary>
    /// <exception cref="ArgumentException">No such column, one that is not of categories, or no code begins so.</exception>
    public static Predicate StartsWith(TableSchema schema, string column, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (NamedColumns.Find(schema, column) is not CategoryColumn categories)
        {
            throw new ArgumentException(
                $"column '{column}' holds no codes of categories, which alone have a beginning to compare",
                nameof(column)
            );
        }

        var codes = new List<uint>();
        for (int i = 0; i < categories.Categories.Count; i++)
        {
            if (categories.Categories[i].Code.StartsWith(prefix, StringComparison.Ordinal))
            {
                codes.Add((uint)i + 1);
            }
        }

        return codes.Count > 0
            ? new ColumnPredicate(column, codes)
            : throw new ArgumentException($"column '{column}' has no code that begins with '{prefix}'", nameof(prefix));
    }

    /// <summary>The value of the column lies in from..to, both included: numbers, dates, or values of a column in
    /// order.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="column">A column of numbers, dates, bands with limits, or ordered categories.</param>
    /// <param name="from">The least value: a number such as 18.5, a date, month or year as 2026-05-01, or an ordered
    /// category.</param>
    /// <param name="to">The largest, likewise.</param>
    /// <exception cref="ArgumentException">
    /// No such column, one without order, a value that cannot be read, a range that is empty, or one that cuts a band in two.
    /// </exception>
    public static Predicate Between(TableSchema schema, string column, string from, string to)
    {
        ValueOrder order = NamedColumns.Order(schema, column);
        return OfCodes(
            schema,
            column,
            order.Range(order.Read(from, nameof(from)), true, order.Read(to, nameof(to)), true, nameof(to))
        );
    }

    /// <summary>The value of the column is at least this one.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between(TableSchema, string, string, string)"/>.</exception>
    public static Predicate AtLeast(TableSchema schema, string column, string value) => From(schema, column, value, true);

    /// <summary>The value of the column is larger than this one; of dates, later.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between(TableSchema, string, string, string)"/>.</exception>
    public static Predicate GreaterThan(TableSchema schema, string column, string value) => From(schema, column, value, false);

    /// <summary>The value of the column is at most this one.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between(TableSchema, string, string, string)"/>.</exception>
    public static Predicate AtMost(TableSchema schema, string column, string value) => UpTo(schema, column, value, true);

    /// <summary>The value of the column is smaller than this one; of dates, earlier.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between(TableSchema, string, string, string)"/>.</exception>
    public static Predicate LessThan(TableSchema schema, string column, string value) => UpTo(schema, column, value, false);

    /// <summary>The value of the column is this one; of a column of days, any day of this month or year.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Between(TableSchema, string, string, string)"/>.</exception>
    public static Predicate EqualTo(TableSchema schema, string column, string value) => Between(schema, column, value, value);

    /// <summary>The column has a value.</summary>
    /// <exception cref="ArgumentException">The schema has no such column.</exception>
    public static Predicate Known(TableSchema schema, string column) =>
        new KnownPredicate(NamedColumns.First(schema, column), true);

    /// <summary>
    /// The row has no value in the column. Padding is told from it by the public column of declared rows, which is among its
    /// <see cref="Columns"/>, so that the cube needs that axis too.
    /// </summary>
    /// <exception cref="ArgumentException">The schema has no such column.</exception>
    public static Predicate Missing(TableSchema schema, string column) =>
        new KnownPredicate(NamedColumns.First(schema, column), false);

    /// <summary>A condition for each combination of the values of columns, the first column most significant.</summary>
    /// <exception cref="ArgumentException">No column, one that the schema has not, or more than <see cref="MaxCombinations"/>
    /// combinations.</exception>
    public static IReadOnlyList<Predicate> Combinations(TableSchema schema, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
        {
            throw new ArgumentException("expected one or more columns", nameof(columns));
        }

        ColumnSchema[] by = [.. columns.Select(c => NamedColumns.Find(schema, c))];
        if (by.Aggregate((Int128)1, (n, c) => Int128.Min(n * (c.Domain - 1), int.MaxValue)) > MaxCombinations)
        {
            string values = string.Join(" and ", by.Select(c => $"{c.Domain - 1} values of '{c.Name}'"));
            throw new ArgumentException(
                $"expected at most {MaxCombinations} combinations of {values}; take a column of fewer values, such as bands",
                nameof(columns)
            );
        }

        IEnumerable<Predicate[]> combinations =
        [
            [],
        ];
        foreach (ColumnSchema column in by)
        {
            combinations = combinations.SelectMany(c =>
                Enumerable
                    .Range(1, (int)column.Domain - 1)
                    .Select(code => (Predicate[])[.. c, new ColumnPredicate(column.Name, [(uint)code])])
            );
        }

        return [.. combinations.Select(c => All(c))];
    }

    /// <summary>Both.</summary>
    /// <exception cref="ArgumentException">Nested more than twice <see cref="MaxDepth"/> deep.</exception>
    public static Predicate operator &(Predicate a, Predicate b) => new JoinedPredicate([a, b], true);

    /// <summary>One of them, or both.</summary>
    /// <exception cref="ArgumentException">Nested more than twice <see cref="MaxDepth"/> deep.</exception>
    public static Predicate operator |(Predicate a, Predicate b) => new JoinedPredicate([a, b], false);

    /// <summary>
    /// The negation, carried inward: of a comparison all other values of its column, never "no value"; of "is known" that there
    /// is no value.
    /// </summary>
    public static Predicate operator !(Predicate a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Negate();
    }

    /// <summary>All of these.</summary>
    /// <exception cref="ArgumentException">No condition, or nested more than twice <see cref="MaxDepth"/> deep.</exception>
    public static Predicate All(params IReadOnlyList<Predicate> terms) => Join(terms, true);

    /// <summary>At least one of these.</summary>
    /// <exception cref="ArgumentException">No condition, or nested more than twice <see cref="MaxDepth"/> deep.</exception>
    public static Predicate Any(params IReadOnlyList<Predicate> terms) => Join(terms, false);

    /// <summary>Compares conditions as they are written, not what they mean.</summary>
    public abstract bool Equals(Predicate? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Predicate);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>
    /// The condition in the language in which conditions are asked, with the labels of the schema; what is written means exactly
    /// the condition. A list of values that is longer than <see cref="LongestList"/> characters is given by its length and the
    /// SHA-256 of the comparison in full (UTF-8).
    /// </summary>
    /// <exception cref="ArgumentException">The condition does not fit the schema.</exception>
    public string Describe(TableSchema schema) => Describe(schema, LongestList);

    /// <summary>The condition in words with every list of values in full.</summary>
    /// <exception cref="ArgumentException">The condition does not fit the schema.</exception>
    internal string DescribeInFull(TableSchema schema) => Describe(schema, int.MaxValue);

    /// <summary>Determines whether every column and code exists in the schema, and a file can hold it.</summary>
    internal bool Fits(TableSchema schema) => Depth <= MaxDepth && HasColumns(schema);

    /// <summary>The cells of the cube of its own columns in which it holds.</summary>
    internal abstract CellSet Cells(CellSpace space);

    internal abstract void DescribeInto(PredicateText text);

    private protected abstract bool HasColumns(TableSchema schema);

    private protected abstract Predicate Negate();

    private string Describe(TableSchema schema, int longestList)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Fits(schema)
            ? PredicateText.Of(this, schema, longestList)
            : throw new ArgumentException("the condition names columns or values that the schema does not have", nameof(schema));
    }

    private static Predicate Join(IReadOnlyList<Predicate> terms, bool isAnd)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Count switch
        {
            0 => throw new ArgumentException("expected one or more conditions", nameof(terms)),
            1 => terms[0],
            _ => new JoinedPredicate(terms, isAnd),
        };
    }

    private static Predicate From(TableSchema schema, string column, string value, bool included)
    {
        ValueOrder order = NamedColumns.Order(schema, column);
        return OfCodes(schema, column, order.Range(order.Read(value, nameof(value)), included, null, true, nameof(value)));
    }

    private static Predicate UpTo(TableSchema schema, string column, string value, bool included)
    {
        ValueOrder order = NamedColumns.Order(schema, column);
        return OfCodes(schema, column, order.Range(null, true, order.Read(value, nameof(value)), included, nameof(value)));
    }

    private static Predicate OfCodes(TableSchema schema, string column, IEnumerable<uint> codes) =>
        schema.IndexOf(column) >= 0
            ? new ColumnPredicate(column, codes)
            : WidePredicates.Of(WideColumn.Find(schema, column)!, codes);
}
