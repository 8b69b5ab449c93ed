using Superpower.Model;

namespace ZkHealth.Statistics;

/// <summary>Words and signs that are refused, and what is said of a text that is none of the language.</summary>
internal static partial class SqlParser
{
    private static readonly Dictionary<string, string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        ["limit"] = "LIMIT would show rows of people: ask for groups, and take the first ones of the answer",
        ["fetch"] = "FETCH would show rows of people: ask for groups, and take the first ones of the answer",
        ["offset"] = "OFFSET would show rows of people: ask for groups",
        ["union"] = "UNION is not supported: ask one question for each part",
        ["intersect"] = "INTERSECT is not supported: join the conditions by AND",
        ["except"] = "EXCEPT is not supported: join the conditions by AND NOT",
        ["over"] = "window functions (OVER) are not supported: use GROUP BY, or a derived table with GROUP BY of the key",
        ["window"] = "window functions (WINDOW) are not supported: use GROUP BY, or a derived table with GROUP BY of the key",
        ["qualify"] = "QUALIFY is not supported: use GROUP BY, or a derived table with GROUP BY of the key",
        ["right"] = "RIGHT JOIN is not supported: exchange the tables and write LEFT JOIN",
        ["full"] = "FULL JOIN is not supported: ask about each table on its own",
        ["cross"] = "CROSS JOIN is not supported: join on a key",
        ["natural"] = "NATURAL JOIN is not supported: name the key, ON v.person_id = p.person_id",
        ["sets"] = "GROUPING SETS are not supported: ask one question for each grouping",
        ["semi"] = "SEMI JOIN is not supported: ask EXISTS",
        ["anti"] = "ANTI JOIN is not supported: ask NOT EXISTS",
        ["similar"] = "SIMILAR TO is not supported: use LIKE, or IN with a list",
    };

    private static readonly Dictionary<char, string> RefusedSigns = new()
    {
        [','] = "a comma is not expected here: tables are joined by JOIN patients p ON v.person_id = p.person_id",
        ['~'] = "regular expressions are not supported: use LIKE 'E11%', or IN with a list",
        ['\''] = "a text that begins here has no end: a quote within it is written twice, 'O''Brien'",
        ['"'] = "a name in double quotes that begins here has no end",
    };

    /// <summary>The word at the place of a fault, and those that could have stood there.</summary>
    private static SqlException Fault(TextSpan rest, IEnumerable<string> expectations)
    {
        Result<SqlWord> word = SqlWords.Read(rest);
        int position = rest.Position.Absolute + 1;
        if (word.HasValue && word.Value.Kind == SqlWordKind.Name && Refused.TryGetValue(word.Value.Text, out string? instead))
        {
            return new SqlException(position, instead);
        }

        if (!rest.IsAtEnd && RefusedSigns.TryGetValue(rest.ConsumeChar().Value, out instead) && !IsWhole(word))
        {
            return new SqlException(position, instead);
        }

        string found = rest.IsAtEnd ? "the end of the text" : $"`{(word.HasValue ? word.Value.Text : rest.ConsumeChar().Value)}`";
        string expected = string.Join(" or ", expectations.Distinct());
        return new SqlException(position, $"unexpected {found}{(expected.Length > 0 ? $", expected {expected}" : "")}");
    }

    /// <summary>Determines whether a word in quotes was read to its end.</summary>
    private static bool IsWhole(Result<SqlWord> word) =>
        word.HasValue && word.Value.Kind is SqlWordKind.Text or SqlWordKind.QuotedName;
}
