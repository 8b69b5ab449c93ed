using System.Security.Cryptography;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>Receipts, complaints, deliveries, and the set of contributors that follows from them at D3.</summary>
internal sealed partial class SessionView
{
    private readonly Dictionary<int, HashSet<string>> _receipts = [];
    private readonly Dictionary<DealId, Finding> _out = [];
    private readonly HashSet<(int Member, DealId Deal)> _notDelivered = [];

    /// <summary>I: the contributions that count, in the order of their dealers. Settled when D3 has come.</summary>
    public IReadOnlyList<CheckedDeal> Contributions { get; private set; } = [];

    /// <summary>The beacon's dealings that count.</summary>
    public IReadOnlyList<CheckedDeal> BeaconDeals { get; private set; } = [];

    /// <summary>Why the session ends without an opening, or null. Settled when D3 has come.</summary>
    public string? Ended { get; private set; }

    /// <summary>I, by name.</summary>
    public IReadOnlyList<PartyId> Contributors => [.. Contributions.Select(d => d.Id.Dealer)];

    /// <summary>Those of the beacon.</summary>
    public IReadOnlyList<PartyId> BeaconDealers => [.. BeaconDeals.Select(d => d.Id.Dealer)];

    /// <summary>SHA-256 of the set.</summary>
    public byte[] SetDigest => Freeze.SetDigest(Session, Contributors, BeaconDealers);

    /// <summary>Everything that is added up.</summary>
    public IEnumerable<CheckedDeal> Counted => Contributions.Concat(BeaconDeals);

    /// <summary>Whether a member gave a receipt for everything that counts, but what it said had not come and was then posted.</summary>
    public bool Holds(int member) => _receipts.TryGetValue(member, out HashSet<string>? held)
        && Counted.All(d => held.Contains(Convert.ToHexString(d.Digest)) || _notDelivered.Contains((member, d.Id)));

    /// <summary>Whether a member has given a receipt.</summary>
    public bool HasReceipt(int member) => _receipts.ContainsKey(member);

    /// <summary>Whether a member said that a ciphertext had not come.</summary>
    public bool IsMissing(int member, DealId deal) => _notDelivered.Contains((member, deal));

    /// <summary>The complaints about a dealing that its ciphertext is needed for: which members'.</summary>
    public IEnumerable<int> Asked(DealId deal) => _asked.Where(a => a.Deal == deal).Select(a => a.Member).Distinct();

    private readonly HashSet<(int Member, DealId Deal)> _asked = [];

    /// <summary>
    /// A member's ciphertext of a Deal: posted on the board before D3 by anyone, or beside the board; null where it is at neither place.
    /// </summary>
    public byte[]? Ciphertext(CheckedDeal deal, int member)
    {
        ReadOnlySpan<byte> hash = deal.CiphertextHash(member);
        long size = ReceivedShares.CiphertextSize(Session, deal.Id, deal.Deal.Seeded, member);
        foreach (BoardEntry entry in Entries(BoardKinds.Delivery, Limit(1), Limit(3)))
        {
            if (Delivery.TryDecode(entry.Body, out Delivery? delivery, out _) && delivery.Member == member && delivery.Role == deal.Id.Role
                && delivery.Ciphertext.Length > 0 && SHA256.HashData(delivery.Ciphertext.Span).AsSpan().SequenceEqual(hash))
            {
                return delivery.Ciphertext.ToArray();
            }
        }

        // a ciphertext of another length than the Deal fixes is still one: it is a bad share
        return _board.Blobs.Read(hash, Math.Max(size, Delivery.MaxInline));
    }

    private void ReadSet()
    {
        if (CutOffs[0] < 0)
        {
            return;
        }

        foreach (BoardEntry entry in Entries(BoardKinds.Receipt, CutOffs[0], Limit(2)))
        {
            int member = Terms.PointOf(entry.Author);
            if (member == 0 || !Receipt.TryDecode(entry.Body, out Receipt? receipt, out _))
            {
                Find(entry, FaultKind.Malformed, "a receipt that cannot be read, or of nobody in the committee");
            }
            else
            {
                _receipts.TryAdd(member, [.. receipt.Held.Select(h => Convert.ToHexString(h.Span))]);
            }
        }

        ReadComplaints();
        Settle();
    }

    /// <summary>
    /// Complaints in the order of the board: before D2, and before D3 about a share that came because it was asked for. One of each kind for a
    /// pair; those of a member that complained falsely are ignored from there on.
    /// </summary>
    private void ReadComplaints()
    {
        var seen = new HashSet<(int, DealId, ComplaintKind)>();
        var liars = new HashSet<int>();
        foreach (BoardEntry entry in Entries(BoardKinds.Complaint, CutOffs[0], Limit(3)))
        {
            int member = Terms.PointOf(entry.Author);
            if (member == 0 || !Complaint.TryDecode(entry.Body, out Complaint? complaint, out _))
            {
                Find(entry, FaultKind.Malformed, "a complaint that cannot be read, or of nobody in the committee");
                continue;
            }

            var id = new DealId(complaint.Role, complaint.Dealer);
            bool late = entry.Position > Limit(2) && !(complaint.Kind == ComplaintKind.BadShare && _notDelivered.Contains((member, id)));
            if (late || liars.Contains(member) || !_valid.TryGetValue(id, out CheckedDeal? deal)
                || !complaint.Deal.Span.SequenceEqual(deal.Digest) || !seen.Add((member, id, complaint.Kind)))
            {
                continue;
            }

            if (complaint.Kind == ComplaintKind.NotDelivered)
            {
                _notDelivered.Add((member, id));
            }

            _asked.Add((member, id));
            byte[]? ciphertext = Ciphertext(deal, member);
            if (ciphertext is null)
            {
                if (CutOffs[2] >= 0)
                {
                    _out.TryAdd(id, new Finding(id.Dealer, FaultKind.NotDelivered, $"its ciphertext for member {member} was not posted when asked for", entry.Position));
                }
            }
            else if (complaint.Kind == ComplaintKind.BadShare)
            {
                if (JudgeBadShare(deal, member, complaint, ciphertext))
                {
                    _out.TryAdd(id, new Finding(id.Dealer, FaultKind.BadShare, $"its share for member {member} is not what its commitments fix", entry.Position));
                }
                else
                {
                    liars.Add(member);
                    Find(entry, FaultKind.FalseComplaint, $"its complaint about {id.Dealer} is false");
                }
            }
        }

        _findings.AddRange(_out.Values);
    }

    /// <summary>Repeats the decryption with the shared point that the member gave; true where the share is bad.</summary>
    private bool JudgeBadShare(CheckedDeal deal, int member, Complaint complaint, byte[] ciphertext)
    {
        if (!KeyProofs.VerifyShared(complaint.Shared, deal.Ephemeral, complaint.Proof.Span, Session, deal.Id, member, deal.CiphertextHash(member)))
        {
            return false;
        }

        using ReceivedShares? shares = ReceivedShares.Open(Session, deal.Id, deal.Deal, member, complaint.Shared, ciphertext);
        var check = new ShareCheck(Session, member);
        return shares is null || !check.TryAdd(deal, shares) || check.FindBad().Count > 0;
    }
}
