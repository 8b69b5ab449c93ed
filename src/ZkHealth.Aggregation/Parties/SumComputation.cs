using System.Numerics;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Aggregation;

/// <summary>From the shares of the sum to the result: verification of the shares, interpolation at 0, lifting, and the
/// bound.</summary>
internal sealed class SumComputation
{
    private readonly IBulletinBoard _board;
    private readonly SessionView _view;
    private readonly FrozenSet _frozen;
    private readonly List<Finding> _findings;
    private readonly List<BoardEntry> _right = [];
    private byte[] _result = [];

    public SumComputation(IBulletinBoard board, SessionView view, FrozenSet frozen) =>
        (_board, _view, _frozen, _findings) = (board, view, frozen, [.. view.Findings]);

    /// <summary>Tells whether the right result stands on the board.</summary>
    public bool HasResult => _right.Count > 0;

    /// <summary>The message of a combiner, after <see cref="ToOutcome"/>; a vector is put beside the board.</summary>
    public AggregateResult ToResult() => new(_frozen.Digest, _view.Terms.IsWholeVector ? _board.Blobs.Put(_result) : _result);

    public AggregateOutcome ToOutcome() => _view.Terms.IsWholeVector ? OfVectors() : OfStatistics();

    /// <summary>The integer of a scalar in (−l/2, l/2).</summary>
    public static BigInteger Lift(in Scalar value)
    {
        BigInteger x = new(value.ToBytes(), isUnsigned: true),
            order = new BigInteger(Scalar.MinusOne.ToBytes(), isUnsigned: true) + 1;
        return x > order / 2 ? x - order : x;
    }

    private AggregateOutcome OfStatistics()
    {
        AggregationTerms terms = _view.Terms;
        var opening = new SumOpening(_view.Session, _frozen.Digest, _frozen.Set.Contributions, _frozen.Beacon);
        var values = new Dictionary<int, Scalar[]>();
        var batch = new VerificationBatch();
        bool formed = true;
        foreach ((int member, (_, SumShare share)) in _frozen.SumShares)
        {
            formed &= opening.Collect(member, share, batch, out Scalar[] read) is null;
            values[member] = read;
        }

        if (_frozen.SumShares.Count > 0 && !(formed && batch.Verify().IsAccepted))
        {
            foreach ((int member, (BoardEntry entry, SumShare share)) in _frozen.SumShares)
            {
                var alone = new VerificationBatch();
                if ((opening.Collect(member, share, alone, out _)?.Words ?? alone.Verify().Reason) is string reason)
                {
                    values.Remove(member);
                    ReportFault(member, entry, reason);
                }
            }
        }

        if (Interpolation(values.Keys) is not (int[] points, Scalar[] weights))
        {
            return TooFew(values.Keys);
        }

        var sums = new Scalar[opening.Count];
        for (int j = 0; j < sums.Length; j++)
        {
            sums[j] = opening.Offsets.Length == 0 ? Scalar.Zero : Scalar.FromInt64(opening.Offsets[j]);
            for (int k = 0; k < points.Length; k++)
            {
                sums[j] += weights[k] * values[points[k]][j];
            }
        }

        BigInteger[] lifted = [.. sums.Select(s => Lift(s))];
        IReadOnlyList<BigInteger> bounds = terms.Bounds();
        if (lifted.Where((v, j) => BigInteger.Abs(v) > bounds[j]).Any())
        {
            return OutOfBound();
        }

        _result = Messages.Join(sums);
        JudgeResults(result => result.Values.Span.SequenceEqual(_result));
        return Verified(lifted, Report(lifted), default);
    }

    private AggregateOutcome OfVectors()
    {
        AggregationTerms terms = _view.Terms;
        RistrettoPoint[] sums = FrozenSet.SumCommitments(_frozen.Set.Contributions, terms.Threshold);
        var check = new VectorCheck(terms, sums);
        foreach ((BoardEntry entry, AggregateResult result) in Results())
        {
            // a posted result is checked as it stands; wrong ones are named once the right one is known
            if (
                result.Values.Length == 32
                && _board.Blobs.Read(result.Values.Span, check.ResultSize) is byte[] bytes
                && check.TryReadResult(bytes, out long[]? posted)
            )
            {
                _result = bytes;
                _right.Add(entry);
                JudgeResults(r => r.Values.Span.SequenceEqual(result.Values.Span));
                return Verified([], [], posted);
            }
        }

        // every share is looked at, those beyond the t that are kept as well: a wrong one names its member
        var good = new Dictionary<int, byte[]>();
        foreach ((int member, (BoardEntry entry, SumShare share)) in _frozen.SumShares)
        {
            byte[]? bytes =
                share.Values.Length == 32 && share.Proof.Length == 0
                    ? _board.Blobs.Read(share.Values.Span, check.ShareSize)
                    : null;
            if (bytes is not null && check.IsShare(member, bytes))
            {
                if (good.Count < terms.Threshold)
                {
                    good.Add(member, bytes);
                }
            }
            else if (bytes is null)
            {
                // whoever holds the store may have taken it away: that is nobody's fault that an entry shows
                _findings.Add(new Exclusion(entry.Author, ExclusionKind.Missing, "its vector does not lie beside the board", -1));
            }
            else
            {
                ReportFault(member, entry, "the vector is not that of the commitments");
            }
        }

        if (Interpolation(good.Keys) is not (int[] points, Scalar[] weights))
        {
            return TooFew(good.Keys);
        }

        if (check.Interpolate([.. points.Select(a => good[a])], weights, out long[] vector) is not byte[] encoded)
        {
            return OutOfBound();
        }

        _result = encoded;
        byte[] hash = SHA256.HashData(encoded);
        JudgeResults(r => r.Values.Span.SequenceEqual(hash));
        return Verified([], [], vector);
    }

