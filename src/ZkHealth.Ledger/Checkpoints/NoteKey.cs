using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>
/// A named Ed25519 key of C2SP signed-note: written as name+id+base64(0x01 ‖ key), its id the first four bytes of
/// SHA-256(name ‖ LF ‖ 0x01 ‖ key).
/// </summary>
public sealed class NoteKey
{
    /// <summary>A named key.</summary>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds a space or a plus.</exception>
    public NoteKey(string name, VerifyingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsName(name))
        {
            throw new ArgumentException("expected 1 to 255 characters, no space, no +", nameof(name));
        }

        (Name, Key) = (name, key);
        Id = BinaryPrimitives.ReadUInt32BigEndian(
            SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. key.Encode()])
        );
    }

    /// <summary>The name: for a log, its origin.</summary>
    public string Name { get; }

    /// <summary>The key.</summary>
    public VerifyingKey Key { get; }

    /// <summary>The id by which signature lines name the key.</summary>
    public uint Id { get; }

    /// <summary>Determines whether this can be a name: 1 to 255 characters, none of them a space, a control character or a
    /// plus.</summary>
    internal static bool IsName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= 255 }
        && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c))
        && IsWellFormed(name);

    /// <summary>Determines whether every surrogate has its other half, so that the text has one UTF-8 form.</summary>
    internal static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i += char.IsSurrogate(text[i]) ? 2 : 1)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads name+id+key; false where the id is not that of name and key.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        string[] parts = (text ?? "").Split('+', 3);
        Span<byte> bytes = stackalloc byte[1 + VerifyingKey.Size];
        if (
            parts.Length != 3
            || !IsName(parts[0])
            || !Convert.TryFromBase64String(parts[2], bytes, out int n)
            || n != bytes.Length
            || !VerifyingKey.TryRead(bytes, out VerifyingKey? decoded)
        )
        {
            return false;
        }

        var named = new NoteKey(parts[0], decoded);
        key = named.ToString() == text ? named : null;
        return key is not null;
    }

    /// <summary>name+id+base64(0x01 ‖ key).</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String(Key.Encode())}");
}
