using System.Security.Cryptography;

namespace ZkHealth.Aggregation;

/// <summary>
/// A session from D1 on: receipts, complaints, and what answers them, as they stand on the log. Until D4 more may come.
/// </summary>
internal sealed class SessionChecks
{
    private readonly SessionEntries _entries;
    private readonly IReadOnlyDictionary<DealId, CheckedDealing> _deals;
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<int, HashSet<string>> _receipts = [];
    private readonly Dictionary<DealId, Finding> _out = [];
    private readonly Dictionary<(int Member, DealId Dealing), byte[]> _posted = [];
    private readonly HashSet<(int Member, DealId Dealing)> _notDelivered = [],
        _complained = [];
    private readonly Dictionary<(int Member, DealId Dealing, HoldingWord Word), Dictionary<int, long>> _words = [];

    private SessionChecks(SessionEntries entries, IReadOnlyDictionary<DealId, CheckedDealing> deals) =>
        (_entries, _deals) = (entries, deals);

    /// <summary>Findings about parties.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Tells whether a dealing is out: a share of it is bad, or did not come when asked for.</summary>
    public bool IsOut(DealId deal) => _out.ContainsKey(deal);

    private IReadOnlyList<long> CutOffs => _entries.CutOffs;

    private AggregationSession Session => _entries.Session;

    private AggregationTerms Terms => _entries.Terms;

    /// <summary>Reads what was said of the dealings that stand; D1 has come.</summary>
    public static SessionChecks Read(SessionEntries entries, IReadOnlyDictionary<DealId, CheckedDealing> deals)
    {
        var checks = new SessionChecks(entries, deals);
        checks.ReadReceipts();
        checks.ReadDeliveries();
        checks.ReadWords();
        checks.ReadComplaints();
        return checks;
    }

    /// <summary>
    /// Determines whether a member holds all these dealings and has checked them: its receipt says so, or its word after the
    /// ciphertext was posted. Who complains does not hold.
    /// </summary>
    public bool HasAcknowledgedAll(int member, IEnumerable<CheckedDealing> counted) =>
        _receipts.TryGetValue(member, out HashSet<string>? held)
        && counted.All(d =>
            !_complained.Contains((member, d.Id))
            && (
                held.Contains(Convert.ToHexString(d.Digest))
                || (_notDelivered.Contains((member, d.Id)) && Says(member, member, d.Id, HoldingWord.Held, _entries.Limit(4)))
            )
        );

    /// <summary>Determines whether a member has given a receipt.</summary>
    public bool HasReceipt(int member) => _receipts.ContainsKey(member);

    /// <summary>The ciphertexts that members say have not come, with the dealings that they are of.</summary>
    public IEnumerable<(int Member, CheckedDealing Dealing)> RequestedCiphertexts =>
        _notDelivered.OrderBy(n => (n.Dealing, n.Member)).Select(n => (n.Member, _deals[n.Dealing]));

    /// <summary>Those that have not been answered before D3.</summary>
    public IEnumerable<(int Member, CheckedDealing Dealing)> Unanswered =>
        RequestedCiphertexts.Where(a => !IsAnswered(a.Member, a.Dealing.Id));

    /// <summary>The complaints about shares that are too long for the log, which Q members have to look at.</summary>
    public IReadOnlyList<(int Member, CheckedDealing Dealing, Complaint Complaint)> Judged => _judged;

    private readonly List<(int Member, CheckedDealing Dealing, Complaint Complaint)> _judged = [];

    /// <summary>Determines whether a ciphertext that did not come has been answered before D3: on the log, or by the words of Q
    /// members that they hold it.</summary>
    public bool IsAnswered(int member, DealId deal) =>
        _posted.ContainsKey((member, deal)) || Words(member, deal, HoldingWord.Held, _entries.Limit(3)) >= Terms.Quorum;

