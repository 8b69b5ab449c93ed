using System.Globalization;
using System.Text;

namespace ZkHealth.Data;

/// <summary>Writes texts of a source so that a reader sees every character: what shows nothing, or looks like a space, as \u and
/// its number.</summary>
internal static class Visible
{
    private const int MaxLength = 80;

    /// <summary>The text with what is not seen written out, cut after 80 characters.</summary>
    public static string Text(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in text[..Math.Min(text.Length, MaxLength + 1)].EnumerateRunes())
        {
            if (shown.Length >= MaxLength)
            {
                break;
            }

            shown.Append(IsSeen(rune) ? rune.ToString() : Number(rune.Value));
        }

        return text.Length > MaxLength ? shown.Append('…').ToString() : shown.ToString();
    }

    /// <summary>Names of columns between quotes, the first 40.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] shown = [.. names.Take(41).Select(n => $"'{Text(n)}'")];
        return string.Join(", ", shown.Take(40)) + (shown.Length > 40 ? ", …" : "");
    }

    /// <summary>
    /// Decides if two texts may be one text in two Unicode forms: where one has a letter and marks after it, the other has a
    /// letter that is not ASCII in their place. A hint, not a proof: the framework's own comparison needs data that it leaves out
    /// here (InvariantGlobalization).
    /// </summary>
    public static bool DifferInForm(string a, string b)
    {
        (int i, int j) = (0, 0);
        bool differ = false;
        while (i < a.Length && j < b.Length)
        {
            (int marksA, int marksB) = (Marks(a, i + 1), Marks(b, j + 1));
            bool same = marksA == marksB && a.AsSpan(i, 1 + marksA).SequenceEqual(b.AsSpan(j, 1 + marksB));
            if (!same && !(marksA > marksB ? !char.IsAscii(b[j]) : marksB > marksA && !char.IsAscii(a[i])))
            {
                return false;
            }

            differ |= !same;
            (i, j) = (i + 1 + marksA, j + 1 + marksB);
        }

        return differ && i == a.Length && j == b.Length;
    }

    private static int Marks(string text, int from)
    {
        int at = from;
        while (at < text.Length && char.GetUnicodeCategory(text[at]) == UnicodeCategory.NonSpacingMark)
        {
            at++;
        }

        return at - from;
    }

    private static bool IsSeen(Rune rune) =>
        rune.Value == ' '
        || (
            rune.Value != 0xFFFD
            && Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                )
        );

    private static string Number(int value) =>
        value <= 0xFFFF
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{value:x4}")
            : string.Create(CultureInfo.InvariantCulture, $"\\U{value:x8}");
}
