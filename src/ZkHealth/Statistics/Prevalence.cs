using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A prevalence: the share of the rows of a denominator that satisfy a numerator as well.</summary>
public sealed record Prevalence
{
    /// <summary>A prevalence.</summary>
    /// <param name="numerator">What is counted; a row must satisfy the denominator too.</param>
    /// <param name="denominator">Among which rows.</param>
    /// <param name="label">A name to tell prevalences of one file apart, such as a stratum; at most 256 characters.</param>
    /// <exception cref="ArgumentException">The label is too long.</exception>
    public Prevalence(Predicate numerator, Predicate denominator, string label = "")
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        ArgumentNullException.ThrowIfNull(label);
        if (label.Length > 256)
        {
            throw new ArgumentException("expected at most 256 characters", nameof(label));
        }

        (Numerator, Denominator, Label) = (numerator, denominator, label);
    }

    /// <summary>Its name; the label proves nothing, the predicates do.</summary>
    public string Label { get; }

    /// <summary>What is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows.</summary>
    public Predicate Denominator { get; }

    /// <summary>
    /// One prevalence for each value of a column: the same numerator, and the denominator narrowed to rows with that value.
    /// Labels are those of the values.
    /// </summary>
    /// <exception cref="ArgumentException">The schema has no such column.</exception>
    public static IReadOnlyList<Prevalence> ByColumn(TableSchema schema, Predicate numerator, Predicate denominator, string column)
    {
        ArgumentNullException.ThrowIfNull(schema);
        int index = schema.IndexOf(column);
        return index < 0
            ? throw new ArgumentException($"the schema has no column '{column}'", nameof(column))
            : [.. Enumerable.Range(1, (int)schema.Columns[index].Domain - 1).Select(code => new Prevalence(
                numerator, denominator & new ColumnPredicate(column, [(uint)code]), schema.Columns[index].Label((uint)code)))];
    }

    /// <summary>In words, with the labels of the schema.</summary>
    /// <exception cref="ArgumentException">The predicates do not fit the schema.</exception>
    public string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Numerator.Fits(schema) && Denominator.Fits(schema)
            ? $"{Numerator.Describe(schema)}, among {Denominator.Describe(schema)}"
            : throw new ArgumentException("the predicates do not fit the schema", nameof(schema));
    }

    /// <summary>
    /// The weights of the cells, 1 where the condition is true: numerator and denominator, then denominator. Null where a predicate
    /// does not fit the schema or looks at a column that the cube does not have.
    /// </summary>
    internal Scalar[][]? WeightRows(TableSchema schema, CubeAxes axes)
    {
        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            position[schema.Columns[(int)axes.Columns[j]].Name] = j;
        }

        if (!Numerator.Fits(schema) || !Denominator.Fits(schema)
            || !Numerator.Columns.Concat(Denominator.Columns).All(position.ContainsKey))
        {
            return null;
        }

        Scalar[][] rows = [new Scalar[axes.CellCount], new Scalar[axes.CellCount]];
        var cell = new uint[axes.Columns.Count];
        Func<string, uint> code = column => cell[position[column]];
        for (int i = 0; i < axes.CellCount; i++)
        {
            axes.Cell(i, cell);
            if (Denominator.Evaluate(code) == true)
            {
                rows[1][i] = Scalar.One;
                rows[0][i] = Numerator.Evaluate(code) == true ? Scalar.One : Scalar.Zero;
            }
        }

        return rows;
    }

    /// <summary>The counts that it releases, for the disclosure guard; it fits the schema and the cube.</summary>
    internal ReleasedForms Forms(TableSchema schema, CubeAxes axes, string? file = null)
    {
        string name = Label.Length == 0 ? Describe(schema) : $"{Describe(schema)}, {Label}";
        var forms = new ReleasedForms(file is null ? name : $"{name} ({file})", axes);
        long[][] rows = [.. WeightRows(schema, axes)!.Select(row => Array.ConvertAll(row, w => w.IsZero ? 0L : 1L))];
        forms.Exact(rows[0], "the numerator");
        forms.Exact(rows[1], "the denominator");
        return forms;
    }
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
