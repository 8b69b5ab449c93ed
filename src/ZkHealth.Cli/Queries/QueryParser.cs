using Superpower;
using Superpower.Model;
using Superpower.Parsers;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>
/// The text form of predicates (docs/conditions.md): comparisons joined by not, and, or (binding in this order) and parentheses. Values are
/// numbers, dates, texts in quotes, or bare words; columns are bare words or stand in backticks. What <see cref="Predicate.Describe(TableSchema)"/>
/// writes is read back as a condition of the same meaning.
/// </summary>
internal static class QueryParser
{
    private const int MaxLength = 1 << 20, MaxNesting = 64;

    private static readonly TokenListParser<QueryToken, Token<QueryToken>> Column =
        Token.EqualTo(QueryToken.Name).Or(Token.EqualTo(QueryToken.QuotedName)).Or(Token.EqualTo(QueryToken.Known)).Named("a column");

    /// <summary>A value; a date may be written as in SQL, date "2026-05-01".</summary>
    private static readonly TokenListParser<QueryToken, Token<QueryToken>> Value =
        Word("date").IgnoreThen(Token.EqualTo(QueryToken.Text)).Try().Or(Token.EqualTo(QueryToken.Text))
            .Or(Token.EqualTo(QueryToken.Number)).Or(Token.EqualTo(QueryToken.Word)).Or(Token.EqualTo(QueryToken.Name)).Named("a value");

    private static readonly TokenListParser<QueryToken, Node> Expression =
        Superpower.Parse.Ref(() => Disjunction!);

    private static readonly TokenListParser<QueryToken, Node> Comparison =
        from column in Column
        from tail in Compared().Or(Negatable()).Or(IsKnown())
        select (Node)(schema => tail(new QueryColumn(schema, column)));

    private static readonly TokenListParser<QueryToken, Node> Primary =
        (from open in Token.EqualTo(QueryToken.Open)
         from inner in Expression
         from close in Token.EqualTo(QueryToken.Close)
         select inner).Or(Comparison);

    private static readonly TokenListParser<QueryToken, Node> Negation =
        (from not in Token.EqualTo(QueryToken.Not)
         from inner in Superpower.Parse.Ref(() => Negation!)
         select (Node)(schema => !inner(schema))).Or(Primary);

    private static readonly TokenListParser<QueryToken, Node> Conjunction =
        Negation.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.And)).Select(terms => (Node)(schema => Predicate.All([.. terms.Select(t => t(schema))])));

    private static readonly TokenListParser<QueryToken, Node> Disjunction =
        Conjunction.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.Or)).Select(terms => (Node)(schema => Predicate.Any([.. terms.Select(t => t(schema))])));

    private delegate Predicate Node(TableSchema schema);

    private delegate Predicate Tail(QueryColumn column);

    /// <summary>Reads a condition over the columns of a schema.</summary>
    /// <exception cref="QueryException">It is none, or it does not fit the schema; it says where and why.</exception>
    public static Predicate Parse(string text, TableSchema schema)
    {
        if (text.Length > MaxLength)
        {
            throw new QueryException(MaxLength, $"the condition is longer than {MaxLength} characters; a list of values may stand in a file: in file \"codes.txt\"");
        }

        Result<TokenList<QueryToken>> tokens = QueryTokens.Instance.TryTokenize(text);
        if (!tokens.HasValue)
        {
            throw new QueryException(Position(tokens.ErrorPosition, text), tokens.FormatErrorMessageFragment());
        }

        CheckNesting(tokens.Value);
        TokenListParserResult<QueryToken, Node> parsed = Expression.AtEnd().TryParse(tokens.Value);
        if (!parsed.HasValue)
        {
            throw new QueryException(Position(parsed.ErrorPosition, text), parsed.FormatErrorMessageFragment() + Hint(parsed.Remainder));
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

    private static TokenListParser<QueryToken, Tail> Compared() =>
        from op in Token.EqualTo(QueryToken.Operator)
        from value in Value
        select (Tail)(column => op.ToStringValue() switch
        {
            "=" => column.Equal(value),
            "!=" or "<>" => !column.Equal(value),
            "<" => column.Ranged(value, Predicate.LessThan),
            "<=" => column.Ranged(value, Predicate.AtMost),
            ">" => column.Ranged(value, Predicate.GreaterThan),
            ">=" => column.Ranged(value, Predicate.AtLeast),
            _ => throw new QueryException(op.Position.Absolute + 1, "one = is enough"),
        });

    /// <summary>What may stand behind not: in, between, like.</summary>
    private static TokenListParser<QueryToken, Tail> Negatable() =>
        from not in Token.EqualTo(QueryToken.Not).OptionalOrDefault()
        from tail in InRange().Or(InSet()).Or(Like())
        select (Tail)(column => not.HasValue ? !tail(column) : tail(column));

    private static TokenListParser<QueryToken, Tail> InRange() =>
        from between in Token.EqualTo(QueryToken.Between)
        from low in Value
        from and in Token.EqualTo(QueryToken.And)
        from high in Value
        select (Tail)(column => column.Between(low, high));

    private static TokenListParser<QueryToken, Tail> InSet() =>
        from word in Token.EqualTo(QueryToken.In)
        from tail in InList().Or(InFile())
        select tail;

    private static TokenListParser<QueryToken, Tail> InList() =>
        from open in Token.EqualTo(QueryToken.Open)
        from values in Value.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.Comma))
        from close in Token.EqualTo(QueryToken.Close)
        select (Tail)(column => column.In(values));

    private static TokenListParser<QueryToken, Tail> InFile() =>
        from word in Word("file")
        from path in Token.EqualTo(QueryToken.Text)
        select (Tail)(column => column.InFile(path));

    private static TokenListParser<QueryToken, Tail> Like() =>
        from word in Word("like")
        from pattern in Token.EqualTo(QueryToken.Text)
        select (Tail)(column => column.Like(pattern));

    private static TokenListParser<QueryToken, Tail> IsKnown() =>
        from word in Token.EqualTo(QueryToken.Is)
        from not in Token.EqualTo(QueryToken.Not).OptionalOrDefault()
        from test in Token.EqualTo(QueryToken.Known).Or(Word("null"))
        select (Tail)(column => column.Known((test.Kind == QueryToken.Known) != not.HasValue));

    /// <summary>A word of the language that is also a name, and a name wherever it does not stand in its place.</summary>
    private static TokenListParser<QueryToken, Token<QueryToken>> Word(string word) =>
        Token.EqualToValueIgnoreCase(QueryToken.Name, word).Named($"`{word}`");

    private static string Hint(TokenList<QueryToken> rest) => rest.IsAtEnd ? "" : rest.ConsumeToken().Value.Kind switch
    {
        QueryToken.Comma => "; numbers are written with a point, such as 0.5, and lists in parentheses behind `in`",
        QueryToken.Operator when rest.ConsumeToken().Value.ToStringValue() == "=" => "; one = is enough",
        _ => "",
    };

    private static void CheckNesting(TokenList<QueryToken> tokens)
    {
        int depth = 0;
        foreach (Token<QueryToken> token in tokens)
        {
            depth += token.Kind is QueryToken.Open or QueryToken.Not ? 1 : token.Kind == QueryToken.Close ? -1 : 0;
            if (depth > MaxNesting)
            {
                throw new QueryException(token.Position.Absolute + 1, "too many parentheses and nots");
            }
        }
    }

    private static int Position(Position position, string text) => position.HasValue ? position.Absolute + 1 : text.Length + 1;
}
