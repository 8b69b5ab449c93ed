using System.Runtime.InteropServices;

namespace ZkHealth.Data;

/// <summary>
/// The codes of a column while its rows are read, in blocks of as many bytes a code as its domain needs: growing copies nothing,
/// and while the final array is made both together take 5 bytes a row for a column of up to 256 codes.
/// </summary>
internal sealed class CodeBuffer
{
    private const int Block = 1 << 16;

    private readonly List<byte[]> _blocks = [];
    private readonly int _width;
    private byte[] _last = [];
    private int _used;

    /// <summary>Takes codes below a domain.</summary>
    public CodeBuffer(uint domain) =>
        _width =
            domain <= 1 << 8 ? 1
            : domain <= 1 << 16 ? 2
            : 4;

    /// <summary>The number of codes.</summary>
    public long Count => _blocks.Count == 0 ? 0 : ((long)(_blocks.Count - 1) * Block) + (_used / _width);

    /// <summary>The memory of blocks and of the final array.</summary>
    public long Bytes => ((long)_blocks.Count * Block * _width) + (Count * sizeof(uint));

    public void Add(uint code)
    {
        if (_used == _last.Length)
        {
            _last = GC.AllocateUninitializedArray<byte>(Block * _width);
            _blocks.Add(_last);
            _used = 0;
        }

        switch (_width)
        {
            case 1:
                _last[_used] = (byte)code;
                break;
            case 2:
                MemoryMarshal.Write(_last.AsSpan(_used), (ushort)code);
                break;
            default:
                MemoryMarshal.Write(_last.AsSpan(_used), code);
                break;
        }

        _used += _width;
    }

    /// <summary>Takes the codes out; the buffer is empty then.</summary>
    public uint[] Take()
    {
        uint[] codes = GC.AllocateUninitializedArray<uint>(checked((int)Count));
        Span<uint> rest = codes;
        foreach (byte[] block in _blocks)
        {
            int count = Math.Min(Block, rest.Length);
            Widen(block.AsSpan(0, count * _width), rest[..count]);
            rest = rest[count..];
        }

        _blocks.Clear();
        (_last, _used) = ([], 0);
        return codes;
    }

    private void Widen(ReadOnlySpan<byte> block, Span<uint> codes)
    {
        if (_width == 4)
        {
            MemoryMarshal.Cast<byte, uint>(block).CopyTo(codes);
            return;
        }

        ReadOnlySpan<ushort> pairs = MemoryMarshal.Cast<byte, ushort>(block);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = _width == 1 ? block[i] : pairs[i];
        }
    }
}
