using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Data;

/// <summary>
/// The identifiers of a source, numbered 1, 2, … in the order in which they are met. They are held in 128 bits, and only during
/// the import: up to 15 ASCII characters as they are, of longer ones 120 bits of their SHA-256.
/// </summary>
internal sealed class Identifiers
{
    // the digits of pi, odd
    private static readonly UInt128 Factor = new(0x243F6A8885A308D3, 0x13198A2E03707345);

    private readonly Dictionary<UInt128, uint> _numbers = [];

    /// <summary>An entry of 48 bytes each, and half as much again while the table grows.</summary>
    public long HeldBytes => 72L * _numbers.Count;

    /// <summary>The number of an identifier, a new one where it was not met before.</summary>
    public uint Add(ReadOnlySpan<char> text, out bool known)
    {
        ref uint number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, Key(text), out known);
        if (!known)
        {
            number = (uint)_numbers.Count;
        }

        return number;
    }

    /// <summary>The number of an identifier; 0 where it was not met.</summary>
    public uint Find(ReadOnlySpan<char> text) => _numbers.GetValueOrDefault(Key(text));

    /// <summary>The last byte tells the lengths of short identifiers, and long ones, apart.</summary>
    private static UInt128 Key(ReadOnlySpan<char> text)
    {
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        key.Clear();
        if (text.Length < 16 && Ascii.FromUtf16(text, key, out int length) == OperationStatus.Done)
        {
            key[15] = (byte)length;
        }
        else
        {
            SHA256.HashData(MemoryMarshal.AsBytes(text), key);
            key[15] = 0xFF;
        }

        // an odd factor maps keys one to one, and brings all characters into the high half: the table's own hash of digits as
        // they are makes chains
        UInt128 product = BinaryPrimitives.ReadUInt128LittleEndian(key) * Factor;
        return product ^ (product >> 64);
    }
}
