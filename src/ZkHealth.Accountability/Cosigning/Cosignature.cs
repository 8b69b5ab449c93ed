using System.Buffers.Binary;
using System.Buffers.Text;
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
    private const int IdSize = 4;

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

    /// <summary>The line of a signed note; the name of a witness is its key, so that whoever knows the keys of a state needs no
    /// list of names.</summary>
    public string Line()
    {
        var bytes = new byte[IdSize + sizeof(long) + _signature.Length];
        Id(Witness).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(IdSize), Seconds);
        _signature.CopyTo(bytes, IdSize + sizeof(long));
        return $"— {Ids.Name(Witness.Encode())} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads the cosignatures of a note; lines of other kinds are read over. None is verified yet.</summary>
    public static IReadOnlyList<Cosignature> Of(SignedNote note)
    {
        var found = new List<Cosignature>();
        foreach ((string name, byte[] bytes) in note.Signatures)
        {
            var key = new byte[name.Length];
            if (
                bytes.Length == IdSize + sizeof(long) + VerifyingKey.SignatureSize
                && Base64Url.TryDecodeFromChars(name, key, out int length)
                && VerifyingKey.TryRead(key.AsSpan(0, length), out VerifyingKey? witness)
                && Id(witness).AsSpan().SequenceEqual(bytes.AsSpan(0, IdSize))
            )
            {
                long seconds = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(IdSize));
                found.Add(new Cosignature(witness, seconds, bytes[(IdSize + sizeof(long))..]));
            }
        }

        return found;
    }

    private static byte[] Id(VerifyingKey witness)
    {
        string name = Ids.Name(witness.Encode());
        return SHA256.HashData([.. Encoding.UTF8.GetBytes(name + "\n"), Algorithm, .. witness.Bytes.Span])[..IdSize];
    }

    private static byte[] Message(Checkpoint checkpoint, long seconds) =>
        Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{checkpoint.Note.Text}")
        );
}
