using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace ZkHealth.Statistics;

/// <summary>A word of a language: of SQL, or of conditions.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its characters, quotes included.</param>
/// <param name="Position">The place of its first character, from 1.</param>
/// <typeparam name="TKind">The kinds of words of the language.</typeparam>
internal readonly record struct Word<TKind>(TKind Kind, string Text, int Position)
    where TKind : struct, Enum
{
    /// <summary>The text within quotes, in which a quote is written twice, or the word as it stands.</summary>
    public string Value => Text[0] is '\'' or '"' or '`' ? Quotes.Unquote(Text) : Text;

    /// <summary>Determines whether this is a word of the language, in any case of letters.</summary>
    public bool Is(string keyword) => Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>Determines whether this is a sign.</summary>
    public bool IsSign(string sign) => Text == sign;
}

/// <summary>Reads the words of a language, one at a time.</summary>
/// <param name="shapes">The kinds of words with what they look like; the first that fits counts.</param>
/// <param name="skip">Leaves out what stands between words.</param>
internal sealed class WordReader<TKind>(
    IReadOnlyList<(TKind Kind, TextParser<TextSpan> Shape)> shapes,
    Func<TextSpan, TextSpan> skip
)
    where TKind : struct, Enum
{
    /// <summary>The next word; no value at the end, or where no word begins.</summary>
    public Result<Word<TKind>> Read(TextSpan input)
    {
        TextSpan start = skip(input);
        foreach ((TKind kind, TextParser<TextSpan> shape) in shapes)
        {
            Result<TextSpan> read = shape(start);
            if (read.HasValue)
            {
                var word = new Word<TKind>(kind, read.Value.ToStringValue(), start.Position.Absolute + 1);
                return Result.Value(word, input, read.Remainder);
            }
        }

        return Result.Empty<Word<TKind>>(input);
    }

    /// <summary>A word that a test accepts; nothing is consumed where it does not.</summary>
    public TextParser<Word<TKind>> Word(string expected, Predicate<Word<TKind>> accepts) =>
        input =>
        {
            Result<Word<TKind>> word = Read(input);
            return word.HasValue && accepts(word.Value) ? word : Result.Empty<Word<TKind>>(input, [expected]);
        };
}

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
