namespace ZkHealth.Transcripts;

/// <summary>
/// The sponge of FIPS 202, section 4: input is XORed into the first <c>rate</c> bytes of the state, a permutation after
/// each full block; the last block carries the suffix of the function right after the input and 0x80 on its last byte.
/// </summary>
internal sealed class KeccakSponge(int rate, byte suffix)
{
    private readonly Keccak _state = new();
    private int _position; // 0 <= position < rate while absorbing, 0 <= position <= rate while squeezing
    private bool _squeezing;

    public void Absorb(ReadOnlySpan<byte> data)
    {
        if (_squeezing)
        {
            throw new InvalidOperationException("All input must be absorbed before the first squeeze.");
        }

        while (!data.IsEmpty)
        {
            var take = Math.Min(rate - _position, data.Length);
            _state.Xor(_position, data[..take]);
            data = data[take..];
            _position += take;
            if (_position == rate)
            {
                _state.Permute();
                _position = 0;
            }
        }
    }

    public void Squeeze(Span<byte> destination)
    {
        if (!_squeezing)
        {
            _state.Xor(_position, suffix);
            _state.Xor(rate - 1, 0x80);
            _squeezing = true;
            _position = rate;
        }

        while (!destination.IsEmpty)
        {
            if (_position == rate)
            {
                _state.Permute();
                _position = 0;
            }

            var take = Math.Min(rate - _position, destination.Length);
            _state.Read(_position, destination[..take]);
            destination = destination[take..];
            _position += take;
        }
    }
}