    /// <summary>Determines whether one member has said a word about a member's ciphertext.</summary>
    public bool Says(int speaker, int member, DealId deal, HoldingWord word, long before = long.MaxValue) =>
        _words.TryGetValue((member, deal, word), out Dictionary<int, long>? said)
        && said.TryGetValue(speaker, out long position)
        && position < before;

    private int Words(int member, DealId deal, HoldingWord word, long before) =>
        _words.TryGetValue((member, deal, word), out Dictionary<int, long>? said) ? said.Values.Count(p => p < before) : 0;

    /// <summary>A member's ciphertext of a dealing as it was posted on the log when it was asked for, or as it lies beside the
    /// board; null where it is at neither place. For the member's own work: nothing is decided by it.</summary>
    public byte[]? Ciphertext(CheckedDealing deal, int member) =>
        _posted.TryGetValue((member, deal.Id), out byte[]? posted) ? posted : Beside(deal, member);

    /// <summary>The ciphertext, from beside the board alone.</summary>
    public byte[]? Beside(CheckedDealing deal, int member) =>
        _entries.Board.Blobs.Read(
            deal.CiphertextHash(member),
            Math.Max(ReceivedShares.CiphertextSize(Session, deal.Id, deal.Dealing.Seeded, member), CiphertextDisclosure.MaxInline)
        );

