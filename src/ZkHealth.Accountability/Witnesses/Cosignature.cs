using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>The word of a witness about a checkpoint (C2SP tlog-cosignature, cosignature/v1): it has replayed all leaves and came
/// to their roots.</summary>
internal sealed class Cosignature
{
    private const byte Algorithm = 4;

    private readonly byte[] _signature;

    private Cosignature(VerifyingKey witness, long seconds, byte[] signature) =>
        (Witness, Seconds, _signature) = (witness, seconds, signature);

    /// <summary>The key of the witness.</summary>
    public VerifyingKey Witness { get; }

    /// <summary>The time of the witness, in seconds since 1970 UTC.</summary>
    public long Seconds { get; }

    /// <summary>Signs the text of a checkpoint.</summary>
    public static Cosignature Sign(Checkpoint checkpoint, long seconds, SigningKey witness) =>
        new(witness.Public, seconds, witness.Sign(Message(checkpoint, seconds)));

    /// <summary>Determines whether it is the witness's for this checkpoint.</summary>
    public bool IsOf(Checkpoint checkpoint) => Witness.Verify(Message(checkpoint, Seconds), _signature);

    /// <summary>The line of a signed note.</summary>
    /// <param name="name">The name of the witness.</param>
    public string Line(string name)
    {
        var bytes = new byte[12 + _signature.Length];
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name + "\n"), Algorithm, .. Witness.Bytes.Span]).AsSpan(0, 4).CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), Seconds);
        _signature.CopyTo(bytes, 12);
        return $"— {name} {Convert.ToBase64String(bytes)}\n";
    }

    private static byte[] Message(Checkpoint checkpoint, long seconds) =>
        Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{checkpoint.Note.Text}")
        );
}
