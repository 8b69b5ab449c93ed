global using SqlWord = ZkHealth.Statistics.Word<ZkHealth.Statistics.SqlWordKind>;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace ZkHealth.Statistics;

/// <summary>Kinds of words of SQL.</summary>
internal enum SqlWordKind
{
    Name,
    QuotedName,
    Text,
    Number,
    Sign,
}

/// <summary>Reads the words of SQL, one at a time; white space and comments stand between them.</summary>
internal static class SqlWords
{
    private static readonly HashSet<string> Reserved = new(
        (
            "all and as asc between by case cast cross desc distinct else end except exists filter from full group having ilike in inner "
            + "intersect is join left like limit natural not null offset on or order outer over partition qualify right select "
            + "similar then union using when where window with"
        ).Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly (SqlWordKind Kind, TextParser<TextSpan> Shape)[] Shapes =
    [
        .. from sign in (string[])
            [
                "<=",
                ">=",
                "<>",
                "!=",
                "==",
                "||",
                "::",
                "//",
                "<",
                ">",
                "=",
                "+",
                "-",
                "*",
                "/",
                "%",
                "(",
                ")",
                ",",
                ".",
                ";",
                "[",
                "]",
            ]
        select (SqlWordKind.Sign, Span.EqualTo(sign)),
        (SqlWordKind.Text, Quotes.Shape('\'')),
        (SqlWordKind.QuotedName, Quotes.Shape('"')),
        (
            SqlWordKind.Number,
            Span.MatchedBy(
                Character
                    .Digit.AtLeastOnce()
                    .IgnoreThen(Character.EqualTo('.').IgnoreThen(Character.Digit.IgnoreMany()).OptionalOrDefault())
                    .IgnoreThen(Exponent().OptionalOrDefault())
                    // 1_000 is one word, and no 1 that is called _000
                    .IgnoreThen(Character.Matching(c => char.IsLetterOrDigit(c) || c == '_', "digit").IgnoreMany())
            )
        ),
        (
            SqlWordKind.Name,
            Span.MatchedBy(
                Character
                    .Matching(c => char.IsLetter(c) || c == '_', "letter")
                    .IgnoreThen(Character.Matching(c => char.IsLetterOrDigit(c) || c == '_', "letter or digit").IgnoreMany())
            )
        ),
    ];

    private static readonly WordReader<SqlWordKind> Reader = new(Shapes, Skip);

    /// <inheritdoc cref="WordReader{TKind}.Read"/>
    public static Result<SqlWord> Read(TextSpan input) => Reader.Read(input);

    /// <inheritdoc cref="WordReader{TKind}.Word"/>
    public static TextParser<SqlWord> Word(string expected, Predicate<SqlWord> accepts) => Reader.Word(expected, accepts);

    public static TextParser<SqlWord> Keyword(string keyword) => Word(keyword.ToUpperInvariant(), w => w.Is(keyword));

    public static TextParser<SqlWord> Sign(string sign) => Word($"`{sign}`", w => w.IsSign(sign));

    /// <summary>A name in double quotes, or a bare one that is no word of the language.</summary>
    public static TextParser<SqlWord> Name(string expected) =>
        Word(expected, w => w.Kind == SqlWordKind.QuotedName || (w.Kind == SqlWordKind.Name && !Reserved.Contains(w.Text)));

    public static TextParser<SqlWord> Text(string expected) => Word(expected, w => w.Kind == SqlWordKind.Text);

    /// <summary>Leaves out white space and comments.</summary>
    public static TextSpan Skip(TextSpan input)
    {
        while (true)
        {
            Result<TextSpan> space = Span.WhiteSpace(input);
            input = space.HasValue ? space.Remainder : input;
            if (StartsWith(input, "--"))
            {
                int end = input.Source!.AsSpan(input.Position.Absolute, input.Length).IndexOfAny('\n', '\r');
                input = input.Skip(end < 0 ? input.Length : end);
            }
            else if (StartsWith(input, "/*") && LengthOfComment(input) is int length)
            {
                input = input.Skip(length);
            }
            else
            {
                return input;
            }
        }
    }

    /// <summary>The length of a comment with those within it; null where it has no end.</summary>
    private static int? LengthOfComment(TextSpan input)
    {
        ReadOnlySpan<char> text = input.Source!.AsSpan(input.Position.Absolute, input.Length);
        int depth = 0;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            int step =
                text[i..].StartsWith("/*", StringComparison.Ordinal) ? 1
                : text[i..].StartsWith("*/", StringComparison.Ordinal) ? -1
                : 0;
            depth += step;
            i += Math.Abs(step);
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return null;
    }

    private static bool StartsWith(TextSpan input, string text) =>
        input.Length >= text.Length && input.Source!.AsSpan(input.Position.Absolute, text.Length).SequenceEqual(text);

    private static TextParser<Unit> Exponent() =>
        Character
            .In('e', 'E')
            .IgnoreThen(Character.In('+', '-').OptionalOrDefault())
            .IgnoreThen(Character.Digit.AtLeastOnce())
            .Value(Unit.Value)
            .Try();
}
