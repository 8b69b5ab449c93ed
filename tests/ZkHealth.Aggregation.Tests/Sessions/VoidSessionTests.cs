using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Attack A3: one entry at the right moment ended a session between the first signature and the last, and its signers could never
/// sign for the data set again: one hospital stopped the region for ever. Six hospitals, s = 3, t = 2, Q = 3.
/// </summary>
public sealed class VoidSessionTests : IDisposable
{
    private readonly Region _region = new(hospitals: 6, members: 3);

    public void Dispose() => _region.Dispose();

    /// <summary>What is released or forbidden after D3 does not change the set: the third signature comes.</summary>
    [Fact]
    public void A_policy_after_the_third_cut_off_ends_nothing()
    {
        var history = new LateHistory();
        var rules = new AggregationRules([], history);
        CommitteeMember Member(int j) => new(_region.Board.As(_region.Members[j]), _region.Sid, _region.States[j], rules);
        _region.Open().DealAll().CheckAll();
        Region.Done(Member(0).Freeze());
        Region.Done(Member(1).Freeze());
        history.Forbids = (_region.Hospitals[5], _region.Board.GetCheckpoint().Size);
        Region.Done(Member(2).Freeze());
        for (int j = 0; j < 3; j++)
        {
            Region.Done(Member(j).Share());
        }

        AggregateOutcome outcome = AggregateVerifier.Verify(_region.Board, _region.Sid, rules);
        Assert.Equal((OutcomeStatus.Verified, 6, 0), (outcome.Status, outcome.Contributors.Count, outcome.Findings.Count));
    }

    private sealed class LateHistory : IReleaseHistory
    {
        public (PartyId Owner, long From)? Forbids { get; set; }

        public bool HasReleasedExactly(PartyId owner, string dataSet, long before) => false;

        public bool AllowsVersions(PartyId owner, string dataSet, long before) => false;

        public string? Refusal(PartyId owner, AggregationSession session, long before) =>
            Forbids is { } f && f.Owner == owner && f.From < before ? "too much" : null;
    }

