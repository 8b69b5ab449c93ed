using System.Text;

namespace ZkHealth.Statistics;

/// <summary>Patterns of LIKE: % stands for any characters, _ for one, be it of one code unit or of two.</summary>
internal static class SqlPattern
{
    /// <summary>Determines whether a text matches; in time that is the product of the lengths at most.</summary>
    /// <exception cref="FormatException">The escape is longer than a character, or ends the pattern.</exception>
    public static bool Matches(string text, string pattern, string escape)
    {
        Rune[] letters = [.. text.EnumerateRunes()],
            wanted = [.. pattern.EnumerateRunes()],
            mark = [.. escape.EnumerateRunes()];
        if (mark.Length > 1)
        {
            throw new FormatException("ESCAPE is followed by one character");
        }

        if (mark.Length == 1 && EndsWithin(wanted, mark[0]))
        {
            throw new FormatException("the pattern ends with the character of ESCAPE, behind which another one stands");
        }

        int p = 0,
            t = 0,
            star = -1,
            resume = 0;
        while (t < letters.Length)
        {
            bool escaped = mark.Length == 1 && p + 1 < wanted.Length && wanted[p] == mark[0];
            if (p < wanted.Length && !escaped && wanted[p].Value == '%')
            {
                (star, resume) = (p++, t);
            }
            else if (p < wanted.Length && ((!escaped && wanted[p].Value == '_') || wanted[escaped ? p + 1 : p] == letters[t]))
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

        return wanted.Skip(p).All(w => w.Value == '%');
    }

    private static bool EndsWithin(Rune[] pattern, Rune mark)
    {
        int i = 0;
        while (i < pattern.Length)
        {
            i += pattern[i] == mark ? 2 : 1;
        }

        return i > pattern.Length;
    }
}
