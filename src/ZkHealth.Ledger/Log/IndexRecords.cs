using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>Pairs of a key (kind and subject, hashed) and a position, sorted, to find the positions of a key by
/// bisection.</summary>
internal sealed class IndexRecords(UInt128[] keys, long[] positions)
{
    public static readonly IndexRecords Empty = new([], []);

    public ReadOnlySpan<UInt128> Keys => keys;

    public ReadOnlySpan<long> Positions => positions;

    /// <summary>The first half of SHA-256(kind ‖ 0 ‖ subject), or of SHA-256(kind) for a kind about anything.</summary>
    public static UInt128 KeyOf(string kind, ReadOnlySpan<byte> subject)
    {
        Span<byte> text = stackalloc byte[EntryBody.MaxKindLength + 1 + EntryBody.MaxSubjectSize];
        if (kind.Length > EntryBody.MaxKindLength || subject.Length > EntryBody.MaxSubjectSize || !Ascii.IsValid(kind))
        {
            return UInt128.Zero; // no entry has it
        }

        int n = Encoding.ASCII.GetBytes(kind, text);
        if (!subject.IsEmpty)
        {
            text[n++] = 0;
            subject.CopyTo(text[n..]);
            n += subject.Length;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..n], hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>The records and others, merged: a log that is read for the first time comes in many parts, and sorting all of
    /// them at its end would take four times the memory of the index.</summary>
    public IndexRecords With(List<KeyValuePair<UInt128, long>> others)
    {
        UInt128[] otherKeys = [.. others.Select(o => o.Key)];
        long[] otherPositions = [.. others.Select(o => o.Value)];
        Array.Sort(otherKeys, otherPositions);
        var allKeys = new UInt128[keys.Length + otherKeys.Length];
        var all = new long[allKeys.Length];
        for (int i = 0, j = 0; i + j < all.Length; )
        {
            bool isOther = i == keys.Length || (j < otherKeys.Length && otherKeys[j] < keys[i]);
            (allKeys[i + j], all[i + j]) = isOther ? (otherKeys[j], otherPositions[j]) : (keys[i], positions[i]);
            (i, j) = isOther ? (i, j + 1) : (i + 1, j);
        }

        return new IndexRecords(allKeys, all);
    }

    public List<long> Find(UInt128 key)
    {
        int low = 0,
            high = keys.Length;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            (low, high) = keys[middle] < key ? (middle + 1, high) : (low, middle);
        }

        var found = new List<long>();
        for (; low < keys.Length && keys[low] == key; low++)
        {
            found.Add(positions[low]);
        }

        found.Sort();
        return found;
    }
}
