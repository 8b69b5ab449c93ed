namespace ZkHealth.Transcripts;

/// <summary>
/// The part of STROBE v1.0.2 at 128-bit security that Merlin uses: meta-AD, AD, PRF and KEY. Every operation is framed in
/// the state by its flags and the place where the one before it began, so the boundaries between messages are bound.
/// </summary>
internal sealed class Strobe128
{
    private const int Rate = 166; // 200 - 2 * 128 / 8 - 2, the last two bytes being STROBE's own padding

    [Flags]
    private enum Operation : byte
    {
        None = 0,
        Inbound = 1,
        Application = 2,
        Cipher = 4,
        Meta = 16,
    }

    private readonly Keccak _state;
    private int _position; // 0 <= position < Rate between operations
    private int _begin; // one more than the place where the current operation began in this block, 0 if in an earlier one
    private Operation _current;

    /// <summary>Starts a protocol named by <paramref name="label"/>.</summary>
    public Strobe128(ReadOnlySpan<byte> label)
    {
        _state = new Keccak();
        _state.Xor(0, [1, Rate + 2, 1, 0, 1, 96]);
        _state.Xor(6, "STROBEv1.0.2"u8);
        _state.Permute();
        MetaAd(label, more: false);
    }

    private Strobe128(Strobe128 other)
    {
        _state = other._state.Clone();
        (_position, _begin, _current) = (other._position, other._begin, other._current);
    }

    public Strobe128 Clone() => new(this);

    /// <summary>Wipes the state; the object is of no further use.</summary>
    public void Clear() => _state.Clear();

    /// <summary>Absorbs framing: labels and lengths; with <paramref name="more"/> it continues that under way.</summary>
    public void MetaAd(ReadOnlySpan<byte> data, bool more)
    {
        const Operation Framing = Operation.Meta | Operation.Application;
        if (!more)
        {
            Begin(Framing);
        }
        else if (_current != Framing)
        {
            throw new InvalidOperationException("Only the operation under way can be continued.");
        }

        Absorb(data);
    }

    /// <summary>Absorbs public data.</summary>
    public void Ad(ReadOnlySpan<byte> data)
    {
        Begin(Operation.Application);
        Absorb(data);
    }

    /// <summary>Replaces part of the state by <paramref name="data"/>; what came before cannot be found from what
    /// follows.</summary>
    public void Key(ReadOnlySpan<byte> data)
    {
        Begin(Operation.Application | Operation.Cipher);
        while (!data.IsEmpty)
        {
            var take = Math.Min(Rate - _position, data.Length);
            _state.Overwrite(_position, data[..take]);
            data = data[take..];
            Advance(take);
        }
    }

    /// <summary>Fills <paramref name="destination"/> with bytes that depend on all absorbed, and erases them from the
    /// state.</summary>
    public void Prf(Span<byte> destination)
    {
        Begin(Operation.Inbound | Operation.Application | Operation.Cipher);
        while (!destination.IsEmpty)
        {
            var take = Math.Min(Rate - _position, destination.Length);
            _state.Read(_position, destination[..take]);
            _state.Zero(_position, take);
            destination = destination[take..];
            Advance(take);
        }
    }

    private void Begin(Operation operation)
    {
        var before = (byte)_begin;
        _begin = _position + 1;
        _current = operation;
        Absorb([before, (byte)operation]);
        if (operation.HasFlag(Operation.Cipher) && _position != 0)
        {
            Permute();
        }
    }

    private void Absorb(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var take = Math.Min(Rate - _position, data.Length);
            _state.Xor(_position, data[..take]);
            data = data[take..];
            Advance(take);
        }
    }

    private void Advance(int count)
    {
        _position += count;
        if (_position == Rate)
        {
            Permute();
        }
    }

    private void Permute()
    {
        _state.Xor(_position, (byte)_begin);
        _state.Xor(_position + 1, 0x04);
        _state.Xor(Rate + 1, 0x80);
        _state.Permute();
        _position = _begin = 0;
    }
}
