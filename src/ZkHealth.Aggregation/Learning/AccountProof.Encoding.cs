using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Statistics;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The file of an account: canonical CBOR, read strictly.</summary>
public sealed partial class AccountProof
{
    /// <summary>The largest file that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 16;

    private const string Format = Labels.AccountFile;

    /// <summary>[format, root, direction, low, high, squared norm or null]: numbers that are shown are public inputs, so they are
    /// in it.</summary>
    private static byte[] StatementOf(byte[] root, byte[] direction, AccountAnswer answer) =>
        StatisticContext.Statement(Format, 5, w => WriteSaid(w, root, direction, answer));

    private static void WriteSaid(CborWriter w, byte[] root, byte[] direction, AccountAnswer answer)
    {
        w.WriteByteString(root);
        w.WriteByteString(direction);
        w.WriteInt64(answer.Low);
        w.WriteInt64(answer.High);
        if (answer.SquaredNorm is ulong norm)
        {
            w.WriteUInt64(norm);
        }
        else
        {
            w.WriteNull();
        }
    }

    /// <summary>Canonical CBOR: [format, root, direction, low, high, squared norm or null, proof].</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(7);
        w.WriteTextString(Format);
        WriteSaid(w, _root, _direction, Answer);

        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AccountProof? proof,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "account of an update", Read, p => p.Encode(), out proof, out reason);

    private static AccountProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not of this format and version");
        }

        byte[] root = r.ReadByteString(),
            direction = r.ReadByteString();
        long low = r.ReadInt64(),
            high = r.ReadInt64();
        ulong? norm = null;
        if (r.PeekState() == CborReaderState.Null)
        {
            r.ReadNull();
        }
        else
        {
            norm = r.ReadUInt64();
        }

        byte[] proof = r.ReadByteString();
        r.ReadEndArray();
        return root.Length == 32 && direction.Length == 32
            ? new AccountProof(root, direction, new AccountAnswer(low, high, norm), proof)
            : throw new FormatException("a digest is not 32 bytes");
    }
}
