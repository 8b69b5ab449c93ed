using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>A table of a cohort study and its columns.</summary>
/// <param name="Table">The committed table.</param>
/// <param name="DataSet">The data set of which it is a version.</param>
internal sealed record CohortTable(TableCommitment Table, string DataSet)
{
    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema { get; } =
        TableSchema.TryDecode(Table.Schema, out TableSchema? schema, out string? reason)
            ? schema
            : throw new ArgumentException(reason, nameof(Table));

    /// <summary>The column that names the persons of a table.</summary>
    /// <exception cref="ArgumentException">There is not just one.</exception>
    public string KeyOf(CohortTable persons)
    {
        string root = Convert.ToHexStringLower(persons.Table.Root.Span);
        string[] keys = [.. Schema.Columns.OfType<KeyColumn>().Where(k => k.Of == root).Select(k => k.Name)];
        return keys.Length == 1
            ? keys[0]
            : throw new ArgumentException(
                $"the table '{Schema.Name}' has {keys.Length} keys of '{persons.Schema.Name}', and needs one: commit them together"
            );
    }

    /// <summary>A column of days, and the day of its codes; of a wide one the two columns in which it is committed.</summary>
    /// <exception cref="ArgumentException">There is no such column of days.</exception>
    public (IReadOnlyList<string> Columns, Func<IReadOnlyList<uint>, DateOnly?> Day) Days(string name)
    {
        int j = Schema.IndexOf(name);
        if (j < 0 && WideColumn.Find(Schema, name) is { Whole: DateColumn whole } wide)
        {
            return (
                [wide.High.Name, wide.Low.Name],
                codes => wide.Code(codes[0], codes[1]) is uint code and > 0 ? whole.Value(code) : null
            );
        }

        return j >= 0 && Schema.Columns[j] is DateColumn { Unit: DateUnit.Day } days
            ? ([name], codes => codes[0] == 0 ? null : days.Value(codes[0]))
            : throw new ArgumentException($"the table '{Schema.Name}' has no column '{name}' of days");
    }
}

/// <summary>The tables of a cohort study: persons, when each is observed, and the first outcome; one row a person.</summary>
/// <param name="Persons">The persons.</param>
/// <param name="Observation">From when to when each is observed.</param>
/// <param name="Start">Its column of first days.</param>
/// <param name="End">Its column of last days.</param>
/// <param name="Outcome">The first outcome of persons who have one.</param>
/// <param name="Date">Its column of days.</param>
internal sealed record CohortTables(
    CohortTable Persons,
    CohortTable Observation,
    string Start,
    string End,
    CohortTable Outcome,
    string Date
);

/// <summary>A way to divide persons: the name of the strata, their names, and the stratum of the codes of columns.</summary>
/// <param name="Name">The name, such as sex.</param>
/// <param name="Column">The column; empty for all persons together.</param>
/// <param name="Levels">The names of the strata.</param>
/// <param name="Level">From a code of the column to the number of the stratum; −1 for none.</param>
internal sealed record CohortStrata(string Name, string Column, IReadOnlyList<string> Levels, Func<uint, int> Level)
{
    /// <summary>Tells whether the strata are a column of their own, derived from the column.</summary>
    public bool IsMapped { get; private init; }

    /// <summary>All persons together.</summary>
    public static CohortStrata Overall { get; } = new("overall", "", ["overall"], _ => 0);

    /// <summary>The values of a column of names.</summary>
    public static CohortStrata ByCategory(TableSchema schema, string name, string column) =>
        schema.IndexOf(column) is int j and >= 0 && schema.Columns[j] is CategoryColumn categories
            ? new(name, column, [.. categories.Categories.Select(c => c.Label)], code => (int)code - 1)
            : throw new ArgumentException($"the table '{schema.Name}' has no column '{column}' of named values");

    /// <summary>Bands of the age that is reached in a year, of a column of years of birth.</summary>
    /// <param name="schema">The schema of persons.</param>
    /// <param name="column">The years of birth.</param>
    /// <param name="year">The year.</param>
    /// <param name="from">The least age of each band, ascending.</param>
    public static CohortStrata ByAge(TableSchema schema, string column, int year, IReadOnlyList<int> from)
    {
        if (schema.IndexOf(column) is not (int j and >= 0) || schema.Columns[j] is not NumberColumn { Scale: 0 } born)
        {
            throw new ArgumentException($"the table '{schema.Name}' has no column '{column}' of years of birth");
        }

        if (from.Zip(from.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw new ArgumentException(
                $"expected the least ages of groups in ascending order, each once, got {string.Join(',', from)}",
                nameof(from)
            );
        }

        return new(
            "age_group",
            column,
            [.. from.Select((f, i) => i + 1 < from.Count ? $"{f} to {from[i + 1] - 1}" : $"{f} to 150")],
            code => code == 0 ? -1 : from.Count(f => f <= year - (int)born.Value(code)) - 1
        )
        {
            IsMapped = true,
        };
    }
}
