using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace ZkHealth.Statistics;

/// <summary>Texts within quotes, in which a quote is written twice: the same in SQL and in conditions.</summary>
internal static class Quotes
{
    /// <summary>A text within quotes of a kind, quotes included.</summary>
    public static TextParser<TextSpan> Shape(char quote) =>
        Span.MatchedBy(
            Character
                .EqualTo(quote)
                .IgnoreThen(
                    Span.EqualTo(new string(quote, 2))
                        .Value(Unit.Value)
                        .Try()
                        .Or(Character.Except(quote).Value(Unit.Value))
                        .IgnoreMany()
                )
                .IgnoreThen(Character.EqualTo(quote))
        );

    /// <summary>The text that stands within the quotes.</summary>
    public static string Unquote(string text) => text[1..^1].Replace(new string(text[0], 2), text[..1], StringComparison.Ordinal);
}
