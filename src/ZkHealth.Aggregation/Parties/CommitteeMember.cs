using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// A member of the committee: it registers a key, checks what was dealt to it, signs the set of contributors once and answers
/// with its share of the sum once. What it signs and answers is durable in its state before it leaves; started again at any point
/// it says the same again.
/// </summary>
/// <remarks>
/// Every step looks at the board at its latest checkpoint and refuses one that is not consistent with the last that it has seen.
/// Steps may be called at any time and in any order: they wait (<see cref="StepStatus.Pending"/>) or refuse.
/// </remarks>
public sealed partial class CommitteeMember
{
    private readonly IBulletinBoard _board;
    private readonly IMemberState _state;
    private readonly AggregationRules _rules;
    private readonly byte[] _sid;
    private readonly string _name;

    /// <summary>Verdicts on dealings; parties of one process may share them.</summary>
    internal DealCache Cache { get; init; }

    /// <summary>A member of a session's committee.</summary>
    /// <param name="board">The board, open for the member's entries.</param>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="state">The member's durable state: the same as when it registered its key.</param>
    /// <param name="rules">What it judges sessions by; null for none but the board's.</param>
    /// <exception cref="ArgumentException">The board is open for reading alone.</exception>
    public CommitteeMember(IBulletinBoard board, ReadOnlySpan<byte> sid, IMemberState state, AggregationRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(state);
        (_board, _sid, _state, _rules, Cache) = (
            board,
            sid.ToArray(),
            state,
            rules ?? AggregationRules.None,
            new DealCache(state)
        );
        Self = board.Author ?? throw new ArgumentException("expected a board open for the member's entries", nameof(board));
        _name = Convert.ToHexStringLower(_sid);
    }

    /// <summary>The member's identity.</summary>
    internal PartyId Self { get; }

    /// <summary>Makes a party known on a board under the name of its legal entity. Returns the position of the entry.</summary>
    /// <exception cref="ArgumentException">
    /// The name is not 1 to 100 characters without control, format and separator characters but single spaces between words, or
    /// belongs to another key.
    /// </exception>
    public static long Register(IBulletinBoard board, string name)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(name);
        if (!PlainName.IsValid(name, Registration.MaxName))
        {
            throw new ArgumentException(
                "expected 1 to 100 characters, none a control, format or separator character but single spaces between words",
                nameof(name)
            );
        }

        PartyDirectory directory = PartyDirectory.Read(board);
        if (directory.HolderOf(name) is PartyId holder && holder != board.Author)
        {
            throw new ArgumentException(
                $"'{name}' is the name of another key, {holder.ToString()[..8]} (entry {directory.EntryOf(name)}); register under a name of your own",
                nameof(name)
            );
        }

        return directory.NameOf(board.Author!.Value) == name && directory.EntryOf(name) is long there
            ? there
            : board.Append(BoardKinds.Registration, PartyDirectory.Subject.Span, new Registration(name).Encode());
    }

    /// <summary>
    /// Registers the member's key for a session with these terms: a fresh one, kept in its state first. Asked again, it says the
    /// same again. Returns the position of the entry.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The terms are not in order, or the board's author is not in their committee; or the key was erased; or the board holds a
    /// key of the member for these terms of which the state knows nothing, as after a backup was restored.
    /// </exception>
    public static long RegisterKey(IBulletinBoard board, AggregationTerms terms, IMemberState state)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(state);
        if (terms.Check() is string fault || board.Author is not PartyId self || terms.ShareIndexOf(self) == 0)
        {
            throw new ArgumentException(
                "expected terms in order that name the board's author in their committee: " + terms.Check(),
                nameof(terms)
            );
        }

        // the board first, then the state: what another process of the member registers meanwhile is stored before it is said
        byte[] digest = terms.Digest();
        BoardEntry? own = board.Find(BoardKinds.SessionKey, digest).Select(board.Read).FirstOrDefault(e => e?.Author == self);
        string record = KeyRecord(digest);
        if (own is not null && state.Read(record) is null)
        {
            throw new ArgumentException(Forgotten(own), nameof(state));
        }

        var t = new Transcript(Labels.SessionKey);
        t.Append("terms"u8, digest);
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("member"u8, self.ToBytes()).Complete();
        if (!Scalar.TryDecode(state.StoreOnce(record, rng.NextScalar().ToBytes()), out Scalar key) || key.IsZero)
        {
            throw new ArgumentException(
                "the key of these terms was erased: their session is over for this member",
                nameof(state)
            );
        }

        CompressedPoint point = PedersenGenerators.BTable.Multiply(key).Compress();
        if (own is not null && !(SessionKey.TryDecode(own.Body, out SessionKey? said, out _) && said.Key == point))
        {
            throw new ArgumentException(Forgotten(own), nameof(state));
        }

        return own?.Position
            ?? board.Append(
                BoardKinds.SessionKey,
                digest,
                new SessionKey(point, KeyProofs.ProvePossession(key, digest, self)).Encode()
            );
    }

    /// <summary>
    /// Says that a cut-off has come, if the one before it has. When that is so is for the member to know (its terms give a plan).
    /// By cut-off 5 a member says that the time of signatures is over: t of them end a session that is not frozen, for ever, and
    /// free its members and its data sets.
    /// </summary>
    /// <param name="number">1 to 5.</param>
    public StepOutcome CloseCutOff(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, PhaseClosed.Last);

        // only D3 and D5 depend on what was dealt
        if (ReadView(out SessionView? view, number is 3 or PhaseClosed.Last ? null : Self) is StepOutcome refused)
        {
            return refused;
        }

        bool isLast = number == PhaseClosed.Last;
        if (!(isLast ? view!.Terms.ShareIndexOf(Self) > 0 : view!.Terms.EffectiveClosers.Contains(Self)))
        {
            return StepOutcome.Refused("the terms do not name it among those who close");
        }

        if (view.CutOffs[number - 1] >= 0)
        {
            return StepOutcome.AlreadyDone(view.CutOffs[number - 1]);
        }

        if (isLast && view.Frozen is not null)
        {
            return StepOutcome.Refused("the session is frozen: it ends with its result");
        }

        long before = number > 1 ? view.CutOffs[number - 2] : view.Opened;
        if (!isLast && before < 0)
        {
            return StepOutcome.Pending("the cut-off before it has not come");
        }

        if (number == 3 && view.Selection?.WaitsFor is string other)
        {
            return StepOutcome.Pending(other);
        }

        byte[] closed = new PhaseClosed(number).Encode();
        return StepOutcome.Done(AppendOnce(_board, BoardKinds.PhaseClosed, _sid, closed, isLast ? -1 : before));
    }
}
