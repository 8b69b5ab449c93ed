using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ZkHealth.Data;

/// <summary>
/// Numbers the persons of a source 1, 2, … in the order in which they are met. Of identifiers only 128 bits of their SHA-256 are held, and
/// only during the import; nothing of this column is committed.
/// </summary>
internal sealed class PersonCoder(SourceColumn source) : ColumnCoder(source, uint.MaxValue)
{
    private readonly Dictionary<UInt128, uint> _numbers = [];

    public override string Expected => "an identifier of the person in every row; where rows may lack one, list the texts that say so in \"missing\" of this column";

    /// <summary>An entry of 48 bytes a person, and half as much again while the table grows.</summary>
    public override long HeldBytes => 72L * _numbers.Count;

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        UInt128 key = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (!_numbers.TryGetValue(key, out uint number))
        {
            number = (uint)_numbers.Count + 1;
            _numbers.Add(key, number);
        }

        return new Coded(number);
    }
}
