using System.Numerics;

namespace ZkHealth.Statistics;

/// <summary>A set of atoms, one bit each.</summary>
internal sealed class AtomSet : IEquatable<AtomSet>
{
    private readonly ulong[] _words;

    private AtomSet(ulong[] words) => _words = words;

    /// <summary>The atoms of which something is true.</summary>
    public static AtomSet Where(int atoms, Func<int, bool> member)
    {
        var words = new ulong[(atoms + 63) / 64];
        for (int a = 0; a < atoms; a++)
        {
            words[a / 64] |= member(a) ? 1UL << (a % 64) : 0;
        }

        return new AtomSet(words);
    }

    /// <summary>Tells whether there is none.</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>The atoms, in order.</summary>
    public IEnumerable<int> Members
    {
        get
        {
            for (int w = 0; w < _words.Length; w++)
            {
                for (ulong rest = _words[w]; rest != 0; rest &= rest - 1)
                {
                    yield return 64 * w + BitOperations.TrailingZeroCount(rest);
                }
            }
        }
    }

    /// <summary>Determines whether it holds an atom.</summary>
    public bool Contains(int atom) => (_words[atom / 64] >> (atom % 64) & 1) == 1;

    /// <summary>a + b as a set; null where an atom is in both.</summary>
    public static AtomSet? Sum(AtomSet a, AtomSet b) => Combine(a, b, b, (x, y, _) => (x & y, x | y));

    /// <summary>a − b as a set; null where b holds an atom that a does not.</summary>
    public static AtomSet? Difference(AtomSet a, AtomSet b) => Combine(a, b, b, (x, y, _) => (y & ~x, x & ~y));

    /// <summary>a + b + c as a set, or null.</summary>
    public static AtomSet? Sum(AtomSet a, AtomSet b, AtomSet c) =>
        Combine(a, b, c, (x, y, z) => ((x & y) | (z & (x | y)), x | y | z));

    /// <summary>a + b − c as a set, or null.</summary>
    public static AtomSet? SumLess(AtomSet a, AtomSet b, AtomSet c) =>
        Combine(a, b, c, (x, y, z) => ((x & y & ~z) | (z & ~x & ~y), x ^ y ^ z));

    /// <summary>a − b − c as a set, or null.</summary>
    public static AtomSet? LessBoth(AtomSet a, AtomSet b, AtomSet c) =>
        Combine(a, b, c, (x, y, z) => ((y & z) | ((y | z) & ~x), x & ~y & ~z));

    /// <inheritdoc/>
    public bool Equals(AtomSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AtomSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_words.AsSpan()));
        return hash.ToHashCode();
    }

    /// <summary>Word by word what is neither 0 nor 1, and what is 1; most combinations end at the first word.</summary>
    private static AtomSet? Combine(AtomSet a, AtomSet b, AtomSet c, Func<ulong, ulong, ulong, (ulong Outside, ulong One)> step)
    {
        for (int w = 0; w < a._words.Length; w++)
        {
            if (step(a._words[w], b._words[w], c._words[w]).Outside != 0)
            {
                return null;
            }
        }

        var words = new ulong[a._words.Length];
        for (int w = 0; w < words.Length; w++)
        {
            words[w] = step(a._words[w], b._words[w], c._words[w]).One;
        }

        return new AtomSet(words);
    }
}
