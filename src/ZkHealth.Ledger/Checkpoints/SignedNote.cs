using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>A text with signature lines (C2SP signed-note): "text LF, empty line, — name base64(id ‖ signature) LF …".</summary>
internal sealed class SignedNote
{
    /// <summary>The longest note that is read, in characters.</summary>
    public const int MaxLength = 1 << 16;

    private const string Dash = "\u2014 ";

    private readonly List<(string Name, byte[] Signature)> _signatures;

    private SignedNote(string text, List<(string Name, byte[] Signature)> signatures) => (Text, _signatures) = (text, signatures);

    /// <summary>The text that is signed; it ends with a line feed.</summary>
    public string Text { get; }

    /// <summary>The signature lines: the name, and 4 bytes that tell the key with the signature behind them.</summary>
    public IReadOnlyList<(string Name, byte[] Signature)> Signatures => _signatures;

    /// <summary>Signs a text.</summary>
    /// <exception cref="ArgumentException">The text does not end with a line feed, or holds an empty line or a control
    /// character.</exception>
    public static SignedNote Sign(string text, string name, SigningKey key)
    {
        if (!IsText(text) || text.Contains("\n\n", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "expected lines without control characters, each ended by a line feed, none empty",
                nameof(text)
            );
        }

        var signature = new byte[4 + VerifyingKey.SignatureSize];
        BinaryPrimitives.WriteUInt32BigEndian(signature, new NoteKey(name, key.Public).Id);
        key.Sign(Encoding.UTF8.GetBytes(text)).CopyTo(signature, 4);
        return new SignedNote(text, [(name, signature)]);
    }

    /// <summary>Reads a note without verifying it.</summary>
    public static bool TryParse(string? note, [NotNullWhen(true)] out SignedNote? parsed)
    {
        parsed = null;
        if (note is null || note.Length > MaxLength)
        {
            return false;
        }

        int end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || end + 2 >= note.Length || !IsText(note[..(end + 1)]) || !note.EndsWith('\n'))
        {
            return false;
        }

        var signatures = new List<(string, byte[])>();
        foreach (string line in note[(end + 2)..^1].Split('\n'))
        {
            string[] parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
            var bytes = new byte[line.Length];
            if (
                parts.Length != 2
                || !NoteKey.IsName(parts[0])
                || !Convert.TryFromBase64String(parts[1], bytes, out int n)
                || n < 4
                || Convert.ToBase64String(bytes, 0, n) != parts[1]
            )
            {
                return false;
            }

            signatures.Add((parts[0], bytes[..n]));
        }

        parsed = new SignedNote(note[..(end + 1)], signatures);
        return true;
    }

    /// <summary>Determines whether the note has a signature of this key; one that names the key and is wrong makes it
    /// false.</summary>
    public bool IsSignedBy(NoteKey key)
    {
        byte[] text = Encoding.UTF8.GetBytes(Text);
        byte[][] named =
        [
            .. _signatures
                .Where(s => s.Name == key.Name && BinaryPrimitives.ReadUInt32BigEndian(s.Signature) == key.Id)
                .Select(s => s.Signature),
        ];
        return named.Length > 0 && named.All(s => key.Key.Verify(text, s.AsSpan(4)));
    }

    /// <summary>The note as it is written.</summary>
    public override string ToString() =>
        Text + "\n" + string.Concat(_signatures.Select(s => $"{Dash}{s.Name} {Convert.ToBase64String(s.Signature)}\n"));

    private static bool IsText(string text) =>
        text.EndsWith('\n') && text.All(c => c == '\n' || !char.IsControl(c)) && NoteKey.IsWellFormed(text);
}
