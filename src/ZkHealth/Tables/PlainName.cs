using System.Text;

namespace ZkHealth.Tables;

/// <summary>
/// Rules for names of parties and data sets. Names are compared byte for byte, so characters that show nothing, or show as
/// another kind of space, are refused: with them two names would look the same. The table is part of the source: that of the
/// run-time changes from version to version, and a rule of a log must not.
/// </summary>
internal static class PlainName
{
    /// <summary>Control (Cc), format (Cf), and separator (Zs but U+0020, Zl, Zp) characters of Unicode 16, as inclusive ranges in
    /// ascending order.</summary>
    private static readonly (int First, int Last)[] Refused =
    [
        (0x0000, 0x001F),
        (0x007F, 0x00A0),
        (0x00AD, 0x00AD),
        (0x0600, 0x0605),
        (0x061C, 0x061C),
        (0x06DD, 0x06DD),
        (0x070F, 0x070F),
        (0x0890, 0x0891),
        (0x08E2, 0x08E2),
        (0x1680, 0x1680),
        (0x180E, 0x180E),
        (0x2000, 0x200F),
        (0x2028, 0x202F),
        (0x205F, 0x206F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
        (0xFFF9, 0xFFFB),
        (0x110BD, 0x110BD),
        (0x110CD, 0x110CD),
        (0x13430, 0x1343F),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE007F),
    ];

    /// <summary>Determines whether a text is 1 to <paramref name="most"/> characters (code points), none of them refused, with
    /// single spaces between words alone.</summary>
    public static bool IsValid(string text, int most)
    {
        if (text.Length == 0 || text[0] == ' ' || text[^1] == ' ' || text.Contains("  ", StringComparison.Ordinal))
        {
            return false;
        }

        int count = 0;
        for (int at = 0; at < text.Length; count++)
        {
            // half of a surrogate pair is no character
            if (
                Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done
                || IsRefused(rune.Value)
            )
            {
                return false;
            }

            at += consumed;
        }

        return count <= most;
    }

    /// <summary>
    /// A key under which names that are easily taken for one another fall together: letters in one case and with accents as signs
    /// of their own, without spaces and marks that many fonts hide, letters of other scripts as those of the Latin one that they
    /// look like. For warnings; no rule depends on it.
    /// </summary>
    public static string Skeleton(string name)
    {
        var key = new StringBuilder();
        foreach (char c in LookAlikes.Shown(name.ToLowerInvariant()))
        {
            int alike = Alike.IndexOf(c, StringComparison.Ordinal);
            char shown = alike >= 0 ? Latin[alike] : c;
            if (!char.IsPunctuation(shown) && shown != ' ')
            {
                key.Append(shown);
            }
        }

        return key.ToString();
    }

    // Cyrillic and Greek letters, and digits, beside the Latin letters that they look like
    private const string Alike = "асеорхуіјѕԁԛһαορντυικ01",
        Latin = "aceopxyijsdqhaopvtuikol";

    private static bool IsRefused(int point)
    {
        foreach ((int first, int last) in Refused)
        {
            if (point >= first && point <= last)
            {
                return true;
            }
        }

        return false;
    }
}
