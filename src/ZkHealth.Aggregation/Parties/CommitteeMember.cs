using System.Runtime.InteropServices;
using System.Security.Cryptography;
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

    /// <summary>Names who it is.</summary>
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

        if (!(number == PhaseClosed.Last ? view!.Terms.ShareIndexOf(Self) > 0 : view!.Terms.EffectiveClosers.Contains(Self)))
        {
            return StepOutcome.Refused("the terms do not name it among those who close");
        }

        if (view.CutOffs[number - 1] >= 0)
        {
            return StepOutcome.AlreadyDone(view.CutOffs[number - 1]);
        }

        if (number == PhaseClosed.Last)
        {
            return view.Frozen is not null
                ? StepOutcome.Refused("the session is frozen: it ends with its result")
                : StepOutcome.Done(AppendOnce(_board, BoardKinds.PhaseClosed, _sid, new PhaseClosed(number).Encode()));
        }

        return number > 1 && view.CutOffs[number - 2] < 0 ? StepOutcome.Pending("the cut-off before it has not come")
            : number == 3 && view.Selection?.WaitsFor is string other ? StepOutcome.Pending(other)
            : StepOutcome.Done(
                AppendOnce(
                    _board,
                    BoardKinds.PhaseClosed,
                    _sid,
                    new PhaseClosed(number).Encode(),
                    number > 1 ? view.CutOffs[number - 2] : view.Opened
                )
            );
    }

    /// <summary>
    /// After D1: decrypts and checks the shares of every valid dealing, then posts complaints and a receipt. After that, until
    /// D4, checks what had not come and was posted, and says so; posts what it can read of what others ask for; and gives its
    /// word about what is too long for the log. Void dealings are never touched: nothing is computed with their E.
    /// </summary>
    public StepOutcome Check()
    {
        if (ReadView(out SessionView? view) is StepOutcome refused)
        {
            return refused;
        }

        int member = view!.Terms.ShareIndexOf(Self);
        if (member == 0 || ReadKey(view) is not Scalar key)
        {
            return WithoutKey(view);
        }

        if (view.Checks is not SessionChecks checks)
        {
            return StepOutcome.Pending("the cut-off for dealings has not come");
        }

        string record = "checked-" + _name;
        if (DetectRollback(view, Checking, record) is StepOutcome forgotten)
        {
            return forgotten;
        }

        if (_state.Read(record) is byte[] said)
        {
            return view.CutOffs[3] >= 0
                ? StepOutcome.AlreadyDone(-1, view.Findings)
                : CheckDelivered(view, checks, member, key, said);
        }

        if (view.CutOffs[1] >= 0)
        {
            return StepOutcome.Refused("the cut-off for receipts has come", view.Findings);
        }

        var messages = new MessageList();
        var bad = CheckShares(view.Session, checks, member, key, [.. view.Deals.Values], messages);
        messages.Add(
            BoardKinds.ShareAcknowledgement,
            new ShareAcknowledgement([
                .. view.Deals.Values.Where(d => !bad.Contains(d)).Select(d => (ReadOnlyMemory<byte>)d.Digest),
            ]).Encode()
        );
        return StepOutcome.Done(Post(MessageList.Decode(_state.StoreOnce(record, messages.Encode()))), view.Findings);
    }

    /// <summary>
    /// Until D4: what was said already and is not on the board (after a kill) is said again; then its own ciphertexts that were
    /// posted when asked for, and those of others that it can answer for.
    /// </summary>
    private StepOutcome CheckDelivered(SessionView view, SessionChecks checks, int member, in Scalar key, byte[] said)
    {
        long position = Post(MessageList.Decode(said));
        foreach ((int asker, CheckedDealing deal) in checks.RequestedCiphertexts)
        {
            bool answer = view.CutOffs[2] < 0 && !checks.IsAnswered(asker, deal.Id);
            if ((answer || asker == member ? checks.Ciphertext(deal, asker) : null) is not byte[] bytes)
            {
                continue;
            }

            Keep(deal, asker, bytes);
            if (answer && bytes.Length <= CiphertextDisclosure.MaxInline)
            {
                position = Math.Max(
                    position,
                    AppendOnce(
                        _board,
                        BoardKinds.CiphertextDisclosure,
                        _sid,
                        new CiphertextDisclosure(deal.Id.Role, deal.Id.Dealer, asker, bytes).Encode()
                    )
                );
            }

            if (asker == member)
            {
                // of its own ciphertext it says that it holds it when it has checked it
                var messages = new MessageList();
                if (CheckShares(view.Session, checks, member, key, [deal], messages).Count == 0)
                {
                    messages.Add(BoardKinds.Holding, Word(deal, member, HoldingWord.Held));
                }

                position = Math.Max(
                    position,
                    Post(MessageList.Decode(_state.StoreOnce(LateRecord(deal.Digest), messages.Encode())))
                );
            }
            else if (bytes.Length > CiphertextDisclosure.MaxInline)
            {
                position = Math.Max(position, AppendOnce(_board, BoardKinds.Holding, _sid, Word(deal, asker, HoldingWord.Held)));
            }
        }

        foreach ((int victim, CheckedDealing deal, Complaint complaint) in checks.Judged)
        {
            if (checks.Beside(deal, victim) is byte[] bytes && checks.IsBad(deal, victim, complaint, bytes))
            {
                position = Math.Max(position, AppendOnce(_board, BoardKinds.Holding, _sid, Word(deal, victim, HoldingWord.Bad)));
            }
        }

        return position < 0 ? StepOutcome.AlreadyDone(-1, view.Findings) : StepOutcome.Done(position, view.Findings);
    }

    private static byte[] Word(CheckedDealing deal, int member, HoldingWord word) =>
        new Holding(deal.Id.Role, deal.Id.Dealer, deal.Digest, member, word).Encode();

    /// <summary>Keeps the bytes of which it says that it holds them, whatever becomes of those beside the board.</summary>
    private void Keep(CheckedDealing deal, int member, byte[] ciphertext) =>
        _state.StoreOnce(HeldRecord(deal, member), ciphertext);

    private static string HeldRecord(CheckedDealing deal, int member) =>
        "held-" + Convert.ToHexStringLower(deal.CiphertextHash(member));

    /// <summary>Checks all shares at once; returns those that are bad or have not come, with a complaint for each in the
    /// messages.</summary>
    private static HashSet<CheckedDealing> CheckShares(
        AggregationSession session,
        SessionChecks checks,
        int member,
        in Scalar key,
        CheckedDealing[] deals,
        MessageList messages
    )
    {
        var (missing, bad) = (new HashSet<CheckedDealing>(), new HashSet<CheckedDealing>());
        var check = new ShareCheck(session, member);
        foreach (CheckedDealing deal in deals)
        {
            if (checks.Ciphertext(deal, member) is not byte[] ciphertext)
            {
                missing.Add(deal);
                continue;
            }

            using ReceivedShares? shares = ReceivedShares.Open(
                session,
                deal.Id,
                deal.Dealing,
                member,
                (key * deal.Ephemeral).Compress(),
                ciphertext
            );
            if (shares is null || !check.TryAdd(deal, shares))
            {
                bad.Add(deal);
            }
        }

        bad.UnionWith(check.FindBad());
        foreach (CheckedDealing deal in missing)
        {
            messages.Add(
                BoardKinds.Complaint,
                new Complaint(
                    deal.Id.Role,
                    deal.Id.Dealer,
                    deal.Digest,
                    ComplaintKind.NotDelivered,
                    default,
                    default,
                    default
                ).Encode()
            );
        }

        foreach (CheckedDealing deal in bad)
        {
            CompressedPoint shared = (key * deal.Ephemeral).Compress();
            byte[] proof = KeyProofs.ProveShared(key, deal.Ephemeral, session, deal.Id, member, deal.CiphertextHash(member));
            byte[] ciphertext = checks.Ciphertext(deal, member)!;
            messages.Add(
                BoardKinds.Complaint,
                new Complaint(
                    deal.Id.Role,
                    deal.Id.Dealer,
                    deal.Digest,
                    ComplaintKind.BadShare,
                    shared,
                    proof,
                    ciphertext.Length <= CiphertextDisclosure.MaxInline ? ciphertext : default
                ).Encode()
            );
        }

        missing.UnionWith(bad);
        return missing;
    }
}
