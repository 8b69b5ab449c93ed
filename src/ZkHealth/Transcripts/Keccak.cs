using System.Buffers.Binary;
using System.Numerics;
using ZkHealth.Fields;

namespace ZkHealth.Transcripts;

/// <summary>
/// The 1600-bit state of Keccak and its permutation (FIPS 202, section 3). Lane (x, y) is <c>lanes[x + 5y]</c>; byte k of
/// the state is byte k mod 8, from the low end, of lane k / 8, whatever the byte order of the machine.
/// </summary>
internal sealed class Keccak
{
    /// <summary>Bytes of the state.</summary>
    public const int Size = 200;

    private const int LaneSize = sizeof(ulong);

    private static ReadOnlySpan<ulong> RoundConstants =>
        [
            0x0000000000000001,
            0x0000000000008082,
            0x800000000000808a,
            0x8000000080008000,
            0x000000000000808b,
            0x0000000080000001,
            0x8000000080008081,
            0x8000000000008009,
            0x000000000000008a,
            0x0000000000000088,
            0x0000000080008009,
            0x000000008000000a,
            0x000000008000808b,
            0x800000000000008b,
            0x8000000000008089,
            0x8000000000008003,
            0x8000000000008002,
            0x8000000000000080,
            0x000000000000800a,
            0x800000008000000a,
            0x8000000080008081,
            0x8000000000008080,
            0x0000000080000001,
            0x8000000080008008,
        ];

    private readonly ulong[] _lanes = new ulong[Size / LaneSize];

    public Keccak Clone()
    {
        var copy = new Keccak();
        _lanes.CopyTo(copy._lanes, 0);
        return copy;
    }

    /// <summary>Wipes the state.</summary>
    public void Clear() => new SecretSpan<ulong>(_lanes).Dispose();

    /// <summary>state[position] ^= value.</summary>
    public void Xor(int position, byte value) => _lanes[position / LaneSize] ^= (ulong)value << Shift(position);

    /// <summary>state[position + i] ^= data[i].</summary>
    public void Xor(int position, ReadOnlySpan<byte> data)
    {
        for (; !data.IsEmpty && position % LaneSize != 0; position++, data = data[1..])
        {
            Xor(position, data[0]);
        }

        for (; data.Length >= LaneSize; position += LaneSize, data = data[LaneSize..])
        {
            _lanes[position / LaneSize] ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
        }

        for (; !data.IsEmpty; position++, data = data[1..])
        {
            Xor(position, data[0]);
        }
    }

    /// <summary>state[position + i] = data[i].</summary>
    public void Overwrite(int position, ReadOnlySpan<byte> data)
    {
        Zero(position, data.Length);
        Xor(position, data);
    }

    /// <summary>Sets <paramref name="count"/> bytes from <paramref name="position"/> to zero.</summary>
    public void Zero(int position, int count)
    {
        for (var end = position + count; position < end; position++)
        {
            _lanes[position / LaneSize] &= ~(0xfful << Shift(position));
        }
    }