    /// <summary>
    /// A hospital with three fresh keys as a committee posted one byte as its "dealing" and three signatures: the region's
    /// session ended and two of three members were locked. Whatever it opens for itself holds itself alone, and only from a
    /// dealing that is valid and a cut-off 3 before the region's.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_of_strangers_holds_only_who_validly_dealt_to_it(bool before)
    {
        PartyId[] friends = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"friend {i}")).Order()];
        Array.ForEach(friends, f => CommitteeMember.Register(_region.Board.As(f), f.ToString()));
        AggregationTerms terms = _region.Terms(new CountStatistic(Region.Old)) with { Committee = friends };
        Array.ForEach(friends, f => CommitteeMember.RegisterKey(_region.Board.As(f), terms, new MemoryMemberState()));
        AggregationSession session = Combiner.Open(_region.Board.As(friends[0]), terms).Session!;
        void Strangers()
        {
            PartyId dealer = _region.Hospitals[5];
            _region.Charge(dealer, _region.Cubes[5].Table, session);
            _region.Board.As(dealer).Append(BoardKinds.Dealing, session.Sid.Span, [1]);
            foreach (int number in (int[])[1, 2, 3, 4])
            {
                Array.ForEach(
                    friends,
                    f => _region.Board.As(f).Append(BoardKinds.PhaseClosed, session.Sid.Span, new PhaseClosed(number).Encode())
                );
            }

            Array.ForEach(
                friends,
                f =>
                    _region
                        .Board.As(f)
                        .Append(
                            BoardKinds.ContributorSetSignature,
                            session.Sid.Span,
                            new ContributorSetSignature(_region.Board.GetCheckpoint(), [dealer], []).Encode()
                        )
            );
        }

        _region.Open().DealAll();
        if (before)
        {
            Strangers();
        }

        _region.CheckAll();
        Region.Done(_region.Member(0).Freeze());
        if (!before)
        {
            Strangers();
        }

        _region.FreezeAll(0).ShareAll();
        _region.EndsRight();
    }

    /// <summary>Two of three have signed and the third is gone: t members say that the time is over, and everything is free for
    /// another session.</summary>
    [Fact]
    public void A_signature_binds_only_while_its_set_can_still_be_frozen()
    {
        _region.Open().DealAll().CheckAll().FreezeAll(2);
        AggregationSession first = _region.Session;
        Assert.Equal(OutcomeStatus.Waiting, _region.Verify().Status);
        _region.Open(_region.Terms(new CountStatistic(Region.Old))).DealAll(5);
        AggregationSession second = _region.Session;
        _region.Close(1).Each([], m => m.Check());
        _region.Close(2);
        Assert.Equal(StepStatus.Pending, _region.Member(0).CloseCutOff(3).Status);

        CommitteeMember First(int j) => new(_region.Board.As(_region.Members[j]), first.Sid.Span, _region.States[j]);
        Region.Done(First(0).CloseCutOff(5));
        Assert.Equal(StepStatus.Refused, First(0).Freeze().Status); // it does not sign what it has given up
        Assert.Equal(OutcomeStatus.Waiting, AggregateVerifier.Verify(_region.Board, first.Sid.Span).Status);
        Region.Done(First(1).CloseCutOff(5));
        AggregateOutcome ended = AggregateVerifier.Verify(_region.Board, first.Sid.Span);
        Assert.Equal(
            (OutcomeStatus.Ended, "it is void: 2 members had signed the set when its time was over, 3 were needed"),
            (ended.Status, ended.Reason)
        );
        _region.Close(3).Close(4).FreezeAll().ShareAll();
        AggregateOutcome outcome = AggregateVerifier.Verify(_region.Board, second.Sid.Span);
        Assert.Equal((OutcomeStatus.Verified, 5), (outcome.Status, outcome.Contributors.Count));

        // the third member comes back, or lies: what is signed after D5 freezes nothing
        _region
            .Board.As(_region.Members[2])
            .Append(
                BoardKinds.ContributorSetSignature,
                first.Sid.Span,
                new ContributorSetSignature(_region.Board.GetCheckpoint(), _region.Hospitals, []).Encode()
            );
        Assert.Equal(OutcomeStatus.Ended, AggregateVerifier.Verify(_region.Board, first.Sid.Span).Status);
        Assert.Equal(OutcomeStatus.Verified, AggregateVerifier.Verify(_region.Board, second.Sid.Span).Status);
        Assert.Equal(StepStatus.Refused, First(0).Share().Status);
    }

    /// <summary>
    /// A member that signs another set first, or for a checkpoint that is none, and then as it should: its own session had two
    /// signatures and ended void, and for every other it had three and held the data set for ever. Both go by one rule.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_that_does_not_count_in_its_session_counts_for_no_other(bool second)
    {
        _region.Open().DealAll().CheckAll().FreezeAll(2);
        BoardCheckpoint now = _region.Board.GetCheckpoint();
        if (second)
        {
            Sign(now, _region.Hospitals[..5]);
        }

        Sign(second ? now : new BoardCheckpoint(now.Size, new byte[32]), _region.Hospitals);
        Assert.Equal(OutcomeStatus.Waiting, _region.Verify().Status);
        Assert.False(Standing()!.IsFrozen);
        Region.Done(_region.Member(0).CloseCutOff(5));
        Region.Done(_region.Member(1).CloseCutOff(5));
        Assert.Equal(OutcomeStatus.Ended, _region.Verify().Status);
        Assert.Null(Standing());

        StandingSession? Standing() => new StandingSessions(new EntrySource(_region.Board)).Find(_region.Session.Sid);

        void Sign(BoardCheckpoint at, IReadOnlyList<PartyId> set) =>
            _region
                .Board.As(_region.Members[2])
                .Append(BoardKinds.ContributorSetSignature, _region.Sid, new ContributorSetSignature(at, set, []).Encode());
    }

    /// <summary>A log that signs a checkpoint of leaves to come would let a signature count for whoever looks when they are
    /// there, and not before.</summary>
    [Fact]
    public void A_signature_for_leaves_behind_its_own_counts_never()
    {
        _region.Open().DealAll().CheckAll();
        byte[] Signed(long size) =>
            new ContributorSetSignature(new BoardCheckpoint(size, new byte[32]), _region.Hospitals, []).Encode();
        bool Counts(long size) =>
            new SetSignatures(_region.Session, 20, _ => true)
                .Read(
                    new BoardEntry(
                        30,
                        _region.Members[0],
                        BoardKinds.ContributorSetSignature,
                        _region.Sid.ToArray(),
                        Signed(size)
                    )
                )!
                .Counts;
        Assert.Equal([false, true, true, false], new long[] { 20, 21, 30, 31 }.Select(Counts));
    }

    /// <summary>The same by the log's own time, where nobody is left who could say so.</summary>
    [Fact]
    public void A_session_that_is_not_frozen_when_its_time_has_passed_is_void()
    {
        _region.Board.Now = 1000;
        _region.Open(_region.Terms() with { VoidAfter = 2000 }).DealAll().CheckAll().FreezeAll(1, 2);
        Assert.Equal(OutcomeStatus.Waiting, _region.Verify().Status);
        _region.Board.Now = 2001;
        Region.Done(_region.Member(1).Freeze()); // its entry itself is past the time
        Assert.Equal(OutcomeStatus.Ended, _region.Verify().Status);
        Assert.Equal(-1, new StandingSessions(new EntrySource(_region.Board)).Find(_region.Session.Sid)?.Frozen ?? -1);
        _region
            .Open(_region.Terms(new CountStatistic(Region.Old)) with { VoidAfter = 3000 })
            .DealAll(5)
            .CheckAll()
            .FreezeAll()
            .ShareAll();
        Assert.Equal((OutcomeStatus.Verified, 5), (_region.Verify().Status, _region.Verify().Contributors.Count));
    }

    /// <summary>A first dealing that is void takes nobody's place: the next of the same dealer counts.</summary>
    [Fact]
    public void The_first_valid_Deal_counts()
    {
        _region.Open().DealAll(5);
        (Dealing bad, byte[][] _) = _region.Forge(5);
        _region.Post(5, Region.With(bad, proof: new byte[bad.Proof.Length]));
        Region.Done(_region.Dealer(5).DealCube(_region.Cubes[5]));
        _region.CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal((OutcomeStatus.Verified, 6), (outcome.Status, outcome.Contributors.Count));
        Assert.Equal([FaultKind.NotDealtByKnowledge], outcome.Findings.Select(f => f.Kind));
    }
}
