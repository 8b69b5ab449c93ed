namespace ZkHealth.Statistics;

/// <summary>
/// Comparisons of a query that no value of their column meets, as with a label that is misspelt. DuckDB takes them for false and
/// gives an answer, and so does a proof: readers are told. What is said follows from the query and the schemas alone.
/// </summary>
internal sealed class SqlRemarks
{
    private const int MostNamed = 6;

    // a verifier makes the remarks of a stranger's query: 16 of them, texts of 64 characters, some 10 ms,
    // and 0.2 s of conditions that are long
    private const int MostRemarks = 16,
        MostEvaluations = 1 << 18,
        MostSteps = 1 << 20,
        MostLetters = 64;

    private readonly List<(CallNode Node, SqlExpression Condition, SqlScope Scope)> _comparisons = [];
    private readonly List<string> _said = [];

    /// <summary>Keeps a comparison; one with a value of a list is a call of "in" at the place of the list.</summary>
    public void Add(SqlScope scope, CallNode node, SqlExpression condition) => _comparisons.Add((node, condition, scope));

    /// <summary>Keeps a remark.</summary>
    public void Say(int position, string remark) => _said.Add($"SQL, character {position}: {remark}");

    /// <summary>The remarks made so far, and one for each comparison or list that decides nothing, in the order of the text;
    /// of a query that compares very much, for the first ones.</summary>
    public IReadOnlyList<string> Find()
    {
        List<string> remarks = [.. _said.Take(MostRemarks)];
        try
        {
            return SqlWork.Within(MostSteps, () => Find(remarks));
        }
        catch (SqlWorkException)
        {
            return remarks;
        }
    }

    private List<string> Find(List<string> remarks)
    {
        long evaluations = 0;
        foreach (var group in _comparisons.GroupBy(c => (c.Node.Position, c.Node.Name)).OrderBy(g => g.Key.Position))
        {
            var missing = new List<string>();
            var seen = new HashSet<SqlValue>();
            (CallNode Node, SqlColumn Column, SqlValue[] Values)? of = null;
            foreach ((CallNode node, SqlExpression condition, SqlScope scope) in group)
            {
                // texts are written of what is missing alone: that of a chain is as long as all before it
                if (ColumnOf(condition, scope) is not SqlColumn column || !seen.Add(Literal(node)?.Value ?? SqlValue.Null))
                {
                    continue;
                }

                evaluations += column.Domain;
                if (evaluations > MostEvaluations || remarks.Count == MostRemarks)
                {
                    return remarks;
                }

                SqlWork.Spend(column.Domain);
                SqlValue[] values = [.. Enumerable.Range(1, (int)column.Domain - 1).Select(code => column.Value((uint)code))];
                if (!IsMet(node, condition, column, values, scope.Columns.Count))
                {
                    missing.Add(TextOf(node));
                    of ??= (node, column, values);
                }
            }

            if (of is (CallNode first, SqlColumn its, SqlValue[] all))
            {
                remarks.Add($"SQL, character {group.Key.Position}: {Remark(first, missing, seen.Count, its, all)}");
            }
        }

        return remarks;
    }

    /// <summary>The one column on which a condition depends, where its values are told by its schema; null for others.</summary>
    private static SqlColumn? ColumnOf(SqlExpression condition, SqlScope scope) =>
        condition.Columns.Count == 1
        && scope.Columns[condition.Columns.Single()] is { IsNumber: false, Derive: null, Domain: > 1 } column
        && column.Kind is not (SqlKind.Boolean or SqlKind.Null)
            ? column
            : null;

