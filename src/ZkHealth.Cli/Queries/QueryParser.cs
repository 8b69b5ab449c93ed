using System.Globalization;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>
/// The text form of predicates: diabetes = "diabetes" and age between 45 and 64. Comparisons are = != &lt;&gt; &lt; &lt;= &gt; &gt;=, between … and …,
/// in (…), not in (…), is known; they are joined by not, and, or (binding in this order) and parentheses. Values are written as numbers,
/// in quotes, or as bare words; columns bare or in backticks.
/// </summary>
internal static class QueryParser
{
    private const int MaxLength = 1 << 14, MaxNesting = 64;

    private static readonly TokenListParser<QueryToken, Token<QueryToken>> Column =
        Token.EqualTo(QueryToken.Name).Or(Token.EqualTo(QueryToken.QuotedName)).Or(Token.EqualTo(QueryToken.Known)).Named("a column");

    private static readonly TokenListParser<QueryToken, Token<QueryToken>> Value = Token.EqualTo(QueryToken.Text)
        .Or(Token.EqualTo(QueryToken.Number)).Or(Token.EqualTo(QueryToken.Name)).Named("a value");

    private static readonly TokenListParser<QueryToken, Node> Expression =
        Superpower.Parse.Ref(() => Disjunction!);

    private static readonly TokenListParser<QueryToken, Node> Comparison =
        from column in Column
        from tail in Compared().Or(InRange()).Or(InSet()).Or(IsKnown())
        select (Node)(schema => tail(schema, column));

    private static readonly TokenListParser<QueryToken, Node> Primary =
        (from open in Token.EqualTo(QueryToken.Open)
         from inner in Expression
         from close in Token.EqualTo(QueryToken.Close)
         select inner).Or(Comparison);

    private static readonly TokenListParser<QueryToken, Node> Negation =
        (from not in Token.EqualTo(QueryToken.Not)
         from inner in Superpower.Parse.Ref(() => Negation!)
         select (Node)(schema => At(not, () => !inner(schema)))).Or(Primary);