    /// <summary>destination[i] = state[position + i].</summary>
    public void Read(int position, Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++, position++)
        {
            destination[i] = (byte)(_lanes[position / LaneSize] >> Shift(position));
        }
    }

    /// <summary>Keccak-f[1600]: 24 rounds of theta, rho, pi, chi and iota.</summary>
    public void Permute()
    {
        ulong a00 = _lanes[0],
            a10 = _lanes[1],
            a20 = _lanes[2],
            a30 = _lanes[3],
            a40 = _lanes[4];
        ulong a01 = _lanes[5],
            a11 = _lanes[6],
            a21 = _lanes[7],
            a31 = _lanes[8],
            a41 = _lanes[9];
        ulong a02 = _lanes[10],
            a12 = _lanes[11],
            a22 = _lanes[12],
            a32 = _lanes[13],
            a42 = _lanes[14];
        ulong a03 = _lanes[15],
            a13 = _lanes[16],
            a23 = _lanes[17],
            a33 = _lanes[18],
            a43 = _lanes[19];
        ulong a04 = _lanes[20],
            a14 = _lanes[21],
            a24 = _lanes[22],
            a34 = _lanes[23],
            a44 = _lanes[24];
        foreach (var constant in RoundConstants)
        {
            // theta: every lane takes the parity of the column before it and of the one after it turned by one.
            var c0 = a00 ^ a01 ^ a02 ^ a03 ^ a04;
            var c1 = a10 ^ a11 ^ a12 ^ a13 ^ a14;
            var c2 = a20 ^ a21 ^ a22 ^ a23 ^ a24;
            var c3 = a30 ^ a31 ^ a32 ^ a33 ^ a34;
            var c4 = a40 ^ a41 ^ a42 ^ a43 ^ a44;
            var d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            var d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            var d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            var d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            var d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            // rho and pi: b[y, 2x + 3y] = (a[x, y] ^ d[x]) turned by the offset of (x, y).
            var b00 = a00 ^ d0;
            var b10 = BitOperations.RotateLeft(a11 ^ d1, 44);
            var b20 = BitOperations.RotateLeft(a22 ^ d2, 43);
            var b30 = BitOperations.RotateLeft(a33 ^ d3, 21);
            var b40 = BitOperations.RotateLeft(a44 ^ d4, 14);
            var b01 = BitOperations.RotateLeft(a30 ^ d3, 28);
            var b11 = BitOperations.RotateLeft(a41 ^ d4, 20);
            var b21 = BitOperations.RotateLeft(a02 ^ d0, 3);
            var b31 = BitOperations.RotateLeft(a13 ^ d1, 45);
            var b41 = BitOperations.RotateLeft(a24 ^ d2, 61);
            var b02 = BitOperations.RotateLeft(a10 ^ d1, 1);
            var b12 = BitOperations.RotateLeft(a21 ^ d2, 6);
            var b22 = BitOperations.RotateLeft(a32 ^ d3, 25);
            var b32 = BitOperations.RotateLeft(a43 ^ d4, 8);
            var b42 = BitOperations.RotateLeft(a04 ^ d0, 18);
            var b03 = BitOperations.RotateLeft(a40 ^ d4, 27);
            var b13 = BitOperations.RotateLeft(a01 ^ d0, 36);
            var b23 = BitOperations.RotateLeft(a12 ^ d1, 10);
            var b33 = BitOperations.RotateLeft(a23 ^ d2, 15);
            var b43 = BitOperations.RotateLeft(a34 ^ d3, 56);
            var b04 = BitOperations.RotateLeft(a20 ^ d2, 62);
            var b14 = BitOperations.RotateLeft(a31 ^ d3, 55);
            var b24 = BitOperations.RotateLeft(a42 ^ d4, 39);
            var b34 = BitOperations.RotateLeft(a03 ^ d0, 41);
            var b44 = BitOperations.RotateLeft(a14 ^ d1, 2);

            // chi, along each row; iota on the first lane.
            a00 = b00 ^ (~b10 & b20) ^ constant;
            a10 = b10 ^ (~b20 & b30);
            a20 = b20 ^ (~b30 & b40);
            a30 = b30 ^ (~b40 & b00);
            a40 = b40 ^ (~b00 & b10);
            a01 = b01 ^ (~b11 & b21);
            a11 = b11 ^ (~b21 & b31);
            a21 = b21 ^ (~b31 & b41);
            a31 = b31 ^ (~b41 & b01);
            a41 = b41 ^ (~b01 & b11);
            a02 = b02 ^ (~b12 & b22);
            a12 = b12 ^ (~b22 & b32);
            a22 = b22 ^ (~b32 & b42);
            a32 = b32 ^ (~b42 & b02);
            a42 = b42 ^ (~b02 & b12);
            a03 = b03 ^ (~b13 & b23);
            a13 = b13 ^ (~b23 & b33);
            a23 = b23 ^ (~b33 & b43);
            a33 = b33 ^ (~b43 & b03);
            a43 = b43 ^ (~b03 & b13);
            a04 = b04 ^ (~b14 & b24);
            a14 = b14 ^ (~b24 & b34);
            a24 = b24 ^ (~b34 & b44);
            a34 = b34 ^ (~b44 & b04);
            a44 = b44 ^ (~b04 & b14);
        }

        (_lanes[0], _lanes[1], _lanes[2], _lanes[3], _lanes[4]) = (a00, a10, a20, a30, a40);
        (_lanes[5], _lanes[6], _lanes[7], _lanes[8], _lanes[9]) = (a01, a11, a21, a31, a41);
        (_lanes[10], _lanes[11], _lanes[12], _lanes[13], _lanes[14]) = (a02, a12, a22, a32, a42);
        (_lanes[15], _lanes[16], _lanes[17], _lanes[18], _lanes[19]) = (a03, a13, a23, a33, a43);
        (_lanes[20], _lanes[21], _lanes[22], _lanes[23], _lanes[24]) = (a04, a14, a24, a34, a44);
    }

    private static int Shift(int position) => 8 * (position % LaneSize);
}
