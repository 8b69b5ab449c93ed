using System.Numerics;
using System.Runtime.InteropServices;

namespace ZkHealth.Statistics;

/// <summary>A set of atoms, one bit each, in the words that are not 0: sets of a few of many atoms are small.</summary>
internal sealed class AtomSet : IEquatable<AtomSet>
{
    private readonly int[] _places;
    private readonly ulong[] _words;

    private AtomSet(int[] places, ulong[] words) => (_places, _words) = (places, words);

    /// <summary>The set of some atoms.</summary>
    /// <param name="members">The atoms, each once, in any order; they are sorted in place.</param>
    public static AtomSet Of(int[] members)
    {
        Array.Sort(members);
        var (places, words) = (new List<int>(), new List<ulong>());
        foreach (int a in members)
        {
            if (places.Count == 0 || places[^1] != a / 64)
            {
                places.Add(a / 64);
                words.Add(0);
            }

            words[^1] |= 1UL << (a % 64);
        }

        return new AtomSet([.. places], [.. words]);
    }

    /// <summary>The atoms of which something is true.</summary>
    public static AtomSet Where(int atoms, Func<int, bool> member) => Of([.. Enumerable.Range(0, atoms).Where(member)]);

    /// <summary>Tells whether there is none.</summary>
    public bool IsEmpty => _words.Length == 0;

    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>The atoms, in order.</summary>
    public IEnumerable<int> Members
    {
        get
        {
            for (int w = 0; w < _words.Length; w++)
            {
                for (ulong rest = _words[w]; rest != 0; rest &= rest - 1)
                {
                    yield return 64 * _places[w] + BitOperations.TrailingZeroCount(rest);
                }
            }
        }
    }

    /// <summary>Determines whether it holds an atom.</summary>
    public bool Contains(int atom)
    {
        int w = Array.BinarySearch(_places, atom / 64);
        return w >= 0 && (_words[w] >> (atom % 64) & 1) == 1;
    }

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

    public bool Equals(AtomSet? other) =>
        other is not null && _places.AsSpan().SequenceEqual(other._places) && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as AtomSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(_places.AsSpan()));
        hash.AddBytes(MemoryMarshal.AsBytes(_words.AsSpan()));
        return hash.ToHashCode();
    }

    /// <summary>Word by word what is neither 0 nor 1, and what is 1; most combinations end at the first word.</summary>
    private static AtomSet? Combine(AtomSet a, AtomSet b, AtomSet c, Func<ulong, ulong, ulong, (ulong Outside, ulong One)> step)
    {
        if (!Walk(a, b, c, step, null, null))
        {
            return null;
        }

        var (places, words) = (new List<int>(), new List<ulong>());
        Walk(a, b, c, step, places, words);
        return new AtomSet([.. places], [.. words]);
    }

    private static bool Walk(
        AtomSet a,
        AtomSet b,
        AtomSet c,
        Func<ulong, ulong, ulong, (ulong Outside, ulong One)> step,
        List<int>? places,
        List<ulong>? words
    )
    {
        int i = 0,
            j = 0,
            k = 0;
        while (true)
        {
            int place = Math.Min(a.PlaceOf(i), Math.Min(b.PlaceOf(j), c.PlaceOf(k)));
            if (place == int.MaxValue)
            {
                return true;
            }

            ulong x = a.PlaceOf(i) == place ? a._words[i++] : 0,
                y = b.PlaceOf(j) == place ? b._words[j++] : 0,
                z = c.PlaceOf(k) == place ? c._words[k++] : 0;
            (ulong outside, ulong one) = step(x, y, z);
            if (outside != 0)
            {
                return false;
            }

            if (one != 0)
            {
                places?.Add(place);
                words?.Add(one);
            }
        }
    }

    private int PlaceOf(int word) => word < _places.Length ? _places[word] : int.MaxValue;
}
