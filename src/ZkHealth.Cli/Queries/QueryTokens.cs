using Superpower;
using Superpower.Display;
using Superpower.Model;
using Superpower.Parsers;
using Superpower.Tokenizers;

namespace ZkHealth.Cli.Queries;

internal enum QueryToken
{
    [Token(Category = "keyword", Example = "or")]
    Or,

    [Token(Category = "keyword", Example = "and")]
    And,

    [Token(Category = "keyword", Example = "not")]
    Not,

    [Token(Category = "keyword", Example = "between")]
    Between,

    [Token(Category = "keyword", Example = "in")]
    In,

    [Token(Category = "keyword", Example = "is")]
    Is,

    [Token(Category = "keyword", Example = "known")]
    Known,

    [Token(Description = "a comparison")]
    Operator,

    [Token(Example = "(")]
    Open,

    [Token(Example = ")")]
    Close,

    [Token(Example = ",")]
    Comma,

    [Token(Description = "a number")]
    Number,

    /// <summary>Begins with a digit and is no number: a date, or a value that should stand in quotes.</summary>
    [Token(Description = "a date")]
    Word,

    [Token(Description = "a quoted value")]
    Text,

    [Token(Description = "a column in backticks")]
    QuotedName,

    [Token(Description = "a name")]
    Name,
}

/// <summary>The words of a condition.</summary>
internal static class QueryTokens
{
    private static readonly TextParser<TextSpan> NameText = Span.MatchedBy(
        Character.Matching(c => char.IsLetter(c) || c == '_', "letter")
            .IgnoreThen(Character.Matching(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-', "letter or digit").IgnoreMany()));

    private static readonly TextParser<TextSpan> DigitWord = Span.MatchedBy(
        Character.Digit.IgnoreThen(Character.Matching(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-' or '+' or '/' or ':', "letter or digit").IgnoreMany()));

    public static readonly Tokenizer<QueryToken> Instance = new TokenizerBuilder<QueryToken>()
        .Ignore(Span.WhiteSpace)
        .Match(Span.EqualTo("=="), QueryToken.Operator)
        .Match(Span.EqualTo("<="), QueryToken.Operator)
        .Match(Span.EqualTo(">="), QueryToken.Operator)
        .Match(Span.EqualTo("<>"), QueryToken.Operator)
        .Match(Span.EqualTo("!="), QueryToken.Operator)
        .Match(Character.In('<', '>', '='), QueryToken.Operator)
        .Match(Character.EqualTo('('), QueryToken.Open)
        .Match(Character.EqualTo(')'), QueryToken.Close)
        .Match(Character.EqualTo(','), QueryToken.Comma)
        .Match(Quoted('\''), QueryToken.Text)
        .Match(Quoted('"'), QueryToken.Text)
        .Match(Quoted('`'), QueryToken.QuotedName)
        .Match(Numerics.Decimal, QueryToken.Number, requireDelimiters: true)
        .Match(DigitWord, QueryToken.Word, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("or"), QueryToken.Or, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("and"), QueryToken.And, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("not"), QueryToken.Not, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("between"), QueryToken.Between, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("in"), QueryToken.In, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("is"), QueryToken.Is, requireDelimiters: true)
        .Match(Span.EqualToIgnoreCase("known"), QueryToken.Known, requireDelimiters: true)
        .Match(NameText, QueryToken.Name, requireDelimiters: true)
        .Build();

    /// <summary>What stands between quotes; a quote within is written twice.</summary>
    public static string Unquote(string quoted) => quoted[1..^1].Replace(new string(quoted[0], 2), quoted[..1], StringComparison.Ordinal);

    private static TextParser<TextSpan> Quoted(char quote) => Span.MatchedBy(
        Character.EqualTo(quote)
            .IgnoreThen(Span.EqualTo(new string(quote, 2)).Value(Unit.Value).Try().Or(Character.Except(quote).Value(Unit.Value)).IgnoreMany())
            .IgnoreThen(Character.EqualTo(quote)));
}
