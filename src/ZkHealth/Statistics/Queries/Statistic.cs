using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A statistic of one cube that is released: public weights of the cells, from which the verifier recomputes everything, and what
/// follows from the released numbers. Rows without a value in a column that a statistic looks at are not counted.
/// </summary>
public abstract partial record Statistic
{
    private protected Statistic() { }

    /// <summary>The names of the columns that it looks at.</summary>
    public abstract IEnumerable<string> Columns { get; }

    /// <summary>The conditions that its statement holds, in the order of its words.</summary>
    internal abstract IEnumerable<Predicate> Conditions { get; }

    /// <summary>The statement in words, with the labels of a schema that it fits.</summary>
    public abstract string Describe(TableSchema schema);

    /// <summary>For each released number the weights of the cells; null where the statistic does not fit the schema or the
    /// cube.</summary>
    internal abstract long[][]? Rows(TableSchema schema, TableAxes axes);

    /// <summary>Explains why there are no rows, in words for whoever asked.</summary>
    internal virtual string Misfit(TableSchema schema, TableAxes axes) =>
        Columns.FirstOrDefault(c => schema.IndexOf(c) is not (int j and >= 0) || !axes.Columns.Contains((uint)j))
            is not string column
            ? "a statistic does not fit the schema and the columns of the cube"
        : WideColumn.Find(schema, column) is WideColumn wide
            ? $"the column '{column}' is committed as '{wide.High.Name}' and '{wide.Low.Name}', and this statistic is about one committed column: ask it of '{wide.High.Name}', or in SQL, which knows '{column}' as conditions, means, quantiles and rates in person-time do"
        : $"a statistic looks at the column '{column}', which the {(schema.IndexOf(column) < 0 ? "table" : "cube")} has not";