    /// <summary>The least t points among those with valid shares, and their weights at 0.</summary>
    private (int[] Points, Scalar[] Weights)? Interpolation(IEnumerable<int> valid)
    {
        int[] points = [.. valid.Order().Take(_view.Terms.Threshold)];
        return points.Length < _view.Terms.Threshold ? null : (points, Lagrange.Weights(points, 0));
    }

    private IEnumerable<(BoardEntry Entry, AggregateResult Result)> Results()
    {
        foreach (long position in _board.Find(BoardKinds.Result, _view.Session.Sid.Span).Where(p => p < _view.At.Size))
        {
            if (
                _board.Read(position) is BoardEntry entry
                && AggregateResult.TryDecode(entry.Body, out AggregateResult? result, out _)
                && result.Set.Span.SequenceEqual(_frozen.Digest)
            )
            {
                yield return (entry, result);
            }
        }
    }

    private void JudgeResults(Func<AggregateResult, bool> isRight)
    {
        _right.Clear();
        foreach ((BoardEntry entry, AggregateResult result) in Results())
        {
            if (isRight(result))
            {
                _right.Add(entry);
            }
            else
            {
                _findings.Add(
                    new PartyFault(
                        entry.Author,
                        FaultKind.WrongResult,
                        "its result is not the one that the shares give",
                        entry.Position
                    )
                );
            }
        }
    }

    /// <summary>Only a member with a receipt for what counts can be blamed for its share; anyone else's is left out.</summary>
    private void ReportFault(int member, BoardEntry entry, string reason)
    {
        if (_frozen.Checks.HasAcknowledgedAll(member, _frozen.Set.Counted))
        {
            _findings.Add(new PartyFault(entry.Author, FaultKind.WrongSumShare, reason, entry.Position));
        }
    }

    private AggregateOutcome Verified(
        IReadOnlyList<BigInteger> values,
        IReadOnlyList<StatisticOutcome> statistics,
        ReadOnlyMemory<long> vector
    ) =>
        new()
        {
            Values = values,
            Statistics = statistics,
            Vector = vector,
            Status = OutcomeStatus.Verified,
            Session = _view.Session,
            Contributors = _frozen.Set.Contributors,
            Findings = _findings,
            TotalWeight = _frozen.Set.Contributions.Aggregate(BigInteger.Zero, (sum, d) => sum + d.Dealing.Weight),
        };

    private AggregateOutcome TooFew(IReadOnlyCollection<int> valid) =>
        new()
        {
            Status = OutcomeStatus.Waiting,
            Reason = $"{valid.Count} valid shares of the sum, {_view.Terms.Threshold} are needed",
            Session = _view.Session,
            Contributors = _frozen.Set.Contributors,
            Findings = [.. _findings, .. AggregateVerifier.Missing(_view, _frozen.SumShares.Keys, "no share of the sum")],
        };

    private AggregateOutcome OutOfBound() =>
        new()
        {
            Status = OutcomeStatus.Ended,
            Reason = "an opened number lies outside the bound that the terms give",
            Session = _view.Session,
            Contributors = _frozen.Set.Contributors,
            Findings = _findings,
        };

    /// <summary>The numbers of each statistic, small counts left out as the terms ask, and what follows from them.</summary>
    private List<StatisticOutcome> Report(BigInteger[] lifted)
    {
        AggregationTerms terms = _view.Terms;
        RegionalStatistics.TryRows(terms, out long[][][]? rows, out _);
        IReadOnlyList<Statistic> statistics = ((StatisticsQuery)terms.Question).Statistics;
        BigInteger twice = (BigInteger)_frozen.Set.Contributions.Count * terms.NoiseBits;
        var report = new List<StatisticOutcome>();
        for (int k = 0, at = 0; k < statistics.Count; at += rows![k].Length, k++)
        {
            long[] opened =
            [
                .. lifted
                    .AsSpan(at, rows![k].Length)
                    .ToArray()
                    .Select(v => (long)BigInteger.Max(long.MinValue, BigInteger.Min(long.MaxValue, v - twice / 2))),
            ];
            long?[] kept = Suppression.Apply(statistics[k], opened, terms.SuppressBelow);
            report.Add(new StatisticOutcome(statistics[k], kept, Derive(terms, statistics[k], opened, kept) ?? []));
        }

        return report;
    }

    /// <summary>Values that follow from the numbers of a statistic that are reported; null where too many are left
    /// out.</summary>
    private static List<ReleasedValue>? Derive(
        AggregationTerms terms,
        Statistic statistic,
        ReadOnlySpan<long> opened,
        long?[] kept
    )
    {
        if (statistic.ShowsUnknown && kept[^1] is null)
        {
            statistic = statistic with { UnknownBelow = terms.SuppressBelow };
            opened = opened[..^1];
        }

        // what is reported of the rows without a value stands after the counts of a histogram
        bool isHistogram = statistic is HistogramStatistic;
        return isHistogram || !kept.AsSpan(..opened.Length).Contains(null)
            ? RegionalStatistics
                .Derive(terms, statistic, opened)
                ?.Where((_, j) => !isHistogram || j == kept.Length - 1 || kept[j] is not null)
                .ToList()
            : null;
    }
}
