using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>
/// A session whose set Q members signed before D5: then, and only then, may shares leave their members. Beacon and shares of the
/// sum, as the log has them.
/// </summary>
internal sealed class FrozenSet
{
    private readonly SessionEntries _entries;
    private readonly long _frozen;
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<int, (BoardEntry Entry, SumShare Share)> _shares = [];
    private readonly Dictionary<int, Scalar> _beaconShares = [];

    private FrozenSet(SessionEntries entries, SessionChecks checks, SettledSet settled, long frozen) =>
        (_entries, Set, Digest, Checks, _frozen) = (entries, settled.Set, settled.Digest, checks, frozen);

    public AggregationSession Session => _entries.Session;

    public ContributorSet Set { get; }

    /// <summary>Receipts and complaints about its dealings, with what was posted of them.</summary>
    public SessionChecks Checks { get; }

    /// <summary>SHA-256 of the set.</summary>
    public byte[] Digest { get; }

    /// <summary>The first shares of the sum of members, not verified.</summary>
    public IReadOnlyDictionary<int, (BoardEntry Entry, SumShare Share)> SumShares => _shares;

    /// <summary>The beacon's value; null where it is not opened yet or none is asked for.</summary>
    public Scalar? Beacon { get; private set; }

    /// <summary>Tells whether a beacon that is asked for is not opened yet.</summary>
    public bool AwaitsBeacon => Terms.Noise is not null && Beacon is null;

    /// <summary>Findings about members who gave bad shares.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    private AggregationTerms Terms => _entries.Terms;

    /// <summary>Reads what follows the signature that made them Q.</summary>
    public static FrozenSet Read(SessionEntries entries, SessionChecks checks, SettledSet settled, long frozen)
    {
        var set = new FrozenSet(entries, checks, settled, frozen);
        if (entries.Terms.Noise is not null)
        {
            set.ReadBeacon();
        }

        set.ReadShares();
        return set;
    }

    /// <summary>The commitments of the sum: for every chunk and k = 0..t − 1 the sum over the set of A_{i,c,k}, k within
    /// c.</summary>
    public static RistrettoPoint[] SumCommitments(IReadOnlyList<CheckedDealing> deals, int threshold)
    {
        int chunks = deals[0].Constants.Length;
        var sums = new RistrettoPoint[chunks * threshold];
        Array.Fill(sums, RistrettoPoint.Identity);
        foreach (CheckedDealing deal in deals)
        {
            for (int c = 0; c < chunks; c++)
            {
                sums[c * threshold] += deal.Constant(c);
                for (int k = 1; k < threshold; k++)
                {
                    sums[c * threshold + k] += deal.Commitments[c * (threshold - 1) + k - 1];
                }
            }
        }

        return sums;
    }

    private void ReadShares()
    {
        foreach (BoardEntry entry in _entries.Find(BoardKinds.SumShare, _frozen, long.MaxValue))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (member == 0 || !SumShare.TryDecode(entry.Body, out SumShare? share, out _))
            {
                Find(entry, FaultKind.Malformed, "a share of the sum that cannot be read, or of nobody in the committee");
            }
            else if (!share.Set.Span.SequenceEqual(Digest))
            {
                Find(entry, FaultKind.WrongSet, "a share of the sum of another set");
            }
            else
            {
                _shares.TryAdd(member, (entry, share));
            }
        }
    }

    /// <summary>value·G + blinding·H = sum over k of a^k·A_k: a share of the beacon is checked as it stands; t of them give its
    /// value.</summary>
    private void ReadBeacon()
    {
        CompressedPoint[] sums = Compressed(SumCommitments(Set.BeaconDeals, Terms.Threshold));
        foreach (BoardEntry entry in _entries.Find(BoardKinds.BeaconShare, _frozen, long.MaxValue))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (
                member == 0
                || !BeaconShare.TryDecode(entry.Body, out BeaconShare? share, out _)
                || !share.Set.Span.SequenceEqual(Digest)
            )
            {
                Find(
                    entry,
                    FaultKind.Malformed,
                    "a share of the beacon that cannot be read, of nobody in the committee, or of another set"
                );
                continue;
            }

            var batch = new VerificationBatch();
            Scalar[] negated = [.. Lagrange.Powers(member, Terms.Threshold).Select(p => -p)];
            batch.Add(
                "beacon",
                new MultiscalarEquation()
                    .Add(Commitments.GeneratorFamily.Cube, 0, [share.Value])
                    .AddBlinding(share.Blinding)
                    .Add(Messages.Join(sums), negated)
            );
            if (_beaconShares.ContainsKey(member))
            {
                continue;
            }

            if (batch.Verify().IsAccepted)
            {
                _beaconShares.Add(member, share.Value);
            }
            else
            {
                Find(entry, FaultKind.WrongSumShare, "its share of the beacon is not what the commitments fix");
            }
        }

        if (_beaconShares.Count >= Terms.Threshold)
        {
            int[] points = [.. _beaconShares.Keys.Order().Take(Terms.Threshold)];
            Scalar[] weights = Lagrange.Weights(points, 0);
            Beacon = points.Select((a, j) => weights[j] * _beaconShares[a]).Aggregate((x, y) => x + y);
        }
    }

    internal static CompressedPoint[] Compressed(ReadOnlySpan<RistrettoPoint> points)
    {
        var bytes = new byte[RistrettoPoint.Size * points.Length];
        RistrettoBatch.Encode(points, bytes);
        return Messages.Split(bytes);
    }

    private void Find(BoardEntry entry, FaultKind kind, string reason) =>
        _findings.Add(new PartyFault(entry.Author, kind, reason, entry.Position));
}
