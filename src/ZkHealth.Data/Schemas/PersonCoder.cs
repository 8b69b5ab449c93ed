using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Data;

/// <summary>
/// Numbers the persons of a source 1, 2, … in the order in which they are met. Identifiers are held in 128 bits, and only during
/// the import: up to
/// 15 ASCII characters as they are, of longer ones 120 bits of their SHA-256. Nothing of this column is committed.
/// </summary>
internal sealed class PersonCoder(SourceColumn source) : ColumnCoder(source, uint.MaxValue)
{
    // the digits of pi, odd
    private static readonly UInt128 Factor = new(0x243F6A8885A308D3, 0x13198A2E03707345);

    private readonly Dictionary<UInt128, uint> _numbers = [];

    public override string Expected =>
        "an identifier of the person in every row; where rows may lack one, list the texts that say so in \"missing\" of this column";

    /// <summary>An entry of 48 bytes a person, and half as much again while the table grows.</summary>
    public override long HeldBytes => 72L * _numbers.Count;

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        ref uint number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, Key(text), out bool known);
        if (!known)
        {
            number = (uint)_numbers.Count;
        }

        return new Coded(number);
    }

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