    /// <summary>The values that follow from the released numbers; null where they contradict the statement.</summary>
    internal abstract IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released);

    /// <summary>Determines whether the released numbers agree with the statement; without what is costly in
    /// <see cref="Derive"/>.</summary>
    internal virtual bool Agrees(TableSchema schema, ReadOnlySpan<long> released) => Derive(schema, released) is not null;

    /// <summary>Names which of the released numbers count people, for what a region reports; those without a value are left out
    /// of a report by themselves.</summary>
    internal virtual IEnumerable<long> PeopleCounted(long[] released) => Numbers(released).ToArray();

    internal abstract void Write(CborWriter w);

    /// <summary>The part that the owner fills in from the counts, such as which value is the median, and with the table's key
    /// which entries are withheld.</summary>
    internal virtual Statistic Resolve(
        TableSchema schema,
        TableAxes axes,
        ReadOnlySpan<ulong> counts,
        ReadOnlySpan<byte> suppressionKey
    ) => this;

    internal static Statistic Read(CborReader r)
    {
        r.ReadStartArray();
        Statistic statistic = r.ReadInt32() switch
        {
            CountStatistic.Kind => CountStatistic.ReadBody(r),
            MeanStatistic.Kind => MeanStatistic.ReadBody(r),
            HistogramStatistic.Kind => HistogramStatistic.ReadBody(r),
            QuantileStatistic.Kind => QuantileStatistic.ReadBody(r),
            TwoByTwoStatistic.Kind => TwoByTwoStatistic.ReadBody(r),
            StandardisedRateStatistic.Kind => StandardisedRateStatistic.ReadBody(r),
            ThresholdStatistic.Kind => ThresholdStatistic.ReadBody(r),
            ConformityStatistic.Kind => ConformityStatistic.ReadBody(r),
            MomentBoundsStatistic.Kind => MomentBoundsStatistic.ReadBody(r),
            QuantileBoundsStatistic.Kind => QuantileBoundsStatistic.ReadBody(r),
            IndependenceStatistic.Kind => IndependenceStatistic.ReadBody(r),
            IndependenceBoundsStatistic.Kind => IndependenceBoundsStatistic.ReadBody(r),
            SuppressedTableStatistic.Kind => SuppressedTableStatistic.ReadBody(r),
            RateStatistic.Kind => RateStatistic.ReadBody(r),
            StratifiedTableStatistic.Kind => StratifiedTableStatistic.ReadBody(r),
            PersonTimeRateStatistic.Kind => PersonTimeRateStatistic.ReadBody(r),
            WeightedMeanStatistic.Kind => WeightedMeanStatistic.ReadBody(r),
            _ => throw new FormatException("unknown kind of statistic"),
        };
        r.ReadEndArray();
        return statistic;
    }

    /// <summary>The forms of counts that it releases, for the disclosure guard; called only where it fits the schema and the
    /// cube, and is filled in.</summary>
    internal ReleasedForms Forms(TableSchema schema, TableAxes axes, string? file = null)
    {
        string name = file is null ? Describe(schema) : $"{Describe(schema)} ({file})";
        var forms = new ReleasedForms(name, axes) { SuppressedBelow = (this as SuppressedTableStatistic)?.Threshold };
        AddForms(forms, schema, axes);
        return forms;
    }

    /// <summary>Adds the counts, and what is said of them; without more, the released sums.</summary>
    private protected virtual void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        long[][] rows = Rows(schema, axes)!;
        foreach (long[][] sums in Together(ShowsUnknown ? rows[..^1] : rows))
        {
            forms.Sums(sums);
        }

        if (LeftOut(schema, axes) is { } left)
        {
            UnknownRows.AddForms(forms, left.Among, left.Unknown, UnknownBelow);
        }
    }

    /// <summary>Sums that say something of counts by themselves: those of one column, beside all of them.</summary>
    private protected virtual IEnumerable<long[][]> Together(long[][] rows) => [rows];

    /// <summary>The weights of all cells: weight(code), 0 where the condition, if there is one, is not true. Null where columns
    /// are missing.</summary>
    private protected static long[]? Weigh(
        TableSchema schema,
        TableAxes axes,
        Predicate? condition,
        Func<Func<string, uint>, long>? weight = null
    )
    {
        bool[]? holds = null;
        if (condition is not null && (holds = CellSpace.Evaluate(condition, schema, axes)) is null)
        {
            return null;
        }

        string[] names = [.. axes.Columns.Select(j => schema.Columns[(int)j].Name)];
        var weights = new long[axes.CellCount];
        var cell = new uint[names.Length];
        Func<string, uint> code = column => cell[Array.IndexOf(names, column)];
        for (int i = 0; i < weights.Length; i++)
        {
            if (holds is null || holds[i])
            {
                weights[i] = weight?.Invoke(code) ?? 1;
            }

            // the codes of the next cell
            for (int j = cell.Length - 1; j >= 0 && ++cell[j] == axes.Domains[j]; j--)
            {
                cell[j] = 0;
            }
        }

        return weights;
    }

    /// <summary>
    /// Explains why no moments can be taken of a column's numbers among some rows: it holds none, or rows of its top code, whose
    /// numbers are not known, are among them. Null where they can.
    /// </summary>
    private protected static string? Unknown(TableSchema schema, TableAxes axes, string column, Predicate? condition)
    {
        if (StatisticColumn.Find(schema, column) is not StatisticColumn found)
        {
            return null;
        }

        return found.Values is not NumberColumn numbers ? $"the column '{column}' holds no numbers"
            : numbers.TopCode is not null
            && Weigh(schema, axes, With(found.Known, condition), code => numbers.IsTopCoded(found.Code(code)) ? 1 : 0)
                is long[] top
            && top.AsSpan().ContainsAnyExcept(0)
                ? $"the numbers of the column '{column}' are not known from {numbers.Label(numbers.Domain - 1)} on: ask among the rows below it"
            : null;
    }

    /// <summary>Explains why no quantile can be taken of a column: its values have no order. Null where one can.</summary>
    private protected static string? Unordered(TableSchema schema, string column) =>
        schema.IndexOf(column) is int j and >= 0 && !schema.Columns[j].HasOrder
            ? $"the column '{column}' holds no numbers, and the schema does not say that its values are ordered"
            : null;

    /// <summary>
    /// The weights of the rows of a denominator that satisfy a numerator, of the rows that a rate is among (those for which the
    /// numerator is known, or all), and of those for which it is not known; null where one does not fit.
    /// </summary>
    private protected static (long[] Numerator, long[] Among, long[] Unknown)? WeighRate(
        TableSchema schema,
        TableAxes axes,
        Predicate numerator,
        Predicate denominator,
        bool includeUnknown
    )
    {
        // no condition holds for padding, and so no denominator does
        if (
            Weigh(schema, axes, denominator & numerator) is not long[] counted
            || Weigh(schema, axes, denominator) is not long[] all
            || CellSpace.EvaluateFalse(numerator, schema, axes) is not bool[] isFalse
        )
        {
            return null;
        }

        long[] known = [.. counted.Select((w, i) => isFalse[i] ? all[i] : w)];
        return (counted, includeUnknown ? all : known, [.. all.Zip(known, (x, y) => x - y)]);
    }

    /// <summary>Determines whether so many rows may be made: a hostile file must not make us allocate them first.</summary>
    private protected static bool Bounded(long rows, TableAxes axes) => rows * axes.AllCells <= StatisticsProof.MaxWeights;

    /// <summary>Explains why so many rows are too many.</summary>
    private protected static string TooLarge(long rows, TableAxes axes) =>
        $"{rows} numbers over a cube of {axes.AllCells} cells are too many: at most {StatisticsProof.MaxWeights} weights, the product of both; group the values of a column in the schema (bands)";

    /// <summary>The sum of the counts of cells, each with its weight.</summary>
    internal static long SumOf(long[] weights, ReadOnlySpan<ulong> counts)
    {
        long sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += weights[i] * (long)counts[i];
        }

        return sum;
    }

    /// <summary>All rows of a list, or null where one is missing.</summary>
    private protected static long[][]? All(params IEnumerable<long[]?> rows)
    {
        long[]?[] list = [.. rows];
        return list.Contains(null) ? null : [.. list.Select(r => r!)];
    }

    /// <summary>The column has a value.</summary>
    private protected static Predicate? Known(TableSchema schema, string column) =>
        schema.IndexOf(column) < 0 ? null : Predicate.Known(schema, column);

    /// <summary>Known, and the condition where there is one.</summary>
    private protected static Predicate With(Predicate known, Predicate? among) => among is null ? known : known & among;

    /// <summary>The words of a hidden statement: that it holds, of how many rows where that is released, and how many it
    /// leaves out. Null where these numbers cannot be.</summary>
    private protected IReadOnlyList<ReleasedValue>? HoldsFor(long minimumRows, ReadOnlySpan<long> released)
    {
        ReadOnlySpan<long> rows = Numbers(released);
        if ((ShowsUnknown && released[^1] < 0) || (!rows.IsEmpty && rows[0] < minimumRows))
        {
            return null;
        }

        ReleasedValue[] shown = rows.IsEmpty ? [] : [new ReleasedValue("rows", rows[0])];
        return [new ReleasedValue("holds", 1), .. shown, Unknown(released)];
    }

    private protected static void WriteOptional(CborWriter w, Predicate? predicate)
    {
        if (predicate is null)
        {
            w.WriteNull();
        }
        else
        {
            predicate.Write(w);
        }
    }

    private protected static Predicate? ReadOptional(CborReader r)
    {
        if (r.PeekState() != CborReaderState.Null)
        {
            return Predicate.Read(r);
        }

        r.ReadNull();
        return null;
    }

    private protected static IEnumerable<Predicate> Optional(Predicate? condition) => condition is null ? [] : [condition];

    private protected static string Among(Predicate? among, TableSchema schema) =>
        among is null ? "" : $", among {among.Describe(schema)}";
}
