using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A prevalence: the share of the rows of a denominator that satisfy a numerator as well.</summary>
public sealed record Prevalence
{
    /// <summary>A prevalence.</summary>
    /// <param name="numerator">What is counted; a row must satisfy the denominator too.</param>
    /// <param name="denominator">Among which rows.</param>
    public Prevalence(Predicate numerator, Predicate denominator)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        (Numerator, Denominator) = (numerator, denominator);
    }

    /// <summary>What is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows.</summary>
    public Predicate Denominator { get; }

    /// <summary>
    /// A prevalence for each combination of the values of columns, the first column most significant: one numerator, and the denominator
    /// narrowed to rows with those values.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// No column, one that the schema has not, or more than <see cref="PrevalenceProof.MaxPrevalences"/> combinations.
    /// </exception>
    public static IReadOnlyList<Prevalence> ByColumns(
        TableSchema schema, Predicate numerator, Predicate denominator, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0 || columns.FirstOrDefault(c => schema.IndexOf(c) < 0) is not null)
        {
            throw new ArgumentException($"the schema has no column '{columns.FirstOrDefault(c => schema.IndexOf(c) < 0)}'", nameof(columns));
        }

        ColumnSchema[] by = [.. columns.Select(c => schema.Columns[schema.IndexOf(c)])];
        Int128 combinations = by.Aggregate((Int128)1, (n, c) => Int128.Min(n * (c.Domain - 1), int.MaxValue));
        if (combinations > PrevalenceProof.MaxPrevalences)
        {
            string values = string.Join(" and ", by.Select(c => $"{c.Domain - 1} values of '{c.Name}'"));
            throw new ArgumentException(
                $"expected at most {PrevalenceProof.MaxPrevalences} rates of one file, one for each combination of {values}; "
                + "take a column of fewer values, such as bands", nameof(columns));
        }

        IEnumerable<Predicate> strata = [denominator];
        foreach (ColumnSchema column in by)
        {
            strata = strata.SelectMany(s => Enumerable.Range(1, (int)column.Domain - 1).Select(code => s & new ColumnPredicate(column.Name, [(uint)code])));
        }

        return [.. strata.Select(s => new Prevalence(numerator, s))];
    }

    /// <summary>In words, with the labels of the schema.</summary>
    /// <exception cref="ArgumentException">The predicates do not fit the schema.</exception>
    public string Describe(TableSchema schema) => $"{Numerator.Describe(schema)}, among {Denominator.Describe(schema)}";

    /// <summary>
    /// For each cell whether it is in numerator and denominator, and whether in the denominator. Null where a predicate does not fit the schema or looks
    /// at a column that the cube does not have.
    /// </summary>
    internal bool[][]? CellRows(TableSchema schema, CubeAxes axes)
    {
        if (CellSpace.Evaluate(Denominator, schema, axes) is not bool[] among || CellSpace.Evaluate(Numerator, schema, axes) is not bool[] counted)
        {
            return null;
        }

        bool[] both = [.. among];
        for (int i = 0; i < both.Length; i++)
        {
            both[i] &= counted[i];
        }

        return [both, among];
    }

    /// <summary>The counts that it releases, for the disclosure guard; it fits the schema and the cube.</summary>
    internal ReleasedForms Forms(TableSchema schema, CubeAxes axes, string? file = null)
    {
        string name = Describe(schema);
        var forms = new ReleasedForms(file is null ? name : $"{name} ({file})", axes);
        long[][] rows = [.. WeightRows(schema, axes)!.Select(row => Array.ConvertAll(row, w => w.IsZero ? 0L : 1L))];
        forms.Exact(rows[0], "the numerator");
        forms.Exact(rows[1], "the denominator");
        return forms;
    }

    /// <summary>Cells as weights: 1 where they belong.</summary>
    internal static Scalar[] Weights(bool[] cells) => Array.ConvertAll(cells, c => c ? Scalar.One : Scalar.Zero);

    /// <summary>As <see cref="CellRows"/>, as the weights of two numbers.</summary>
    internal Scalar[][]? WeightRows(TableSchema schema, CubeAxes axes) => CellRows(schema, axes) is bool[][] rows ? Array.ConvertAll(rows, Weights) : null;
}

/// <summary>A proven rate: an exact fraction and what follows from it.</summary>
/// <param name="Numerator">The rows counted.</param>
/// <param name="Denominator">Among these.</param>
public readonly record struct Rate(ulong Numerator, ulong Denominator)
{
    /// <summary>Numerator / denominator, 0..1; null where the denominator is 0.</summary>
    public double? Value => Denominator == 0 ? null : (double)Numerator / Denominator;

    /// <summary>
    /// The 95 % confidence interval of Wilson (1927): (p + z²/2n ± z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964; from exactly 0 where the
    /// numerator is 0, to exactly 1 where it is the denominator. Null where the denominator is 0.
    /// </summary>
    public ConfidenceInterval? Wilson95
    {
        get
        {
            if (Denominator == 0 || Numerator > Denominator)
            {
                return null;
            }

            double n = Denominator, p = (double)Numerator / Denominator, square = ConfidenceInterval.Z * ConfidenceInterval.Z / n;
            double centre = p + square / 2, spread = ConfidenceInterval.Z * Math.Sqrt(p * (1 - p) / n + square / (4 * n));
            return new ConfidenceInterval("Wilson", Numerator == 0 ? 0 : (centre - spread) / (1 + square), Numerator == Denominator ? 1 : (centre + spread) / (1 + square));
        }
    }

    /// <summary>
    /// The exact 95 % confidence interval of Clopper and Pearson (1934), from quantiles of beta distributions; from exactly 0 where the numerator
    /// is 0, to exactly 1 where it is the denominator. Null where the denominator is 0.
    /// </summary>
    public ConfidenceInterval? Exact95 => Denominator == 0 || Numerator > Denominator ? null : ExactInference.Proportion(Numerator, Denominator);

    internal ReleasedValue ToValue(string name) => Denominator == 0 ? ReleasedValue.NotDefined(name, "no rows")
        : new ReleasedValue(name, (double)Numerator / Denominator, Wilson95, Exact95);

    /// <summary>The exact fraction.</summary>
    public override string ToString() => $"{Numerator}/{Denominator}";
}
