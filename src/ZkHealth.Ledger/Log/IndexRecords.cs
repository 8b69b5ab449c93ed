using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>Pairs of a key (kind and subject, hashed) and a position, sorted, to find the positions of a key by
/// bisection.</summary>
internal sealed class IndexRecords(UInt128[] keys, long[] positions)
{
    private UInt128[] _keys = keys;
    private long[] _positions = positions;
    private int _count = keys.Length;

    public ReadOnlySpan<UInt128> Keys => _keys.AsSpan(0, _count);

    public ReadOnlySpan<long> Positions => _positions.AsSpan(0, _count);

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

    /// <summary>Makes room for so many records in all, so that a log of known size is read without copies.</summary>
    public void Reserve(long records)
    {
        if (records > _keys.Length)
        {
            int length = (int)Math.Min(records, Array.MaxLength);
            Array.Resize(ref _keys, length);
            Array.Resize(ref _positions, length);
        }
    }

    /// <summary>Merges others in, from the back, where they are: a log that is read for the first time comes in many parts, and
    /// a copy for each of them would take several times the memory of the index.</summary>
    public void Add(List<KeyValuePair<UInt128, long>> others)
    {
        UInt128[] otherKeys = [.. others.Select(o => o.Key)];
        long[] otherPositions = [.. others.Select(o => o.Value)];
        Array.Sort(otherKeys, otherPositions);
        int all = checked(_count + otherKeys.Length);
        if (all > _keys.Length)
        {
            Reserve(Math.Max(all, _keys.Length + _keys.Length / 2L));
        }

        // what is written at i + j + 1 has been read: i is below it while others are left
        for (int i = _count - 1, j = otherKeys.Length - 1; j >= 0; )
        {
            bool isOther = i < 0 || _keys[i] <= otherKeys[j];
            (_keys[i + j + 1], _positions[i + j + 1]) = isOther ? (otherKeys[j], otherPositions[j]) : (_keys[i], _positions[i]);
            (i, j) = isOther ? (i, j - 1) : (i - 1, j);
        }

        _count = all;
    }

    public List<long> Find(UInt128 key)
    {
        int low = 0,
            high = _count;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            (low, high) = _keys[middle] < key ? (middle + 1, high) : (low, middle);
        }

        var found = new List<long>();
        for (; low < _count && _keys[low] == key; low++)
        {
            found.Add(_positions[low]);
        }

        found.Sort();
        return found;
    }
}