    private void ReadReceipts()
    {
        foreach (BoardEntry entry in _entries.Find(BoardKinds.ShareAcknowledgement, CutOffs[0], _entries.Limit(2)))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (member == 0 || !ShareAcknowledgement.TryDecode(entry.Body, out ShareAcknowledgement? receipt, out _))
            {
                Find(entry, FaultKind.Malformed, "a receipt that cannot be read, or of nobody in the committee");
            }
            else
            {
                _receipts.TryAdd(member, [.. receipt.Held.Select(h => Convert.ToHexString(h.Span))]);
            }
        }
    }

    private void ReadDeliveries()
    {
        foreach (BoardEntry entry in _entries.Find(BoardKinds.CiphertextDisclosure, CutOffs[0], _entries.Limit(3)))
        {
            if (
                !CiphertextDisclosure.TryDecode(entry.Body, out CiphertextDisclosure? delivery, out _)
                || delivery.Member < 1
                || delivery.Member > Terms.CommitteeSize
            )
            {
                Find(entry, FaultKind.Malformed, "a delivery that cannot be read, or for nobody in the committee");
            }
            else if (
                _deals.TryGetValue(new DealId(delivery.Role, delivery.Dealer), out CheckedDealing? deal)
                && SHA256.HashData(delivery.Ciphertext.Span).AsSpan().SequenceEqual(deal.CiphertextHash(delivery.Member))
            )
            {
                _posted.TryAdd((delivery.Member, deal.Id), delivery.Ciphertext.ToArray());
            }
        }
    }

    private void ReadWords()
    {
        foreach (BoardEntry entry in _entries.Find(BoardKinds.Holding, CutOffs[0], _entries.Limit(4)))
        {
            int speaker = Terms.ShareIndexOf(entry.Author);
            if (speaker == 0 || !Holding.TryDecode(entry.Body, out Holding? holding, out _))
            {
                Find(entry, FaultKind.Malformed, "a word about a ciphertext that cannot be read, or of nobody in the committee");
                continue;
            }

            var id = new DealId(holding.Role, holding.Dealer);
            if (_deals.TryGetValue(id, out CheckedDealing? deal) && holding.Dealing.Span.SequenceEqual(deal.Digest))
            {
                (int, DealId, HoldingWord) key = (holding.Member, id, holding.Word);
                (_words.TryGetValue(key, out Dictionary<int, long>? said) ? said : _words[key] = []).TryAdd(
                    speaker,
                    entry.Position
                );
            }
        }
    }

    /// <summary>
    /// Complaints in the order of the board: before D2, and before D4 about a share that came because it was asked for. One of
    /// each kind for a pair; those of a member that complained falsely are ignored from there on. What is not answered by D3 puts
    /// its dealer out.
    /// </summary>
    private void ReadComplaints()
    {
        var seen = new HashSet<(int, DealId, ComplaintKind)>();
        var liars = new HashSet<int>();
        foreach (BoardEntry entry in _entries.Find(BoardKinds.Complaint, CutOffs[0], _entries.Limit(4)))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (member == 0 || !Complaint.TryDecode(entry.Body, out Complaint? complaint, out _))
            {
                Find(entry, FaultKind.Malformed, "a complaint that cannot be read, or of nobody in the committee");
                continue;
            }

            var id = new DealId(complaint.Role, complaint.Dealer);
            bool late =
                entry.Position > _entries.Limit(2)
                && !(complaint.Kind == ComplaintKind.BadShare && _notDelivered.Contains((member, id)));
            if (
                late
                || liars.Contains(member)
                || !_deals.TryGetValue(id, out CheckedDealing? deal)
                || !complaint.Dealing.Span.SequenceEqual(deal.Digest)
                || !seen.Add((member, id, complaint.Kind))
            )
            {
                continue;
            }

            if (complaint.Kind == ComplaintKind.NotDelivered)
            {
                _notDelivered.Add((member, id));
                if (CutOffs[2] >= 0 && !IsAnswered(member, id))
                {
                    _out.TryAdd(
                        id,
                        new Exclusion(
                            id.Dealer,
                            ExclusionKind.NotDelivered,
                            $"its ciphertext for member {member} was not posted when asked for",
                            entry.Position
                        )
                    );
                }

                continue;
            }

            if (JudgeBadShare(deal, member, complaint))
            {
                _out.TryAdd(
                    id,
                    new PartyFault(
                        id.Dealer,
                        FaultKind.BadShare,
                        $"its share for member {member} is not what its commitments fix",
                        entry.Position
                    )
                );
            }
            else if (_judged.Exists(j => j.Member == member && j.Dealing == deal))
            {
                _complained.Add((member, id));
            }
            else
            {
                liars.Add(member);
                Find(entry, FaultKind.FalseComplaint, $"its complaint about {id.Dealer} is false");
            }
        }

        _findings.AddRange(_out.Values);
    }

    /// <summary>
    /// Repeats the decryption with the shared point that the member gave; true where the share is bad. A ciphertext that the
    /// complaint does not carry is judged by the words of Q members.
    /// </summary>
    private bool JudgeBadShare(CheckedDealing deal, int member, Complaint complaint)
    {
        if (
            !KeyProofs.VerifyShared(
                complaint.Shared,
                deal.Ephemeral,
                complaint.Proof.Span,
                Session,
                deal.Id,
                member,
                deal.CiphertextHash(member)
            )
        )
        {
            return false;
        }

        if (complaint.Ciphertext.Length == 0)
        {
            _judged.Add((member, deal, complaint));
            return Words(member, deal.Id, HoldingWord.Bad, _entries.Limit(4)) >= Terms.Quorum;
        }

        return SHA256.HashData(complaint.Ciphertext.Span).AsSpan().SequenceEqual(deal.CiphertextHash(member))
            && IsBad(deal, member, complaint, complaint.Ciphertext.Span);
    }

    /// <summary>Determines whether the bytes, decrypted with the shared point of a complaint, are not the shares that the
    /// commitments fix.</summary>
    public bool IsBad(CheckedDealing deal, int member, Complaint complaint, ReadOnlySpan<byte> ciphertext)
    {
        using ReceivedShares? shares = ReceivedShares.Open(Session, deal.Id, deal.Dealing, member, complaint.Shared, ciphertext);
        var check = new ShareCheck(Session, member);
        return shares is null || !check.TryAdd(deal, shares) || check.FindBad().Count > 0;
    }

    private void Find(BoardEntry entry, FaultKind kind, string reason) =>
        _findings.Add(new PartyFault(entry.Author, kind, reason, entry.Position));
}