    private static readonly TokenListParser<QueryToken, Node> Conjunction =
        Negation.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.And)).Select(terms => Join(terms, true));

    private static readonly TokenListParser<QueryToken, Node> Disjunction =
        Conjunction.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.Or)).Select(terms => Join(terms, false));

    private delegate Predicate Node(TableSchema schema);

    private delegate Predicate Tail(TableSchema schema, Token<QueryToken> column);

    /// <summary>Reads a condition over the columns of a schema.</summary>
    /// <exception cref="QueryException">It is none, or it does not fit the schema; it says where and why.</exception>
    public static Predicate Parse(string text, TableSchema schema)
    {
        if (text.Length > MaxLength)
        {
            throw new QueryException(MaxLength, $"the condition is longer than {MaxLength} characters");
        }

        Result<TokenList<QueryToken>> tokens = QueryTokens.Instance.TryTokenize(text);
        if (!tokens.HasValue)
        {
            throw new QueryException(Position(tokens.ErrorPosition, text), tokens.FormatErrorMessageFragment());
        }

        CheckNesting(tokens.Value);
        TokenListParserResult<QueryToken, Node> parsed = Expression.AtEnd().TryParse(tokens.Value);
        return parsed.HasValue
            ? parsed.Value(schema)
            : throw new QueryException(Position(parsed.ErrorPosition, text), parsed.FormatErrorMessageFragment());
    }

    private static TokenListParser<QueryToken, Tail> Compared() =>
        from op in Token.EqualTo(QueryToken.Operator)
        from value in Value
        select (Tail)((schema, column) => At(value, () =>
        {
            string name = Name(schema, column);
            return op.ToStringValue() switch
            {
                "=" => Equal(schema, name, value),
                "!=" or "<>" => !Equal(schema, name, value),
                "<" => Predicate.AtMost(schema, name, checked(Number(value) - 1)),
                "<=" => Predicate.AtMost(schema, name, Number(value)),
                ">" => Predicate.AtLeast(schema, name, checked(Number(value) + 1)),
                _ => Predicate.AtLeast(schema, name, Number(value)),
            };
        }));

    private static TokenListParser<QueryToken, Tail> InRange() =>
        from between in Token.EqualTo(QueryToken.Between)
        from low in Token.EqualTo(QueryToken.Number)
        from and in Token.EqualTo(QueryToken.And)
        from high in Token.EqualTo(QueryToken.Number)
        select (Tail)((schema, column) =>
            At(low, () => Predicate.Between(schema, Name(schema, column), Number(low), Number(high))));

    private static TokenListParser<QueryToken, Tail> InSet() =>
        from not in Token.EqualTo(QueryToken.Not).OptionalOrDefault()
        from word in Token.EqualTo(QueryToken.In)
        from open in Token.EqualTo(QueryToken.Open)
        from values in Value.AtLeastOnceDelimitedBy(Token.EqualTo(QueryToken.Comma))
        from close in Token.EqualTo(QueryToken.Close)
        select (Tail)((schema, column) =>
        {
            string name = Name(schema, column);
            Predicate set = Join([.. values.Select(v => (Node)(s => At(v, () => Equal(s, name, v))))], false)(schema);
            return not.HasValue ? At(not, () => !set) : set;
        });

    private static TokenListParser<QueryToken, Tail> IsKnown() =>
        from word in Token.EqualTo(QueryToken.Is)
        from not in Token.EqualTo(QueryToken.Not).OptionalOrDefault()
        from known in Token.EqualTo(QueryToken.Known)
        select (Tail)((schema, column) => not.HasValue
            ? throw new QueryException(
                At(not), "rows without a value cannot be counted: they satisfy no condition, and the padding of a table has no value either")
            : Predicate.Known(schema, Name(schema, column)));

    /// <summary>A number compares with numbers, everything else with codes and labels.</summary>
    private static Predicate Equal(TableSchema schema, string column, Token<QueryToken> value) =>
        value.Kind == QueryToken.Number && schema.Columns[schema.IndexOf(column)] is not CategoryColumn
            ? Predicate.EqualTo(schema, column, Number(value))
            : Predicate.In(schema, column, value.Kind == QueryToken.Text ? QueryTokens.Unquote(value.ToStringValue()) : value.ToStringValue());

    private static string Name(TableSchema schema, Token<QueryToken> column)
    {
        string name = column.Kind == QueryToken.QuotedName ? QueryTokens.Unquote(column.ToStringValue()) : column.ToStringValue();
        return schema.IndexOf(name) >= 0
            ? name
            : throw new QueryException(At(column), $"the table has no column '{name}'; it has {string.Join(", ", schema.Columns.Select(c => c.Name))}");
    }

    private static long Number(Token<QueryToken> value) =>
        long.TryParse(value.ToStringValue(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : throw new QueryException(At(value), "expected a whole number");

    /// <summary>A balanced tree, so that long lists do not nest deeply.</summary>
    private static Node Join(Node[] terms, bool and) => terms.Length == 1
        ? terms[0]
        : schema =>
        {
            (Node a, Node b) = (Join(terms[..(terms.Length / 2)], and), Join(terms[(terms.Length / 2)..], and));
            return and ? a(schema) & b(schema) : a(schema) | b(schema);
        };

    private static Predicate At(Token<QueryToken> token, Func<Predicate> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new QueryException(At(token), UsageException.Problem(e));
        }
    }

    private static void CheckNesting(TokenList<QueryToken> tokens)
    {
        int depth = 0;
        foreach (Token<QueryToken> token in tokens)
        {
            depth += token.Kind is QueryToken.Open or QueryToken.Not ? 1 : token.Kind == QueryToken.Close ? -1 : 0;
            if (depth > MaxNesting)
            {
                throw new QueryException(At(token), "too many parentheses and nots");
            }
        }
    }

    private static int At(Token<QueryToken> token) => token.Position.Absolute + 1;

    private static int Position(Position position, string text) => position.HasValue ? position.Absolute + 1 : text.Length + 1;
}
