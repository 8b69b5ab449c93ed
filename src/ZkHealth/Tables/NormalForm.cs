using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ZkHealth.Tables;

/// <summary>
/// Normalization forms C and D of texts, by a table of its own: .NET makes them where ICU is at hand and leaves texts alone in a
/// process without (InvariantGlobalization), so that the digest of one text would be two.
/// </summary>
/// <remarks>
/// Unicode Standard Annex 15: canonical decomposition, canonical order of combining marks, canonical composition. The table
/// (composition.txt) is that of Unicode 14; a text that is composed stays composed in every later version (its stability policy).
/// </remarks>
internal static class NormalForm
{
    /// <summary>The first character that is made of others.</summary>
    private const char FirstWhole = '\u00C0';

    /// <summary>The first character that is not composed by itself, or composes with others.</summary>
    private const char FirstMark = '\u0300';

    // Hangul syllables are composed by arithmetic (the Unicode Standard, 3.12)
    private const int Syllables = 0xAC00,
        Leads = 0x1100,
        Vowels = 0x1161,
        Trails = 0x11A7,
        LeadCount = 19,
        VowelCount = 21,
        TrailCount = 28,
        SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<CompositionTable> Table = new(CompositionTable.Read);

    /// <summary>The text in normalization form C; the same one where nothing is to be composed.</summary>
    public static string Composed(string text) => IsBelow(FirstMark, text) ? text : Text(Compose(Parts(text)));

    /// <summary>The text in normalization form D; the same one where nothing is to be taken apart.</summary>
    public static string Decomposed(string text) => IsBelow(FirstWhole, text) ? text : Text(Parts(text));

    private static bool IsBelow(char first, string text) => !text.AsSpan().ContainsAnyExceptInRange('\0', (char)(first - 1));

    private static string Text(List<int> characters)
    {
        var text = new StringBuilder(characters.Count);
        foreach (int character in characters)
        {
            text.Append(char.ConvertFromUtf32(character));
        }

        return text.ToString();
    }

    /// <summary>The characters of a text that are made of no others, marks in canonical order.</summary>
    private static List<int> Parts(string text)
    {
        var characters = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }

        Order(characters);
        return characters;
    }

    private static void Decompose(int character, List<int> into)
    {
        int syllable = character - Syllables;
        if (syllable is >= 0 and < SyllableCount)
        {
            into.Add(Leads + (syllable / (VowelCount * TrailCount)));
            into.Add(Vowels + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount > 0)
            {
                into.Add(Trails + (syllable % TrailCount));
            }
        }
        else if (Table.Value.Parts.TryGetValue(character, out int[]? parts))
        {
            foreach (int part in parts)
            {
                Decompose(part, into);
            }
        }
        else
        {
            into.Add(character);
        }
    }

    /// <summary>Puts the marks behind each character in the order of their classes; marks of one class keep theirs. Each run is
    /// put back where it was: moving what stands behind it as well took seconds for a text of many runs.</summary>
    private static void Order(List<int> characters)
    {
        for (int from = 0; from < characters.Count; from++)
        {
            int end = from;
            while (end < characters.Count && Class(characters[end]) > 0)
            {
                end++;
            }

            if (end - from > 1)
            {
                Span<int> marks = CollectionsMarshal.AsSpan(characters)[from..end];
                var keys = new long[marks.Length];
                for (int i = 0; i < keys.Length; i++)
                {
                    keys[i] = ((long)Class(marks[i]) << 32) | (uint)i;
                }

                keys.AsSpan().Sort(marks);
            }

            from = end;
        }
    }

    /// <summary>Composes each starter with what follows and is not blocked: no mark of the same or a higher class, and no other
    /// starter, stands between them.</summary>
    private static List<int> Compose(List<int> characters)
    {
        var composed = new List<int>(characters.Count);
        int starter = -1,
            before = 0;
        foreach (int character in characters)
        {
            int rank = Class(character);
            bool isNext = starter == composed.Count - 1;
            if (starter >= 0 && (isNext || before < rank) && Pair(composed[starter], character) is int one)
            {
                composed[starter] = one;
                continue;
            }

            if (rank == 0)
            {
                starter = composed.Count;
            }

            before = rank;
            composed.Add(character);
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        if (first is >= Leads and < Leads + LeadCount && second is >= Vowels and < Vowels + VowelCount)
        {
            return Syllables + ((((first - Leads) * VowelCount) + second - Vowels) * TrailCount);
        }

        int syllable = first - Syllables;
        if (syllable is >= 0 and < SyllableCount && syllable % TrailCount == 0 && second is > Trails and < Trails + TrailCount)
        {
            return first + second - Trails;
        }

        return Table.Value.Pairs.TryGetValue(CompositionTable.Key(first, second), out int one) ? one : null;
    }

    private static int Class(int character) => character < FirstMark ? 0 : Table.Value.Classes.GetValueOrDefault(character);

    /// <summary>The table, as it is read once.</summary>
    private sealed class CompositionTable
    {
        /// <summary>Canonical combining classes other than 0.</summary>
        public Dictionary<int, byte> Classes { get; } = [];

        /// <summary>The parts of each character that is made of others.</summary>
        public Dictionary<int, int[]> Parts { get; } = [];

        /// <summary>The character that a pair becomes.</summary>
        public Dictionary<long, int> Pairs { get; } = [];

        public static long Key(int first, int second) => ((long)first << 32) | (uint)second;

        public static CompositionTable Read()
        {
            var table = new CompositionTable();
            using Stream resource = typeof(NormalForm).Assembly.GetManifestResourceStream("composition.txt")!;
            using var reader = new StreamReader(resource, Encoding.ASCII);
            int part = 0;
            while (reader.ReadLine() is string line)
            {
                string[] words = line.Split(' ');
                if (words[0] == "#")
                {
                    part++;
                }
                else if (part == 1)
                {
                    byte rank = byte.Parse(words[2], CultureInfo.InvariantCulture);
                    for (int c = Hex(words[0]); c <= Hex(words[1]); c++)
                    {
                        table.Classes.Add(c, rank);
                    }
                }
                else
                {
                    int[] parts = [.. words[1..].Where(w => w != "*").Select(Hex)];
                    table.Parts.Add(Hex(words[0]), parts);
                    if (words[^1] != "*")
                    {
                        table.Pairs.Add(Key(parts[0], parts[1]), Hex(words[0]));
                    }
                }
            }

            return table;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