    /// <summary>Determines whether a value of the column meets a condition; one that tells values apart, whether one is
    /// the other.</summary>
    private static bool IsMet(CallNode node, SqlExpression condition, SqlColumn column, SqlValue[] values, int columns)
    {
        var cell = new SqlValue[columns];
        foreach (SqlValue value in values.Append(SqlValue.Null))
        {
            cell[column.Number] = value;
            try
            {
                if (condition.Evaluate(cell) is { IsNull: false } result && result.IsTrue == (node.Name != "<>"))
                {
                    return true;
                }
            }
            catch (SqlException)
            {
                // what the query computes of other rows alone, as within a CASE, decides something
                return true;
            }
        }

        return false;
    }

    private static string Remark(CallNode node, List<string> missing, int all, SqlColumn column, SqlValue[] values)
    {
        if (node.Name is not ("=" or "<>" or "in") || node.Arguments is not ([LiteralNode, _] or [_, LiteralNode]))
        {
            return $"no value of '{column.Name}' meets {Written(node)}; it has {Named(values)}";
        }

        // of an expression over the column nothing is near, and the column may well have the value
        SqlNode side = node.Arguments.First(a => a is not LiteralNode);
        bool isColumn = side is NameNode;
        string of = isColumn ? $"'{column.Name}'" : Text(side),
            has = isColumn ? "which" : $"where '{column.Name}'";
        string some = all > 1 ? $" ({missing.Count} of the {all} in the list)" : "";
        return missing.Count == 1
            ? $"{missing[0]} is no value of {of}{some}, {(isColumn ? Nearest(missing[0].Trim('\''), values) : "")}{has} has {Named(values)}"
            : $"{string.Join(", ", missing.Take(MostNamed))}{(missing.Count > MostNamed ? ", …" : "")} are no values of {of}{some}, {has} has {Named(values)}";
    }

    private static string Written(CallNode node)
    {
        string[] parts = [.. node.Arguments.Select(Text)];
        return node.Name switch
        {
            "in file" => parts[0],
            "like" or "ilike" => $"{parts[0]} {node.Name.ToUpperInvariant()} {parts[1]}",
            _ => Text(node),
        };
    }

    /// <summary>The value with which a column is compared, or else the whole comparison.</summary>
    private static string TextOf(CallNode node) => Text(Literal(node) ?? (SqlNode)node);

    /// <summary>The value with which a column is compared; null where it is none that is written.</summary>
    private static LiteralNode? Literal(CallNode node) =>
        node.Arguments.Count == 2 ? node.Arguments.OfType<LiteralNode>().FirstOrDefault() : null;

    /// <summary>Writes an expression: each part is copied into all those that it is within.</summary>
    private static string Text(SqlNode node)
    {
        SqlWork.Spend(node.Extent.Size * node.Extent.Depth);
        string text = SqlText.Of(node, n => n.Name);
        SqlWork.Spend(text.Length);
        return text;
    }

    private static string Named(SqlValue[] values)
    {
        if (values[0].Kind != SqlKind.Text)
        {
            return values.Length == 1 ? $"{values[0]} alone" : $"{values[0]} to {values[^1]}";
        }

        string more = values.Length > MostNamed ? ", …" : "";
        return string.Join(", ", values.Take(MostNamed).Select(v => $"'{v}'")) + more;
    }

    private static string Nearest(string text, SqlValue[] values)
    {
        if (values[0].Kind != SqlKind.Text || text.Length > MostLetters)
        {
            return "";
        }

        int most = Math.Max(1, text.Length / 3);
        (string? value, int distance) = values
            .Where(v => Math.Abs(v.Text!.Length - text.Length) <= most)
            .Select(v => (v.Text, Distance(text, v.Text!)))
            .DefaultIfEmpty()
            .MinBy(x => x.Item2);
        return value is not null && distance <= most ? $"perhaps '{value}', " : "";
    }

    /// <summary>The letters to be changed, added and taken away to make one text of another (Levenshtein), the case of letters
    /// left aside.</summary>
    private static int Distance(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(above[j - 1] + changed, Math.Min(above[j], row[j - 1]) + 1);
            }

            above = row;
        }

        return above[^1];
    }
}
