using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The 32 bytes from which the blindings of one commitment of a table are expanded. Whoever has them and the codes can
/// open the commitment; whoever has them alone can test guesses at a matrix row.
/// </summary>
/// <remarks>
/// The expansion takes in a digest of the codes, so that one secret used for two versions of a column does not show their
/// difference. Cleared on Dispose; prints nothing.
/// </remarks>
public sealed class TableSecret : IDisposable
{
    /// <summary>Bytes of a secret.</summary>
    public const int Size = 32;

    private readonly SecretArray<byte> _secret;

    private TableSecret(ReadOnlySpan<byte> secret) => _secret = SecretArray<byte>.Pinned(secret);

    /// <summary>A fresh secret from the system generator. Every commitment of a table needs its own.</summary>
    public static TableSecret Create()
    {
        using var drawn = new SecretSpan<byte>(stackalloc byte[Size]);
        RandomNumberGenerator.Fill(drawn.Span);
        return new TableSecret(drawn.Span);
    }

    /// <summary>A secret that was kept.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static TableSecret FromBytes(ReadOnlySpan<byte> secret) =>
        secret.Length == Size ? new TableSecret(secret) : throw new ArgumentException("expected 32 bytes", nameof(secret));

    /// <summary>Writes the secret where its owner keeps it.</summary>
    public void CopyTo(Span<byte> destination) => _secret.Span.CopyTo(destination);

    /// <summary>
    /// The blindings of a column: SHAKE256("zkhealth blindings v1" ‖ secret ‖ column ‖ SHA-256(codes)), 64 bytes a scalar; 0 for
    /// matrix rows of padding.
    /// </summary>
    internal Scalar[] Blindings(int column, ReadOnlySpan<uint> codes, TableLayout layout)
    {
        Span<byte> index = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(index, column);
        var xof = new Transcripts.Shake256();
        xof.Absorb(Labels.Blindings);
        xof.Absorb(_secret.Span);
        xof.Absorb(index);
        xof.Absorb(SHA256.HashData(MemoryMarshal.AsBytes(codes)));
        var blindings = new Scalar[layout.Height];
        using var wide = new SecretSpan<byte>(stackalloc byte[64]);
        for (int i = 0; i < layout.FilledRows; i++)
        {
            xof.Squeeze(wide.Span);
            blindings[i] = Scalar.FromUniformBytes(wide.Span);
        }

        return blindings;
    }

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();

    /// <summary>The name of the type; the value stays secret.</summary>
    public override string ToString() => "table secret";
}
