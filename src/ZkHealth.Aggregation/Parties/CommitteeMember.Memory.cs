using System.Buffers.Binary;
using ZkHealth.Commitments;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>
/// A member's memory: the last checkpoint, the key, and what it said. A state restored from a backup knows less than the board,
/// and a member that went on with it could sign or answer a second time with another value: a step is refused where the board
/// holds an entry of its kind by the member of which the state has no record.
/// </summary>
/// <remarks>
/// A record is durable before its entry is appended, so a record without an entry is what a kill leaves: it is said again, byte
/// for byte. An entry without a record is what no kill leaves. Against a board that hides the member's own entries from it
/// nothing here helps.
/// </remarks>
public sealed partial class CommitteeMember
{
    private static readonly string[] Checking = [BoardKinds.ShareAcknowledgement, BoardKinds.Complaint];
    private static readonly string[] Signing = [BoardKinds.ContributorSetSignature, BoardKinds.BeaconShare, BoardKinds.SumShare];

    /// <summary>The view at the latest checkpoint, which is stored; or why there is none.</summary>
    private StepOutcome? ReadView(out SessionView? view, PartyId? only = null)
    {
        view = null;
        BoardCheckpoint now = _board.GetCheckpoint();
        if (_state.Read("checkpoint") is byte[] stored && !_board.IsConsistent(ReadCheckpoint(stored), now))
        {
            return StepOutcome.Refused("the board shows another history than before");
        }

        _state.Replace("checkpoint", WriteCheckpoint(now));
        return SessionView.TryRead(_board, _sid, now, _rules, Cache, out view, out string? reason, only)
            ? null
            : StepOutcome.Refused(reason);
    }

    private static string KeyRecord(ReadOnlySpan<byte> digest) => "session-key-" + Convert.ToHexStringLower(digest);

    private static string Forgotten(BoardEntry entry) =>
        $"entry {entry.Position} of the board, '{entry.Kind}', is this member's own, and its state has no record of it: the state is older than the board (restored from a backup?)";

    /// <summary>
    /// Refuses where the board holds an entry of these kinds by the member that none of the records has; a complaint may stand in
    /// one of its own. The board is read first: what another process of the member says meanwhile was stored before.
    /// </summary>
    private StepOutcome? DetectRollback(SessionView view, string[] kinds, params string[] records)
    {
        BoardEntry[] own =
        [
            .. kinds
                .SelectMany(kind => _board.Find(kind, _sid))
                .Order()
                .Select(_board.Read)
                .OfType<BoardEntry>()
                .Where(e => e.Author == Self),
        ];
        if (own.Length == 0)
        {
            return null;
        }

        List<byte[]> said = [.. records.SelectMany(Bodies)];
        bool Knows(BoardEntry e) =>
            said.Exists(body => e.Body.Span.SequenceEqual(body))
            || (
                e.Kind == BoardKinds.Complaint
                && Complaint.TryDecode(e.Body, out Complaint? c, out _)
                && Bodies(LateRecord(c.Dealing.Span)).Any(body => e.Body.Span.SequenceEqual(body))
            );
        return Array.Find(own, e => !Knows(e)) is BoardEntry entry ? StepOutcome.Refused(Forgotten(entry), view.Findings) : null;
    }

    /// <summary>The messages of a record, none where there is no such record.</summary>
    private IEnumerable<byte[]> Bodies(string record) =>
        _state.Read(record) is byte[] stored ? MessageList.Decode(stored).Items.Select(i => i.Body) : [];

    private string LateRecord(ReadOnlySpan<byte> deal) => $"late-{_name}-{Convert.ToHexStringLower(deal[..16])}";

    private static byte[] WriteCheckpoint(BoardCheckpoint c)
    {
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, c.Size);
        return [.. size, .. c.Token.Span];
    }

    private static BoardCheckpoint ReadCheckpoint(byte[] stored) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(stored), stored.AsSpan(8));

    /// <summary>sk of the session; null where it is not kept here, was erased, or is not the one of the session's PK.</summary>
    private Scalar? ReadKey(SessionView view)
    {
        int member = view.Terms.ShareIndexOf(Self);
        byte[]? stored = _state.Read(KeyRecord(view.Terms.Digest()));
        return
            member > 0
            && stored is not null
            && Scalar.TryDecode(stored, out Scalar key)
            && PedersenGenerators.BTable.Multiply(key).Compress() == view.Session.Keys[member - 1]
            ? key
            : null;
    }

    /// <summary>Explains why there is no key: not of the committee, erased, or registered and not in the state.</summary>
    private StepOutcome WithoutKey(SessionView view)
    {
        byte[] digest = view.Terms.Digest();
        bool known = view.Terms.ShareIndexOf(Self) == 0 || _state.Read(KeyRecord(digest)) is { Length: 0 };
        return StepOutcome.Refused(
            !known
            && _board.Find(BoardKinds.SessionKey, digest).Select(_board.Read).FirstOrDefault(e => e?.Author == Self)
                is BoardEntry own
                ? Forgotten(own)
                : "it is not in the committee, or its key for this session was erased",
            view.Findings
        );
    }

    /// <summary>Appends those messages that are not on the board yet; returns the last position, or −1.</summary>
    private long Post(MessageList messages)
    {
        long last = -1;
        foreach ((string kind, byte[] body) in messages.Items)
        {
            last = AppendOnce(_board, kind, _sid, body);
        }

        return last;
    }

    internal static long AppendOnce(IBulletinBoard board, string kind, ReadOnlySpan<byte> subject, byte[] body, long after = -1)
    {
        foreach (long position in board.Find(kind, subject))
        {
            if (
                position > after
                && board.Read(position) is BoardEntry entry
                && entry.Author == board.Author
                && entry.Body.Span.SequenceEqual(body)
            )
            {
                return position;
            }
        }

        return board.Append(kind, subject, body);
    }
}
