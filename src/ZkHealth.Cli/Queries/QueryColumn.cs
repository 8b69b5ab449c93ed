using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>A column of a condition, and the comparisons that are made with it; what is wrong is named with its place.</summary>
internal sealed class QueryColumn
{
    private readonly TableSchema _schema;
    private readonly ColumnSchema _column;

    public QueryColumn(TableSchema schema, QueryWord word)
    {
        string name = word.Value;
        int index = schema.IndexOf(name);
        _schema = schema;
        ColumnSchema? column = index >= 0 ? schema.Columns[index] : WideColumn.Find(schema, name)?.Whole;
        _column =
            column
            ?? throw At(
                word,
                $"the table has no column '{name}'; it has {string.Join(", ", schema.Columns.Skip(1).Select(c => c.Name))}"
            );
    }

    public Predicate Known(bool known) =>
        known ? Predicate.Known(_schema, _column.Name) : Predicate.Missing(_schema, _column.Name);

    /// <summary>A number or a date compares with numbers and dates, everything else with codes and labels.</summary>
    public Predicate Equal(QueryWord value) => IsLabel(value) ? In([value]) : Ranged(value, Predicate.EqualTo);

    public Predicate Ranged(QueryWord value, Func<TableSchema, string, string, Predicate> compare)
    {
        CheckQuoted(value);
        return At(value, () => compare(_schema, _column.Name, value.Value));
    }

    public Predicate Between(QueryWord low, QueryWord high)
    {
        CheckQuoted(low);
        CheckQuoted(high);
        return At(low, () => Predicate.Between(_schema, _column.Name, low.Value, high.Value));
    }

    /// <summary>One comparison with all labels and codes, and one for each number or date that stands for more than one
    /// value.</summary>
    public Predicate In(IReadOnlyList<QueryWord> values)
    {
        foreach (QueryWord value in values)
        {
            CheckQuoted(value);
            if (IsLabel(value) && _column.CodeOf(value.Value) == 0)
            {
                throw At(value, $"column '{_column.Name}' has no value '{value.Value}'");
            }
        }

        QueryWord[] labels = [.. values.Where(IsLabel)],
            others = [.. values.Where(v => !IsLabel(v))];
        IEnumerable<Predicate> all = others.Select(Equal);
        return Predicate.Any([
            .. labels.Length == 0
                ? all
                : all.Prepend(At(labels[0], () => Predicate.In(_schema, _column.Name, [.. labels.Select(l => l.Value)]))),
        ]);
    }

    /// <summary>The values are the lines of a file.</summary>
    public Predicate InFile(QueryWord path)
    {
        string file = path.Value;
        var values = new List<string>();
        foreach ((int line, string value) in ValueFile.Read(file, problem => At(path, problem)))
        {
            if (_column.CodeOf(value) == 0)
            {
                throw At(path, $"{file}, line {line}: column '{_column.Name}' has no value '{value}'");
            }

            values.Add(value);
        }

        return values.Count > 0
            ? At(path, () => Predicate.In(_schema, _column.Name, values))
            : throw At(path, $"{file} holds no value");
    }

    public Predicate Like(QueryWord pattern)
    {
        string text = pattern.Value;
        return text.IndexOf('%', StringComparison.Ordinal) == text.Length - 1 && text.Length > 1
            ? At(pattern, () => Predicate.StartsWith(_schema, _column.Name, text[..^1]))
            : throw At(pattern, "expected the beginning of codes and one % at the end, such as \"E11%\"");
    }

    /// <summary>Determines whether a value is looked up among labels and codes rather than compared as a number or a
    /// date.</summary>
    private bool IsLabel(QueryWord value)
    {
        bool isText = value.Kind is QueryKind.Text or QueryKind.Name,
            exists = _column.CodeOf(value.Value) != 0;
        return _column switch
        {
            NumberColumn => isText || exists,
            DateColumn => exists,
            BandColumn { HoldsDates: true } => isText && exists,
            BandColumn bands => isText || bands.Bands.All(b => b is { From: null, To: null }),
            _ => true,
        };
    }

    private bool HoldsDates => _column is DateColumn or BandColumn { HoldsDates: true };

    /// <summary>The fault of a word that begins with a digit and is no number: it is a date, or should stand in quotes.</summary>
    private void CheckQuoted(QueryWord value)
    {
        if (value.Kind == QueryKind.Date && !HoldsDates)
        {
            throw At(value, $"expected a number, or a value in quotes: \"{value.Text}\"");
        }
    }

    private static QueryException At(QueryWord word, string problem) => new(word.Position, problem);

    private static Predicate At(QueryWord word, Func<Predicate> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw At(word, UsageException.Problem(e));
        }
    }
}
