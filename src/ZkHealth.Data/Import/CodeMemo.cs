using System.Runtime.InteropServices;

namespace ZkHealth.Data;

/// <summary>
/// The codes of a column's texts that one import has met. Texts of up to four characters, which most values of a table are, are
/// found by their characters as one number, in a third of the time of a dictionary; one takes the place of another that falls to
/// the same place.
/// </summary>
internal sealed class CodeMemo(ColumnCoder coder)
{
    private const int LogSize = 10;
    private const int MaxLong = 1 << 16;

    /// <summary>Longer texts are decided anew each time: a source of numbers of a million digits would fill the memory.</summary>
    private const int MaxLength = 64;

    // of a coder that is to see every text nothing is kept: its one place stays empty
    private readonly ulong[] _keys = new ulong[coder.SameTextSameCode ? 1 << LogSize : 1];
    private readonly Coded[] _codes = new Coded[coder.SameTextSameCode ? 1 << LogSize : 1];
    private readonly Dictionary<string, Coded> _long = new(StringComparer.Ordinal);

    /// <summary>Finds the code of a text; false where the schema does not know it.</summary>
    public bool TryCode(ReadOnlySpan<char> text, out Coded coded)
    {
        ulong key = _keys.Length > 1 ? Key(text) : 0;
        int place = Place(key);
        coded = _codes[place];
        return (key != 0 && _keys[place] == key) || TryDecide(text, key, out coded);
    }

    private bool TryDecide(ReadOnlySpan<char> text, ulong key, out Coded coded)
    {
        Dictionary<string, Coded>.AlternateLookup<ReadOnlySpan<char>> known = _long.GetAlternateLookup<ReadOnlySpan<char>>();
        if (key == 0 && known.TryGetValue(text, out coded))
        {
            return true;
        }

        Coded? found = coder.Code(text);
        coded = found.GetValueOrDefault();
        if (found is null || !coder.SameTextSameCode)
        {
            return found is not null;
        }

        if (key != 0)
        {
            int place = Place(key);
            (_keys[place], _codes[place]) = (key, coded);
        }
        else if (_long.Count < MaxLong && text.Length <= MaxLength)
        {
            known[text] = coded;
        }

        return true;
    }

    /// <summary>
    /// The number that stands for a text; 0 for one that is too long, or begins or ends with a zero character. So no two texts
    /// have one number, and the empty text may have one whose first character would be zero.
    /// </summary>
    private static ulong Key(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 1 << 16;
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text);
        ulong key = text.Length switch
        {
            1 => text[0],
            2 => MemoryMarshal.Read<uint>(bytes),
            3 => MemoryMarshal.Read<uint>(bytes) | ((ulong)text[2] << 32),
            4 => MemoryMarshal.Read<ulong>(bytes),
            _ => 0,
        };
        return text[0] == '\0' || text[^1] == '\0' ? 0 : key;
    }

    // the golden ratio spreads keys that differ in a few bits
    private static int Place(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> (64 - LogSize));
}
