using Superpower;
using Superpower.Model;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>
/// The text form of predicates (docs/conditions.md): comparisons joined by not, and, or (binding in this order) and parentheses.
/// Values are numbers, dates, texts in quotes, or bare words; columns are bare words or stand in backticks. What
/// <see cref="Predicate.Describe(TableSchema)"/>
/// writes is read back as a condition of the same meaning.
/// </summary>
internal static class QueryParser
{
    private const int MaxLength = 1 << 20,
        MaxNesting = 64;

    private static readonly TextParser<QueryWord> Column = QueryWords
        .Name("a column")
        .Or(QueryWords.OfKind(QueryKind.QuotedName, "a column"));

    private static readonly TextParser<QueryWord> Text = QueryWords.OfKind(QueryKind.Text, "a text in quotes");

    /// <summary>A value; a date may be written as in SQL, date "2026-05-01".</summary>
    private static readonly TextParser<QueryWord> Value = QueryWords
        .Keyword("date")
        .IgnoreThen(Text)
        .Try()
        .Or(QueryWords.Word("a value", w => w.Kind is QueryKind.Text or QueryKind.Number or QueryKind.Date))
        .Or(QueryWords.Name("a value"));

    private static readonly TextParser<Node> Expression = Superpower.Parse.Ref(() => Disjunction!);

    private static readonly TextParser<Node> Comparison =
        from column in Column
        from tail in Compared().Or(Negatable()).Or(IsKnown())
        select (Node)(schema => tail(new QueryColumn(schema, column)));

    private static readonly TextParser<Node> Primary = (
        from open in QueryWords.OfKind(QueryKind.Open, "`(`")
        from inner in Expression
        from close in QueryWords.OfKind(QueryKind.Close, "`)`")
        select inner
    ).Or(Comparison);

    private static readonly TextParser<Node> Negation = (
        from not in QueryWords.Keyword("not")
        from inner in Superpower.Parse.Ref(() => Negation!)
        select (Node)(schema => !inner(schema))
    ).Or(Primary);

    private static readonly TextParser<Node> Conjunction = Negation
        .AtLeastOnceDelimitedBy(QueryWords.Keyword("and"))
        .Select(terms => (Node)(schema => Predicate.All([.. terms.Select(t => t(schema))])));

    private static readonly TextParser<Node> Disjunction = Conjunction
        .AtLeastOnceDelimitedBy(QueryWords.Keyword("or"))
        .Select(terms => (Node)(schema => Predicate.Any([.. terms.Select(t => t(schema))])));

    private static readonly TextParser<Node> Whole =
        from condition in Expression
        from end in (TextParser<Unit>)QueryWords.End
        select condition;

    private delegate Predicate Node(TableSchema schema);

    private delegate Predicate Tail(QueryColumn column);

    /// <summary>Reads a condition over the columns of a schema.</summary>
    /// <exception cref="QueryException">It is none, or it does not fit the schema; it says where and why.</exception>
    public static Predicate Parse(string text, TableSchema schema)
    {
        if (text.Length > MaxLength)
        {
            throw new QueryException(
                MaxLength,
                $"the condition is longer than {MaxLength} characters; a list of values may stand in a file: in file \"codes.txt\""
            );
        }

        CheckNesting(text);
        Result<Node> parsed = Whole(new TextSpan(text));
        if (!parsed.HasValue)
        {
            throw Fault(parsed);
        }

        try
        {
            return parsed.Value(schema);
        }
        catch (ArgumentException e)
        {
            throw new QueryException(1, UsageException.Problem(e));
        }
    }

    private static TextParser<Tail> Compared() =>
        from op in QueryWords.OfKind(QueryKind.Operator, "a comparison")
        from value in Value
        select (Tail)(
            column =>
                op.Text switch
                {
                    "=" => column.Equal(value),
                    "!=" or "<>" => !column.Equal(value),
                    "<" => column.Ranged(value, Predicate.LessThan),
                    "<=" => column.Ranged(value, Predicate.AtMost),
                    ">" => column.Ranged(value, Predicate.GreaterThan),
                    ">=" => column.Ranged(value, Predicate.AtLeast),
                    _ => throw new QueryException(op.Position, "one = is enough"),
                }
        );

