namespace ZkHealth.Transcripts;

/// <summary>
/// The sponge of FIPS 202, section 4: input is XORed into the first <c>rate</c> bytes of the state, a permutation after
/// each full block; the last block carries the suffix of the function right after the input and 0x80 on its last byte.
/// </summary>
internal sealed class KeccakSponge(int rate, byte suffix)
{
    private readonly Keccak state = new();
    private int position; // 0 <= position < rate while absorbing, 0 <= position <= rate while squeezing
    private bool squeezing;

    public void Absorb(ReadOnlySpan<byte> data)
    {
        if (squeezing)
        {
            throw new InvalidOperationException("All input must be absorbed before the first squeeze.");
        }

        while (!data.IsEmpty)
        {
            var take = Math.Min(rate - position, data.Length);
            state.Xor(position, data[..take]);
            data = data[take..];
            position += take;
            if (position == rate)
            {
                state.Permute();
                position = 0;
            }
        }
    }

    public void Squeeze(Span<byte> destination)
    {
        if (!squeezing)
        {
            state.Xor(position, suffix);
            state.Xor(rate - 1, 0x80);
            squeezing = true;
            position = rate;
        }

        while (!destination.IsEmpty)
        {
            if (position == rate)
            {
                state.Permute();
                position = 0;
            }

            var take = Math.Min(rate - position, destination.Length);
            state.Read(position, destination[..take]);
            destination = destination[take..];
            position += take;
        }
    }
}
