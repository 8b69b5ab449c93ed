using System.Globalization;
using System.Text.RegularExpressions;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A key of events that names entities.</summary>
internal sealed record SqlLink(string Events, string Key, string Entities);

/// <summary>A derived column of totals of events.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Most">The largest code.</param>
/// <param name="Unit">What a code of 1 stands for.</param>
/// <param name="IsReal">Tells whether DuckDB adds up doubles.</param>
/// <param name="IsWhole">Tells whether what is added up is whole numbers of a type that has no others.</param>
internal sealed record SqlTotal(string Name, uint Most, decimal Unit, bool IsReal, bool IsWhole)
{
    public SqlValue Value(uint code) => SqlValue.Of(code * Unit) with { IsReal = IsReal };
}

/// <summary>A column on which a query depends, and how it is reached from the table whose rows are counted.</summary>
/// <param name="Number">Its number in the query.</param>
/// <param name="Table">The table that has it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Path">The keys that lead there.</param>
/// <param name="Domain">Codes are below it.</param>
/// <param name="Kind">The kind of its values.</param>
/// <param name="Value">The value of a code.</param>
internal sealed partial record SqlColumn(
    int Number,
    string Table,
    string Name,
    IReadOnlyList<SqlLink> Path,
    uint Domain,
    SqlKind Kind,
    Func<uint, SqlValue> Value
)
{
    /// <summary>Tells whether code k is the number k, 0 included.</summary>
    public bool IsNumber { get; init; }

    /// <summary>Of one of the two columns of a wide one the number of the other; null of others.</summary>
    public int? Other { get; init; }

    /// <summary>The key of a derived column, which is no name; null for one that is there.</summary>
    public string? Key { get; init; }

    /// <summary>Derives the column, and gives the name that it has then; null for one that is there.</summary>
    public Func<string>? Derive { get; init; }

    /// <summary>The value where a key on the way names nobody.</summary>
    public SqlValue Absent { get; init; } = SqlValue.Null;

    /// <summary>The kind and the values of a committed column; null for a key.</summary>
    public static (SqlKind Kind, Func<uint, SqlValue> Value)? Of(ColumnSchema column)
    {
        Func<uint, SqlValue> Known(Func<uint, SqlValue> value) => code => code == 0 ? SqlValue.Null : value(code);
        switch (column)
        {
            case NumberColumn number:
                return (SqlKind.Number, Known(code => SqlValue.OfColumn(number.Value(code), number.Scale)));
            case CategoryColumn truth when truth.Categories.Count <= 2 && truth.Categories.All(c => TruthOf(c.Code) is not null):
                return (SqlKind.Boolean, Known(code => SqlValue.Of(TruthOf(truth.Categories[(int)code - 1].Code)!.Value)));
            case CategoryColumn { IsOrdered: true } list when NumbersOf(list) is SqlValue[] numbers:
                return (SqlKind.Number, Known(code => numbers[code - 1]));
            case CategoryColumn category:
                return (SqlKind.Text, Known(code => SqlValue.Of(category.Categories[(int)code - 1].Code)));
            case DateColumn { Unit: DateUnit.Day } date:
                return (SqlKind.Date, Known(code => SqlValue.Of(date.Value(code))));
            case DateColumn { Unit: DateUnit.Year } date:
                return (SqlKind.Number, Known(code => SqlValue.Of((decimal)date.Value(code).Year)));
            case KeyColumn:
                return null;
            default:
                return (SqlKind.Text, Known(code => SqlValue.Of(column.Label(code))));
        }
    }

    /// <summary>The truth value for which DuckDB takes a text of a column of such texts in a CSV file; null for none.</summary>
    internal static bool? TruthOf(string text) =>
        text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" => true,
            "false" or "f" or "no" => false,
            _ => null,
        };

    /// <summary>The values of a list of numbers, ascending and all with as many digits behind the point; null where it is
    /// none.</summary>
    private static SqlValue[]? NumbersOf(CategoryColumn list)
    {
        var numbers = new decimal[list.Categories.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            string code = list.Categories[i].Code;
            if (
                !Numeral().IsMatch(code)
                || !decimal.TryParse(code, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || numbers[i].Scale != numbers[0].Scale
                || (i > 0 && numbers[i - 1] >= numbers[i])
            )
            {
                return null;
            }
        }

        return [.. numbers.Select(n => SqlValue.OfColumn(n, n.Scale))];
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numeral();
}
