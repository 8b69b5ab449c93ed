using System.Numerics;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Statistics;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>Members and combiners that fail or cheat. Six hospitals, s = 5, t = 3, Q = 4: one may go before the freeze, two after
/// it.</summary>
public sealed class MemberFaultTests : IDisposable
{
    private readonly Region _region = new(hospitals: 6, members: 5);

    public void Dispose() => _region.Dispose();

    private int Said(string kind) => _region.Entries(kind).Count();

    [Fact]
    public void One_member_gone_before_the_freeze_and_one_more_after_it_change_nothing()
    {
        _region.Open().DealAll().CheckAll(4).FreezeAll(4).ShareAll(3, 4);
        _region.EndsRight();
    }

    [Fact]
    public void Two_gone_before_the_receipts_end_the_session_and_are_named()
    {
        _region.Open().DealAll().CheckAll(3, 4);
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Ended, outcome.Status);
        Assert.Equal(
            [(_region.Members[3], ExclusionKind.Missing), (_region.Members[4], ExclusionKind.Missing)],
            outcome.Findings.Select(f => (f.Party, f.Kind))
        );
        Assert.Equal(StepStatus.Refused, _region.Member(0).Freeze().Status);
        Assert.Equal(StepStatus.Refused, _region.Member(0).Share().Status);
        Assert.Equal(0, Said(BoardKinds.SumShare) + Said(BoardKinds.ContributorSetSignature));
    }

    [Fact]
    public void Two_gone_between_receipt_and_freeze_leave_everything_closed_and_are_named()
    {
        _region.Open().DealAll().CheckAll().FreezeAll(3, 4);
        Assert.Equal(StepStatus.Pending, _region.Member(0).Share().Status);
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Waiting, outcome.Status);
        Assert.Equal(
            [(_region.Members[3], ExclusionKind.Missing), (_region.Members[4], ExclusionKind.Missing)],
            outcome.Findings.Select(f => (f.Party, f.Kind))
        );
        Assert.Equal(0, Said(BoardKinds.SumShare));
    }

    [Fact]
    public void Three_gone_after_the_freeze_leave_the_sum_unknown_and_are_named()
    {
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll(2, 3, 4);
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Waiting, outcome.Status);
        Assert.Empty(outcome.Values);
        Assert.Equal(
            [2, 3, 4],
            outcome.Findings.Where(f => f.Kind.Equals(ExclusionKind.Missing)).Select(f => Array.IndexOf(_region.Members, f.Party))
        );
        Region.Done(_region.Member(4).Share()); // one comes back
        _region.EndsRight();
    }

    [Fact]
    public void False_second_and_late_complaints_change_nothing_and_name_their_member()
    {
        _region.Open().DealAll().Close(1).Each([], m => m.Check());
        Complain(4, 2, goodProof: true); // a good share: the member only shows its own
        Complain(4, 1, goodProof: true); // ignored after the first false one
        Complain(3, 1, goodProof: false); // a point that is not the shared one
        _region.Close(2);
        Complain(2, 1, goodProof: true); // too late
        _region.Close(3).Close(4).FreezeAll();
        Complain(1, 1, goodProof: true); // later still
        _region.ShareAll();
        _region.EndsRight((4, FaultKind.FalseComplaint), (3, FaultKind.FalseComplaint));
    }

    private void Complain(int member, int hospital, bool goodProof)
    {
        Dealing deal = _region.ReadDeal(hospital);
        Assert.True(deal.Ephemeral.TryDecompress(out RistrettoPoint e));
        Scalar key = _region.Key(member);
        byte[] proof = KeyProofs.ProveShared(
            key,
            e,
            _region.Session,
            new DealId(DealRole.Contribution, _region.Hospitals[hospital]),
            member + 1,
            deal.Ciphertexts.Span.Slice(32 * member, 32)
        );
        CompressedPoint shared = (goodProof ? key * e : (key + Scalar.One) * e).Compress();
        var complaint = new Complaint(
            DealRole.Contribution,
            _region.Hospitals[hospital],
            deal.Digest(),
            ComplaintKind.BadShare,
            shared,
            proof,
            _region.Board.Blobs.Read(deal.Ciphertexts.Span.Slice(32 * member, 32), 1 << 20)!
        );
        _region.Board.As(_region.Members[member]).Append(BoardKinds.Complaint, _region.Sid, complaint.Encode());
    }

    [Theory]
    [InlineData(0)] // another value, its proof made for it
    [InlineData(1)] // the values and proof of other weights than asked
    [InlineData(2)] // a true value with one bit of the proof changed
    public void A_wrong_sum_share_is_left_out_and_names_its_member(int way)
    {
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll(4);
        SessionView view = _region.View();
        (Scalar[] shares, Scalar blinding) = SummedShares(view, 4);
        AggregationSession other = new(_region.Terms(new CountStatistic(Region.Old)), _region.Session.Keys);
        var asked = new SumOpening(view.Session, view.Settled!.Digest, view.Settled!.Set.Contributions, null);
        var otherRows = new SumOpening(other, view.Settled!.Digest, view.Settled!.Set.Contributions, null);
        (byte[] values, byte[] proof) = way switch
        {
            0 => asked.ProveUnchecked(5, shares, blinding, [Scalar.FromUInt64(1)]),
            1 => otherRows.Prove(5, shares, blinding),
            _ => asked.Prove(5, shares, blinding),
        };
        if (way == 2)
        {
            proof[40] ^= 1;
        }

        _region
            .Board.As(_region.Members[4])
            .Append(BoardKinds.SumShare, _region.Sid, new SumShare(view.Settled!.Digest, values, proof).Encode());
        _region.EndsRight((4, FaultKind.WrongSumShare));
    }

    private (Scalar[] Shares, Scalar Blinding) SummedShares(SessionView view, int member)
    {
        var sum = new Scalar[Region.Axes.CellCount + 1];
        var buffer = new Scalar[sum.Length];
        foreach (CheckedDealing deal in view.Settled!.Set.Contributions)
        {
            using ReceivedShares shares = ReceivedShares.Open(
                view.Session,
                deal.Id,
                deal.Dealing,
                member + 1,
                (_region.Key(member) * deal.Ephemeral).Compress(),
                view.Checks!.Ciphertext(deal, member + 1)!
            )!;
            Assert.True(shares.TryRead(0, 0, buffer));
            ScalarVector.Add(sum, buffer, sum);
        }

        return (sum[..^1], sum[^1]);
    }

    [Fact]
    public void Two_views_of_the_board_with_different_sets_open_neither()
    {
        _region.Open().DealAll(5).Close(1);
        MemoryBoard other = _region.Board.Fork(); // from here the board shows two histories

        // here hospital 4's dealing stands; there member 5 (colluding) has it complained about, and all see a different set
        foreach (MemoryBoard board in (MemoryBoard[])[_region.Board, other])
        {
            foreach (int j in board == other ? (int[])[2, 3, 4] : [0, 1])
            {
                Region.Done(_region.Member(j, board).Check());
            }
        }

        foreach (int number in (int[])[2, 3, 4])
        {
            foreach (MemoryBoard board in (MemoryBoard[])[_region.Board, other])
            {
                foreach (PartyId closer in _region.Members[..3])
                {
                    board.As(closer).Append(BoardKinds.PhaseClosed, _region.Sid, new PhaseClosed(number).Encode());
                }
            }
        }

        // fewer than Q receipts on either; and whoever saw one history refuses the other
        Assert.Equal(StepStatus.Refused, _region.Member(0, _region.Board).Freeze().Status);
        Assert.Equal(StepStatus.Refused, _region.Member(3, other).Freeze().Status);
        StepOutcome refused = _region.Member(0, other).Freeze();
        Assert.Equal((StepStatus.Refused, "the board shows another history than before"), (refused.Status, refused.Reason));
        Assert.All((MemoryBoard[])[_region.Board, other], b => Assert.Empty(b.Find(BoardKinds.SumShare, _region.Sid)));
    }

    [Fact]
    public void Liars_who_sign_both_sets_still_open_neither_and_are_named()
    {
        // t − 1 = 2 members lie to both sides; the three honest ones are split two to one: 2 + 2 and 2 + 1 signatures, Q = 4 on
        // one side alone
        _region.Open().DealAll().CheckAll();
        MemoryBoard other = _region.Board.Fork();
        SessionView view = _region.View();
        foreach (int j in (int[])[0, 1])
        {
            Region.Done(_region.Member(j).Freeze());
            ContributorSetSignature lie = new(other.GetCheckpoint(), view.Settled!.Set.Contributors.ToArray()[..5], []);
            other.As(_region.Members[j]).Append(BoardKinds.ContributorSetSignature, _region.Sid, lie.Encode());
        }

        Region.Done(_region.Member(2, other).Freeze());
        AggregateOutcome there = AggregateVerifier.Verify(other, _region.Sid);
        Assert.Equal(OutcomeStatus.Waiting, there.Status);
        Assert.Equal(
            [0, 1],
            there.Findings.Where(f => f.Kind.Equals(FaultKind.WrongSet)).Select(f => Array.IndexOf(_region.Members, f.Party))
        );
        Assert.Equal(StepStatus.Pending, _region.Member(2, other).Share().Status);

        // on one log both signatures stand side by side
        _region
            .Board.As(_region.Members[0])
            .Append(
                BoardKinds.ContributorSetSignature,
                _region.Sid,
                new ContributorSetSignature(_region.Board.GetCheckpoint(), [], []).Encode()
            );
        Assert.Contains(_region.Verify().Findings, f => f.Party == _region.Members[0] && f.Kind.Equals(FaultKind.WrongSet));
    }

    [Fact]
    public void A_combiner_that_lies_or_omits_is_named_or_not_needed()
    {
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll();
        byte[] set = _region.View().Settled!.Digest;
        _region
            .Board.As(_region.Hospitals[5])
            .Append(BoardKinds.Result, _region.Sid, new AggregateResult(set, Scalar.FromUInt64(1).ToBytes()).Encode());
        AggregateOutcome outcome = _region.Verify(); // nobody has posted the right one
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal((BigInteger)_region.Count(Enumerable.Range(0, 6), (c, r) => c[0][r] == 2), outcome.Values[0]);
        Assert.Equal([(_region.Hospitals[5], FaultKind.WrongResult)], outcome.Findings.Select(f => (f.Party, f.Kind)));
    }

    [Fact]
    public void Whole_vectors_wrong_shares_wrong_sums_and_wrong_results()
    {
        using var region = new Region(hospitals: 4, members: 3);
        using var updates = new Updates(region, 16, 7);
        updates.DealAll(3);
        Region.Done(updates.Deal(3));
        region.CheckAll().FreezeAll().ShareAll(0);
        byte[] set = region.View().Settled!.Digest;

        // the first member answers with another's vector, one entry changed
        SumShare.TryDecode(region.Entries(BoardKinds.SumShare).First().Body, out SumShare? share, out _);
        byte[] vector = [.. region.Board.Blobs.Read(share!.Values.Span, 1 << 20)!];
        vector[0] ^= 1;
        region
            .Board.As(region.Members[0])
            .Append(BoardKinds.SumShare, region.Sid, new SumShare(set, region.Board.Blobs.Put(vector), default).Encode());
        region
            .Board.As(region.Hospitals[3])
            .Append(
                BoardKinds.Result,
                region.Sid,
                new AggregateResult(set, region.Board.Blobs.Put(new byte[16 * 8 + 32 * 2])).Encode()
            );
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(updates.Sum([0, 1, 2, 3]), outcome.Vector.ToArray());
        Assert.Contains(outcome.Findings, f => f.Party == region.Members[0] && f.Kind.Equals(FaultKind.WrongSumShare));
        Assert.Contains(outcome.Findings, f => f.Party == region.Hospitals[3] && f.Kind.Equals(FaultKind.WrongResult));
    }

    [Fact]
    public void A_wrong_share_of_the_beacon_names_its_member_and_opens_nothing()
    {
        using var region = new Region(hospitals: 4, members: 3);
        var loss = new PrivacyLoss(2m, 0.000000001m);
        region.Open(region.Terms() with { Noise = new NoiseTerms(loss, 1, BinomialNoise.CoinsFor(loss, 1)) });
        for (int j = 0; j < 3; j++)
        {
            Region.Done(new Dealer(region.Board.As(region.Members[j]), region.Sid).DealBeacon());
        }

        region.DealAll().CheckAll().FreezeAll();
        byte[] set = region.View().Settled!.Digest;
        region
            .Board.As(region.Members[0])
            .Append(
                BoardKinds.BeaconShare,
                region.Sid,
                new BeaconShare(set, Scalar.FromUInt64(3), Scalar.FromUInt64(4)).Encode()
            );
        Region.Done(region.Member(1).ShareBeacon());
        Assert.Equal(StepStatus.Pending, region.Member(1).Share().Status);
        Region.Done(region.Member(2).ShareBeacon());
        AggregateOutcome outcome = region.ShareAll(0).Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal([(region.Members[0], FaultKind.WrongSumShare)], outcome.Findings.Select(f => (f.Party, f.Kind)));
    }

    [Fact]
    public void Exact_numbers_of_one_data_set_are_opened_for_one_set_of_owners()
    {
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll();
        // without hospital 5: the difference would be its own
        _region.Open(_region.Terms(new CountStatistic(Region.Old))).DealAll(5).CheckAll();
        Assert.Equal(OutcomeStatus.Ended, _region.Verify().Status);
        // and say that it is over
        Assert.All(Enumerable.Range(0, 5), j => Assert.Equal(StepStatus.Refused, _region.Member(j).Freeze().Status));
        _region.Open(_region.Terms(new CountStatistic(Region.Yes & Region.Old))).DealAll().CheckAll().FreezeAll().ShareAll();
        Assert.Equal(OutcomeStatus.Verified, _region.Verify().Status); // the same set again
    }
}
