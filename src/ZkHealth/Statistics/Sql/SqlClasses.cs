using System.Text;

namespace ZkHealth.Statistics;

/// <summary>
/// Classes of the codes of a column: two codes that no part of a query tells apart are one class. Of the two columns of a wide
/// one, two codes of one are a class where they say the same beside each code of the other: cost &gt;= 5000 leaves three classes
/// of quotients and two of remainders, in the place of all values.
/// </summary>
internal static class SqlClasses
{
    /// <summary>A value of each class, that of no value first, and the class of each code.</summary>
    /// <param name="scope">Has the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="parts">Expressions that depend on it alone, or on the two of a wide one.</param>
    public static (IReadOnlyList<SqlValue> Values, uint[] Codes) Of(SqlScope scope, SqlColumn column, SqlExpression[] parts)
    {
        if (!scope.Classes.TryGetValue(column.Number, out var known))
        {
            scope.Classes[column.Number] = known = [];
        }

        foreach ((SqlExpression[] told, var earlier) in known)
        {
            if (told.SequenceEqual(parts))
            {
                return earlier;
            }
        }

        var made = Make(scope, column, parts);
        known.Add((parts, made));
        return made;
    }

    private static (IReadOnlyList<SqlValue> Values, uint[] Codes) Make(SqlScope scope, SqlColumn column, SqlExpression[] parts)
    {
        SqlWork.Spend(column.Domain);
        SqlExpression[] both = [.. parts.Where(p => p.Columns.Count == 2)];
        uint[] told =
            both.Length > 0 && TellAll(scope, column, both)
                ? [.. Enumerable.Range(0, (int)column.Domain).Select(code => (uint)code)]
                : parts.Select(p => Told(scope, column, p)).Aggregate(new uint[column.Domain], Combine);
        var classes = new Dictionary<uint, uint>();
        var values = new List<SqlValue> { column.IsNumber ? column.Absent : column.Value(0) };
        var codes = new uint[column.Domain];
        for (uint code = First(column); code < column.Domain; code++)
        {
            if (!classes.TryGetValue(told[code], out codes[code]))
            {
                classes[told[code]] = codes[code] = (uint)values.Count;
                values.Add(column.Value(code));
            }
        }

        return (values, codes);
    }

    private static uint First(SqlColumn column) => column.IsNumber ? 0u : 1;

    /// <summary>Determines whether no two codes say the same beside one code of the other column.</summary>
    private static bool TellAll(SqlScope scope, SqlColumn column, SqlExpression[] both)
    {
        SqlValue[] cell = Beside(scope, column, both[0], out SqlColumn other);
        cell[other.Number] = other.Value(other.Domain / 2);
        var said = new HashSet<string>(StringComparer.Ordinal);
        for (uint code = 1; code < column.Domain; code++)
        {
            cell[column.Number] = column.Value(code);
            said.Add(string.Join('\n', both.Select(p => p.Evaluate(cell).Class())));
        }

        return said.Count == column.Domain - 1;
    }

    /// <summary>Numbers codes so that those of one number are what a part takes for the same.</summary>
    private static uint[] Told(SqlScope scope, SqlColumn column, SqlExpression part)
    {
        if (scope.Told.TryGetValue((column.Number, part), out uint[]? known))
        {
            return known;
        }

        SqlColumn? other = null;
        SqlValue[] cell = part.Columns.Count == 2 ? Beside(scope, column, part, out other) : new SqlValue[scope.Columns.Count];
        var told = new uint[column.Domain];
        var numbers = new Dictionary<string, uint>(StringComparer.Ordinal);
        for (uint code = First(column); code < column.Domain; code++)
        {
            cell[column.Number] = column.Value(code);
            string said = other is null ? part.Evaluate(cell).Class() : Row(cell, other, part);
            if (!numbers.TryGetValue(said, out told[code]))
            {
                numbers[said] = told[code] = (uint)numbers.Count;
            }
        }

        return scope.Told[(column.Number, part)] = told;
    }

    /// <summary>Numbers codes so that those of one number have one in both lists.</summary>
    private static uint[] Combine(uint[] a, uint[] b)
    {
        var pairs = new Dictionary<(uint, uint), uint>();
        var told = new uint[a.Length];
        for (int code = 0; code < told.Length; code++)
        {
            if (!pairs.TryGetValue((a[code], b[code]), out told[code]))
            {
                pairs[(a[code], b[code])] = told[code] = (uint)pairs.Count;
            }
        }

        return told;
    }

    private static SqlValue[] Beside(SqlScope scope, SqlColumn column, SqlExpression part, out SqlColumn other)
    {
        other = scope.Columns[part.Columns.First(n => n != column.Number)];
        return new SqlValue[scope.Columns.Count];
    }

    /// <summary>The words of a part beside each code of the other column; runs of the same are written once.</summary>
    private static string Row(SqlValue[] cell, SqlColumn other, SqlExpression part)
    {
        var row = new StringBuilder();
        string? last = null;
        for (uint beside = 0; beside < other.Domain; beside++)
        {
            cell[other.Number] = other.Value(beside);
            string said = part.Evaluate(cell).Class();
            if (said != last)
            {
                row.Append('\n').Append(beside).Append(' ').Append(said);
                last = said;
            }
        }

        return row.ToString();
    }
}
