using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>Describes what follows the freeze: signatures under the set, the beacon, shares of the sum.</summary>
internal sealed partial class SessionView
{
    private readonly Dictionary<int, byte[]> _signed = [];
    private readonly Dictionary<int, (BoardEntry Entry, SumShare Share)> _shares = [];
    private readonly Dictionary<int, Scalar> _beaconShares = [];
    private long _frozen = -1;

    /// <summary>The members who signed the set, as this view has it.</summary>
    public IReadOnlyList<int> Signers { get; private set; } = [];

    /// <summary>Determines whether Q members signed the set: then, and only then, may shares leave their members.</summary>
    public bool IsFrozen() => _frozen >= 0;

    /// <summary>The first shares of the sum of members, after the freeze, not verified.</summary>
    public IReadOnlyDictionary<int, (BoardEntry Entry, SumShare Share)> SumShares => _shares;

    /// <summary>The beacon's value; null where it is not opened yet or none is asked for.</summary>
    public Scalar? Beacon { get; private set; }

    /// <summary>The commitments of the sum: for every chunk and k = 0..t − 1 the sum over the set of A_{i,c,k}, k within
    /// c.</summary>
    public static RistrettoPoint[] SumCommitments(IReadOnlyList<CheckedDeal> deals, int threshold)
    {
        int chunks = deals[0].Constants.Length;
        var sums = new RistrettoPoint[chunks * threshold];
        Array.Fill(sums, RistrettoPoint.Identity);
        foreach (CheckedDeal deal in deals)
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

    private void ReadOpening()
    {
        if (CutOffs[3] < 0 || Ended is not null)
        {
            return;
        }

        ReadFreezes();
        if (_frozen < 0)
        {
            Ended =
                CutOffs[4] < 0
                    ? null
                    : $"it is void: {Signers.Count} members had signed the set when its time was over, {Terms.Quorum} were needed";
            return;
        }

        if (Terms.Noise is not null)
        {
            ReadBeacon();
        }

        foreach (BoardEntry entry in Entries(BoardKinds.SumShare, _frozen, long.MaxValue))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (member == 0 || !SumShare.TryDecode(entry.Body, out SumShare? share, out _))
            {
                Find(entry, FaultKind.Malformed, "a share of the sum that cannot be read, or of nobody in the committee");
            }
            else if (!share.Set.Span.SequenceEqual(SetDigest))
            {
                Find(entry, FaultKind.WrongSet, "a share of the sum of another set");
            }
            else
            {
                _shares.TryAdd(member, (entry, share));
            }
        }
    }

    private void ReadFreezes()
    {
        byte[] set = SetDigest;
        var signers = new List<int>();
        foreach (BoardEntry entry in Entries(BoardKinds.Freeze, CutOffs[3], Limit(5)))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (member == 0 || !Freeze.TryDecode(entry.Body, out Freeze? freeze, out _))
            {
                Find(entry, FaultKind.Malformed, "a signature under a set that cannot be read, or of nobody in the committee");
                continue;
            }

            byte[] signed = freeze.SetDigest(Session);
            if (_signed.TryGetValue(member, out byte[]? before) && !before.AsSpan().SequenceEqual(signed))
            {
                Find(entry, FaultKind.WrongSet, "it signed two sets of one session");
                continue;
            }

            if (!signed.AsSpan().SequenceEqual(set))
            {
                Find(entry, FaultKind.WrongSet, "it signed another set than the board shows");
            }
            else if (
                !signers.Contains(member)
                && freeze.Checkpoint.Size > CutOffs[3]
                && _board.IsConsistent(freeze.Checkpoint, At)
            )
            {
                signers.Add(member);
                _frozen = signers.Count == Terms.Quorum ? entry.Position : _frozen;
            }

            _signed[member] = signed;
        }

        Signers = signers;
    }

    /// <summary>value·G + blinding·H = sum over k of a^k·A_k: a share of the beacon is checked as it stands; t of them give its
    /// value.</summary>
    private void ReadBeacon()
    {
        CompressedPoint[] sums = Compressed(SumCommitments(BeaconDeals, Terms.Threshold));
        foreach (BoardEntry entry in Entries(BoardKinds.BeaconShare, _frozen, long.MaxValue))
        {
            int member = Terms.ShareIndexOf(entry.Author);
            if (
                member == 0
                || !BeaconShare.TryDecode(entry.Body, out BeaconShare? share, out _)
                || !share.Set.Span.SequenceEqual(SetDigest)
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
}
