using System.Globalization;
using System.Text;

namespace ZkHealth.Tables;

/// <summary>Names of columns and labels of categories that are written differently and look the same: a reader takes two values
/// for one. Whoever makes a schema chooses them, so a verifier is told.</summary>
internal static class LookAlikes
{
    // Cyrillic and Greek letters beside the Latin letters that they look like
    private const string Alike = "асеорхуіјѕԁһορνАВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        Latin = "aceopxyijsdhopvABCEHIJKMOPSTXYABEZHIKMNOPTYX";

    // the forms of full width of ! to ~
    private const char FirstWide = '\uFF01',
        LastWide = '\uFF5E';

    /// <summary>A remark for each column with labels that look the same, and one for the names of columns.</summary>
    public static IEnumerable<string> Of(TableSchema schema)
    {
        if (Pair(schema.Columns.Select(c => c.Name)) is (string one, string other))
        {
            yield return $"the columns '{one}' and '{other}' look the same, and are two";
        }

        foreach (CategoryColumn column in schema.Columns.OfType<CategoryColumn>())
        {
            if (Pair(column.Categories.Select(c => c.Label)) is (string first, string second))
            {
                (string a, string b) = (Code(column, first), Code(column, second));
                yield return $"two values of the column '{column.Name}' look the same: '{first}' (code '{a}') and '{second}' (code '{b}')";
            }
        }
    }

    /// <summary>The first two texts of one look; null where there are none.</summary>
    private static (string First, string Second)? Pair(IEnumerable<string> texts)
    {
        // plain texts that differ look different; most schemas have no others
        string[] all = [.. texts];
        if (all.All(t => Ascii.IsValid(t) && t == t.Trim() && !t.Contains("  ", StringComparison.Ordinal)))
        {
            return null;
        }

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in all)
        {
            if (!seen.TryAdd(Look(text), text))
            {
                return (seen[Look(text)], text);
            }
        }

        return null;
    }

    private static string Code(CategoryColumn column, string label) => column.Categories.First(c => c.Label == label).Code;

    private static string Look(string text)
    {
        var look = new StringBuilder();
        foreach (char c in Shown(text))
        {
            char alike = AlikeOf(c);
            if (alike != ' ' || look.Length == 0 || look[^1] != ' ')
            {
                look.Append(alike);
            }
        }

        return look.ToString().Trim();
    }

    private static char AlikeOf(char c)
    {
        if (Alike.IndexOf(c, StringComparison.Ordinal) is int at and >= 0)
        {
            return Latin[at];
        }

        if (c is >= FirstWide and <= LastWide)
        {
            return (char)(c - FirstWide + '!');
        }

        return char.IsWhiteSpace(c) ? ' ' : c;
    }

    /// <summary>The text without what shows nothing, which would also keep marks out of their order, and with accents as signs of
    /// their own (normalization form D).</summary>
    public static string Shown(string text) => NormalForm.Decomposed(string.Concat(text.Where(c => !IsHidden(c))));

    /// <summary>Formatting, joiners and choices of a glyph show nothing of their own.</summary>
    private static bool IsHidden(char c) =>
        char.GetUnicodeCategory(c) == UnicodeCategory.Format || c is '\u034F' or (>= '\uFE00' and <= '\uFE0F');
}