    /// <summary>The words that may stand behind not: in, between, like.</summary>
    private static TextParser<Tail> Negatable() =>
        from not in QueryWords.Keyword("not").Select(w => (QueryWord?)w).OptionalOrDefault()
        from tail in InRange().Or(InSet()).Or(Like())
        select (Tail)(column => not.HasValue ? !tail(column) : tail(column));

    private static TextParser<Tail> InRange() =>
        from between in QueryWords.Keyword("between")
        from low in Value
        from and in QueryWords.Keyword("and")
        from high in Value
        select (Tail)(column => column.Between(low, high));

    private static TextParser<Tail> InSet() =>
        from word in QueryWords.Keyword("in")
        from tail in InList().Or(InFile())
        select tail;

    private static TextParser<Tail> InList() =>
        from open in QueryWords.OfKind(QueryKind.Open, "`(`")
        from values in Value.AtLeastOnceDelimitedBy(QueryWords.OfKind(QueryKind.Comma, "`,`"))
        from close in QueryWords.OfKind(QueryKind.Close, "`)`")
        select (Tail)(column => column.In(values));

    private static TextParser<Tail> InFile() =>
        from word in QueryWords.Keyword("file")
        from path in Text
        select (Tail)(column => column.InFile(path));

    private static TextParser<Tail> Like() =>
        from word in QueryWords.Keyword("like")
        from pattern in Text
        select (Tail)(column => column.Like(pattern));

    private static TextParser<Tail> IsKnown() =>
        from word in QueryWords.Keyword("is")
        from not in QueryWords.Keyword("not").Select(w => (QueryWord?)w).OptionalOrDefault()
        from test in QueryWords.Keyword("known").Or(QueryWords.Keyword("null"))
        select (Tail)(column => column.Known(test.Is("known") != not.HasValue));

    /// <summary>The word at the place of a fault, and those that could have stood there.</summary>
    private static QueryException Fault(Result<Node> parsed)
    {
        TextSpan rest = QueryWords.Skip(parsed.Remainder);
        Result<QueryWord> word = QueryWords.Read(rest);
        string found = rest.IsAtEnd ? "end of input" : $"`{(word.HasValue ? word.Value.Text : rest.ConsumeChar().Value)}`";
        string expected = string.Join(" or ", (parsed.Expectations ?? []).Distinct());
        return new QueryException(
            rest.Position.Absolute + 1,
            $"unexpected {found}{(expected.Length > 0 ? $", expected {expected}" : "")}{Hint(word, expected)}"
        );
    }

    private static string Hint(Result<QueryWord> word, string expected) =>
        !word.HasValue
            ? ""
            : word.Value.Kind switch
            {
                QueryKind.Comma => "; numbers are written with a point, such as 0.5, and lists in parentheses behind `in`",
                QueryKind.Text when expected.EndsWith("a column", StringComparison.Ordinal) =>
                    "; the name of a column with spaces or signs in it stands in backticks, `age at`",
                QueryKind.Operator when word.Value.Text == "=" => "; one = is enough",
                _ => "",
            };

    /// <summary>Parentheses and nots are nested calls of the parser: too many of them would fill the stack.</summary>
    private static void CheckNesting(string text)
    {
        int depth = 0;
        var rest = new TextSpan(text);
        for (Result<QueryWord> word = QueryWords.Read(rest); word.HasValue; word = QueryWords.Read(rest))
        {
            depth +=
                word.Value.Kind == QueryKind.Open || word.Value.Is("not") ? 1
                : word.Value.Kind == QueryKind.Close ? -1
                : 0;
            if (depth > MaxNesting)
            {
                throw new QueryException(word.Value.Position, "too many parentheses and nots");
            }

            rest = word.Remainder;
        }
    }
}
