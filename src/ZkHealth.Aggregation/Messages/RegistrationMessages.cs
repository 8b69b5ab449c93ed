using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>A party makes itself known on a board: the entry's author is its signing key, the name its legal entity.</summary>
internal sealed class Registration(string name)
{
    /// <summary>The legal entity: 1 to 100 characters, none a control, format or separator character but single spaces between
    /// words.</summary>
    public string Name { get; } = name;

    /// <summary>The most characters of a name.</summary>
    public const int MaxName = 100;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Messages.Write(BoardKinds.Registration, 1, w => w.WriteTextString(Name));

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Registration? message,
        [NotNullWhen(false)] out string? reason
    ) => Messages.TryDecode(bytes, BoardKinds.Registration, Read, m => m.Encode(), out message, out reason);

    private static Registration Read(CborReader r)
    {
        string name = r.ReadTextString();
        return PlainName.IsValid(name, MaxName)
            ? new Registration(name)
            : throw new FormatException("not a name of 1 to 100 printable characters");
    }
}

/// <summary>A hospital has seen terms (committee, question, data set, noise) and will deal under them. The entry's subject is
/// their digest.</summary>
internal sealed class Approval
{
    public static byte[] Encode() => Messages.Write(BoardKinds.Approval, 0, _ => { });

    /// <summary>Determines whether an author has approved terms in an entry below a position.</summary>
    public static bool IsOnBoard(IBulletinBoard board, PartyId author, ReadOnlySpan<byte> digest, long before)
    {
        foreach (long position in board.Find(BoardKinds.Approval, digest))
        {
            if (
                position < before
                && board.Read(position) is BoardEntry entry
                && entry.Author == author
                && entry.Body.Span.SequenceEqual(Encode())
            )
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A member's key for one session, PK = sk·B, with a proof that it knows sk.</summary>
internal sealed class SessionKey(CompressedPoint key, ReadOnlyMemory<byte> possession)
{
    /// <summary>PK.</summary>
    public CompressedPoint Key { get; } = key;

    /// <summary>The proof, 64 bytes; its challenge binds the terms and the member.</summary>
    public ReadOnlyMemory<byte> Possession { get; } = possession;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.SessionKey,
            2,
            w =>
            {
                w.WriteByteString(Key.ToBytes());
                w.WriteByteString(Possession.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused. The proof is still to be verified.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SessionKey? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.SessionKey,
            r => new SessionKey(Messages.Point(r), Messages.Bytes(r, 64)),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>A closer says that cut-off 1 to 4 has come, or a member that 5 has.</summary>
internal sealed class PhaseClosed(int number)
{
    /// <summary>1: no more dealings; 2: no more receipts and complaints; 3: no more deliveries; 4: no more complaints about what
    /// was delivered; 5: no more signatures under the set, so that a session that is not frozen by then is void.</summary>
    public int Number { get; } = number;

    /// <summary>The last cut-off.</summary>
    public const int Last = 5;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Messages.Write(BoardKinds.PhaseClosed, 1, w => w.WriteInt32(Number));

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out PhaseClosed? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.PhaseClosed,
            r =>
                r.ReadInt32() is >= 1 and <= Last and int number
                    ? new PhaseClosed(number)
                    : throw new FormatException("there are five cut-offs"),
            m => m.Encode(),
            out message,
            out reason
        );
}
