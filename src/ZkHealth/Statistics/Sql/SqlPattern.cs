namespace ZkHealth.Statistics;

/// <summary>Patterns of LIKE: % stands for any characters, _ for one.</summary>
internal static class SqlPattern
{
    /// <summary>Determines whether a text matches; in time that is the product of the lengths at most.</summary>
    /// <exception cref="FormatException">The escape is longer than a character.</exception>
    public static bool Matches(string text, string pattern, string escape, bool ignoreCase)
    {
        if (escape.Length > 1)
        {
            throw new FormatException("ESCAPE is followed by one character");
        }

        int p = 0,
            t = 0,
            star = -1,
            resume = 0;
        while (t < text.Length)
        {
            bool escaped = escape.Length == 1 && p + 1 < pattern.Length && pattern[p] == escape[0];
            char wanted =
                escaped ? pattern[p + 1]
                : p < pattern.Length ? pattern[p]
                : '\0';
            if (p < pattern.Length && !escaped && wanted == '%')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && ((!escaped && wanted == '_') || Same(wanted, text[t], ignoreCase)))
            {
                p += escaped ? 2 : 1;
                t++;
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(Math.Min(p, pattern.Length)).Trim('%').IsEmpty;
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b));
}
