using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ZkHealth.Ledger;

/// <summary>
/// The statement of a log about itself (C2SP tlog-checkpoint): its origin, its size, its root, signed. Whoever keeps one can
/// later demand that the log still begins with the same entries.
/// </summary>
public sealed class Checkpoint
{
    private readonly byte[] _root;

    private Checkpoint(string origin, long size, byte[] root, SignedNote note) =>
        (Origin, Size, _root, Note) = (origin, size, root, note);

    /// <summary>The name of the log.</summary>
    public string Origin { get; }

    /// <summary>Its entries.</summary>
    public long Size { get; }

    /// <summary>The root of its tree, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>The signed note.</summary>
    internal SignedNote Note { get; }

    /// <summary>Signs a checkpoint.</summary>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    internal static Checkpoint Sign(string origin, long size, ReadOnlySpan<byte> root, SigningKey key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (root.Length != MerkleHash.Size)
        {
            throw new ArgumentException("expected 32 bytes", nameof(root));
        }

        return new Checkpoint(origin, size, root.ToArray(), SignedNote.Sign(Text(origin, size, root), origin, key));
    }

    /// <summary>Reads a checkpoint and verifies its signature. Lines behind the root (extensions) are read over; signatures of
    /// other keys are ignored.</summary>
    public static bool TryParse(string? note, NoteKey key, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        ArgumentNullException.ThrowIfNull(key);
        checkpoint = null;
        if (!SignedNote.TryParse(note, out SignedNote? signed))
        {
            return false;
        }

        string[] lines = signed.Text.Split('\n');
        var root = new byte[MerkleHash.Size];
        if (
            lines.Length < 4
            || lines[0] != key.Name
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || lines[2].Length != 44
            || !Convert.TryFromBase64String(lines[2], root, out int n)
            || n != root.Length
            || !signed.Text.StartsWith(Text(lines[0], size, root), StringComparison.Ordinal)
            || lines.AsSpan(0, lines.Length - 1).Contains("")
            || !signed.IsSignedBy(key)
        )
        {
            return false;
        }

        checkpoint = new Checkpoint(lines[0], size, root, signed);
        return true;
    }

    /// <summary>The signed note as it is written.</summary>
    public override string ToString() => Note.ToString();

    private static string Text(string origin, long size, ReadOnlySpan<byte> root) =>
        string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(root)}\n");
}
