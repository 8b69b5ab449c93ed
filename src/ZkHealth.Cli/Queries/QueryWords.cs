global using QueryWord = ZkHealth.Statistics.Word<ZkHealth.Cli.Queries.QueryKind>;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Queries;

/// <summary>Kinds of words of a condition.</summary>
internal enum QueryKind
{
    Name,
    QuotedName,
    Text,
    Number,

    /// <summary>Begins with a digit and is no number: a date, or a value that should stand in quotes.</summary>
    Date,
    Operator,
    Open,
    Close,
    Comma,
}

/// <summary>Reads the words of a condition, one at a time.</summary>
internal static class QueryWords
{
    /// <summary>Characters behind which a word is over without a space.</summary>
    private const string Ends = "<>=!(),'\"`";

    private static readonly string[] Reserved = ["or", "and", "not", "between", "in", "is"];

    private static readonly (QueryKind Kind, TextParser<TextSpan> Shape)[] Shapes =
    [
        .. from sign in (string[])["==", "<=", ">=", "<>", "!=", "<", ">", "="] select (QueryKind.Operator, Span.EqualTo(sign)),
        (QueryKind.Open, Span.EqualTo("(")),
        (QueryKind.Close, Span.EqualTo(")")),
        (QueryKind.Comma, Span.EqualTo(",")),
        (QueryKind.Text, Quotes.Shape('\'')),
        (QueryKind.Text, Quotes.Shape('"')),
        (QueryKind.QuotedName, Quotes.Shape('`')),
        (QueryKind.Number, Whole(Span.MatchedBy(Numerics.Decimal))),
        (
            QueryKind.Date,
            Whole(Span.MatchedBy(Character.Digit.IgnoreThen(Character.Matching(IsOfDate, "letter or digit").IgnoreMany())))
        ),
        (
            QueryKind.Name,
            Whole(
                Span.MatchedBy(
                    Character
                        .Matching(c => char.IsLetter(c) || c == '_', "letter")
                        .IgnoreThen(
                            Character
                                .Matching(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-', "letter or digit")
                                .IgnoreMany()
                        )
                )
            )
        ),
    ];

    private static readonly WordReader<QueryKind> Reader = new(Shapes, Skip);

    /// <inheritdoc cref="WordReader{TKind}.Read"/>
    public static Result<QueryWord> Read(TextSpan input) => Reader.Read(input);

    /// <inheritdoc cref="WordReader{TKind}.Word"/>
    public static TextParser<QueryWord> Word(string expected, Predicate<QueryWord> accepts) => Reader.Word(expected, accepts);

    /// <summary>A word of a kind.</summary>
    public static TextParser<QueryWord> OfKind(QueryKind kind, string expected) => Word(expected, w => w.Kind == kind);

    /// <summary>A word of the language; some of them are names where they do not stand in their place.</summary>
    public static TextParser<QueryWord> Keyword(string keyword) => Word($"`{keyword}`", w => w.Is(keyword));

    /// <summary>A name that is no word of the language.</summary>
    public static TextParser<QueryWord> Name(string expected) =>
        Word(expected, w => w.Kind == QueryKind.Name && !Reserved.Contains(w.Text, StringComparer.OrdinalIgnoreCase));

    /// <summary>The end of the condition.</summary>
    public static Result<Unit> End(TextSpan input) =>
        Skip(input).IsAtEnd
            ? Result.Value(Unit.Value, input, TextSpan.Empty)
            : Result.Empty<Unit>(input, ["the end of the condition"]);

    /// <summary>Leaves out white space.</summary>
    public static TextSpan Skip(TextSpan input)
    {
        Result<TextSpan> space = Span.WhiteSpace(input);
        return space.HasValue ? space.Remainder : input;
    }

    private static bool IsOfDate(char c) => char.IsLetterOrDigit(c) || c is '_' or '.' or '-' or '+' or '/' or ':';

    /// <summary>A word that is over where its shape ends.</summary>
    private static TextParser<TextSpan> Whole(TextParser<TextSpan> shape) =>
        input =>
        {
            Result<TextSpan> read = shape(input);
            if (!read.HasValue)
            {
                return read;
            }

            Result<char> next = read.Remainder.ConsumeChar();
            return !next.HasValue || char.IsWhiteSpace(next.Value) || Ends.Contains(next.Value, StringComparison.Ordinal)
                ? read
                : Result.Empty<TextSpan>(input);
        };
}
