using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A condition in words: in the language in which conditions are asked, and so that it is read back as a condition with the same
/// meaning. A set of values is written as a range, the beginning of codes or a negation where it is one exactly, else as a list
/// of labels.
/// </summary>
internal sealed class PredicateText(TableSchema schema, int longestList)
{
    /// <summary>So few values are listed rather than described by the beginning of their codes or by the values that are left
    /// out.</summary>
    private const int Few = 3;

    /// <summary>The other side of a set is listed where it is so many times smaller.</summary>
    private const int MuchShorter = 4;

    private readonly StringBuilder _text = new();
    private readonly WideText _wide = new(schema);

    public static string Of(Predicate predicate, TableSchema schema, int longestList)
    {
        var text = new PredicateText(schema, longestList);
        text.Append(predicate, false);
        return text._text.ToString();
    }

    public void Append(string text) => _text.Append(text);

    public void Append(Predicate predicate, bool inParentheses)
    {
        if (_wide.Of(predicate) is string one)
        {
            Append(one);
            return;
        }

        Append(inParentheses ? "(" : "");
        predicate.DescribeInto(this);
        Append(inParentheses ? ")" : "");
    }

    /// <summary>The terms of a join, those about a wide column as one comparison of it where they are.</summary>
    public void Append(JoinedPredicate join)
    {
        string between = "";
        foreach (IGrouping<string?, Predicate> group in join.Terms.GroupBy(t => _wide.ColumnOf(t)?.Whole.Name))
        {
            // all terms together are the join itself, which is no comparison
            int count = group.Count();
            string? whole =
                group.Key is not null && count is > 1 and < WideText.MostNodes && count < join.Terms.Count
                    ? _wide.Of(new JoinedPredicate([.. group], join.IsAnd))
                    : null;
            foreach (Predicate term in whole is null ? group : group.Take(1))
            {
                Append(between);
                between = join.IsAnd ? " and " : " or ";
                if (whole is not null)
                {
                    Append(whole);
                }
                else
                {
                    Append(term, term is JoinedPredicate);
                }
            }
        }
    }

    /// <summary>Having a value, of a wide column by its own name.</summary>
    public void Append(KnownPredicate condition) =>
        Append(
            Quoting.Name(_wide.NameOfHigh(condition.Column) ?? condition.Column)
                + (condition.IsKnown ? " is known" : " is not known")
        );

    public void Append(ColumnPredicate condition)
    {
        var values = new ColumnValues(schema.Columns[schema.IndexOf(condition.Column)]);
        Append(condition.IsIn ? In(values, condition.Codes) : NotIn(values, condition.Codes));
    }

    private string In(ColumnValues values, ReadOnlySpan<uint> codes)
    {
        if (values.Summary(codes, Few) is string summary)
        {
            return summary;
        }

        int others = values.Count - codes.Length;
        if (others == 0)
        {
            return values.Name + " is known";
        }

        return codes.Length > Few && others * MuchShorter <= codes.Length
            ? NegatedSummaryOrList(values, values.Others(codes))
            : List(values, " in (", codes);
    }

    private string NotIn(ColumnValues values, ReadOnlySpan<uint> codes)
    {
        if (values.RangeOfOthers(codes) is string range && (codes.Length > 1 || values.Alone(codes[0]) is null))
        {
            return range;
        }

        int others = values.Count - codes.Length;
        if (codes.Length <= Few || others == 0 || others * MuchShorter > codes.Length)
        {
            return NegatedSummaryOrList(values, codes);
        }

        uint[] left = values.Others(codes);
        return values.Summary(left, Few) ?? List(values, " in (", left);
    }

    private string NegatedSummaryOrList(ColumnValues values, ReadOnlySpan<uint> codes) =>
        codes.Length == 1 && values.Alone(codes[0]) is string value ? $"{values.Name} != {value}"
        : values.Summary(codes, Few) is string summary ? "not " + summary
        : List(values, " not in (", codes);

    /// <summary>The list in full; or, where it is too long to read, how long it is and the digest of the condition in
    /// full.</summary>
    private string List(ColumnValues values, string test, ReadOnlySpan<uint> codes)
    {
        var list = new StringBuilder(values.Name).Append(test);
        for (int i = 0; i < codes.Length; i++)
        {
            list.Append(i == 0 ? "" : ", ").Append(values.InList(codes[i]));
        }

        string full = list.Append(')').ToString();
        return full.Length <= longestList
            ? full
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{values.Name}{test}{codes.Length} values, SHA-256 of this comparison in full {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))})"
            );
    }
}
