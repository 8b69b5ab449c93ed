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
        SqlExpression[] own = [.. parts.Where(p => p.Columns.Count == 1)],
            both = [.. parts.Where(p => p.Columns.Count == 2)];
        var cell = new SqlValue[scope.Columns.Count];
        Func<uint, string> said = code =>
        {
            cell[column.Number] = column.Value(code);
            return SqlValue.ClassOf(own.Select(p => p.Evaluate(cell)));
        };
        if (both.Length > 0)
        {
            SqlColumn other = scope.Columns[both[0].Columns.First(n => n != column.Number)];
            cell[other.Number] = other.Value(other.Domain / 2);
            bool tellsAll = Count(column, code => Said(cell, column, code, both)) == column.Domain - 1;
            Func<uint, string> alone = said;
            said = tellsAll ? code => $"{code}" : code => alone(code) + Row(cell, column, code, other, both);
        }

        return Make(column, said);
    }

    private static (IReadOnlyList<SqlValue> Values, uint[] Codes) Make(SqlColumn column, Func<uint, string> said)
    {
        var classes = new Dictionary<string, uint>(StringComparer.Ordinal);
        var values = new List<SqlValue> { column.IsNumber ? column.Absent : column.Value(0) };
        SqlWork.Spend(column.Domain);
        var codes = new uint[column.Domain];
        for (uint code = column.IsNumber ? 0u : 1; code < column.Domain; code++)
        {
            string signature = said(code);
            if (classes.TryAdd(signature, (uint)values.Count))
            {
                values.Add(column.Value(code));
            }

            codes[code] = classes[signature];
        }

        return (values, codes);
    }

    private static int Count(SqlColumn column, Func<uint, string> said) =>
        Enumerable.Range(1, (int)column.Domain - 1).Select(code => said((uint)code)).Distinct(StringComparer.Ordinal).Count();

    private static string Said(SqlValue[] cell, SqlColumn column, uint code, SqlExpression[] parts)
    {
        cell[column.Number] = column.Value(code);
        return SqlValue.ClassOf(parts.Select(p => p.Evaluate(cell)));
    }

    /// <summary>Describes what parts say beside each code of the other column; runs of the same are written once.</summary>
    private static string Row(SqlValue[] cell, SqlColumn column, uint code, SqlColumn other, SqlExpression[] parts)
    {
        var row = new StringBuilder();
        string? last = null;
        cell[column.Number] = column.Value(code);
        for (uint beside = 0; beside < other.Domain; beside++)
        {
            string said = Said(cell, other, beside, parts);
            if (said != last)
            {
                row.Append('\n').Append(beside).Append(' ').Append(said);
                last = said;
            }
        }

        return row.ToString();
    }
}
