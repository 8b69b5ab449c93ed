using System.Security.Cryptography;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// What one session's numbers would give away beside another's. Six hospitals; the first session's committee is hospitals 0 to 2,
/// the other's 3 to 5, so that no member sees both by its own state.
/// </summary>
public sealed class DifferencingTests : IDisposable
{
    private readonly Region _region = new(hospitals: 6, members: 3);

    public void Dispose() => _region.Dispose();

    /// <summary>A second session over the region's board with a committee of its own.</summary>
    private sealed class Other
    {
        private readonly Region _region;
        private readonly PartyId[] _committee;
        private readonly MemoryMemberState[] _states;

        public Other(Region region, PartyId[] committee, AggregationTerms? terms = null)
        {
            (_region, _committee) = (region, [.. committee.Order()]);
            _states = [.. committee.Select(_ => new MemoryMemberState())];
            terms = (terms ?? region.Terms(new CountStatistic(Region.Old))) with { Committee = _committee };
            for (int j = 0; j < committee.Length; j++)
            {
                CommitteeMember.RegisterKey(region.Board.As(_committee[j]), terms, _states[j]);
            }

            (AggregationSession? session, StepOutcome outcome) = Combiner.Open(region.Board.As(_committee[0]), terms);
            Region.Done(outcome);
            Session = session!;
            region.ApproveAll(Session);
        }

        public AggregationSession Session { get; }

        public CommitteeMember Member(int j) => new(_region.Board.As(_committee[j]), Session.Sid.Span, _states[j]);

        public Other Deal(params int[] hospitals)
        {
            foreach (int i in hospitals)
            {
                Region.Done(new Dealer(_region.Board.As(_region.Hospitals[i]), Session.Sid.Span).DealCube(_region.Cubes[i]));
            }

            return this;
        }

        public Other Each(Func<CommitteeMember, StepOutcome> step)
        {
            for (int j = 0; j < _committee.Length; j++)
            {
                Region.Done(step(Member(j)));
            }

            return this;
        }

        /// <summary>A cut-off as closers say it whose software asks nothing.</summary>
        public Other Say(int number)
        {
            Array.ForEach(
                _committee,
                c => _region.Board.As(c).Append(BoardKinds.PhaseClosed, Session.Sid.Span, new PhaseClosed(number).Encode())
            );
            return this;
        }

        public Other ToD3() =>
            Each(m => m.CloseCutOff(1))
                .Each(m => m.Check())
                .Each(m => m.CloseCutOff(2))
                .Each(m => m.CloseCutOff(3))
                .Each(m => m.CloseCutOff(4));

        /// <summary>Signatures as liars give them.</summary>
        public void Sign(IReadOnlyList<PartyId> set)
        {
            foreach (PartyId member in _committee)
            {
                _region
                    .Board.As(member)
                    .Append(
                        BoardKinds.ContributorSetSignature,
                        Session.Sid.Span,
                        new ContributorSetSignature(_region.Board.GetCheckpoint(), set, []).Encode()
                    );
            }
        }

        public AggregateOutcome Verify() => AggregateVerifier.Verify(_region.Board, Session.Sid.Span);
    }

    private PartyId[] SecondCommittee => _region.Hospitals[3..6];

    [Fact]
    public void Of_two_sessions_whose_cut_offs_interleave_the_first_to_come_to_its_third_is_opened()
    {
        // both were settled before either was frozen, so that neither was held by the other: found by reading, all was opened
        // once
        _region.Open().DealAll().CheckAll();
        Other other = new Other(_region, SecondCommittee)
            .Deal(0, 1, 2, 3, 4)
            .Each(m => m.CloseCutOff(1))
            .Each(m => m.Check())
            .Each(m => m.CloseCutOff(2));
        StepOutcome waits = other.Member(0).CloseCutOff(3);
        Assert.Equal(StepStatus.Pending, waits.Status);
        Assert.Contains("its set is not known yet", waits.Reason, StringComparison.Ordinal);

        // closers that do not wait leave out whoever the first may hold: nothing is left
        other.Say(3).Say(4);
        Assert.Equal(
            (OutcomeStatus.Ended, "0 contributors count, the terms ask for 3"),
            (other.Verify().Status, other.Verify().Reason)
        );
        other.Sign(_region.Hospitals[..5]);
        Assert.Equal(StepStatus.Refused, other.Member(0).Share().Status);
        Assert.Equal(OutcomeStatus.Ended, other.Verify().Status);
        _region.FreezeAll().ShareAll();
        _region.EndsRight(); // the first is not touched by the second
    }

    [Fact]
    public void Those_who_were_opened_for_others_are_left_out_and_the_rest_is_opened()
    {
        // hospital 5 has its numbers opened with two strangers' by a committee of its friends
        PartyId[] friends = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"friend {i}"))];
        Array.ForEach(friends, f => CommitteeMember.Register(_region.Board.As(f), f.ToString()));
        Other mine = new Other(_region, friends).Deal(5).ToD3();
        mine.Sign([_region.Hospitals[5]]);
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(_region.Hospitals[..5], outcome.Contributors);
        Assert.Equal([(_region.Hospitals[5], ExclusionKind.Differencing)], outcome.Findings.Select(f => (f.Party, f.Kind)));
    }

    [Fact]
    public void A_committee_of_strangers_holds_nobody_who_did_not_deal_to_it()
    {
        PartyId[] strangers = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"stranger {i}"))];
        Array.ForEach(strangers, f => CommitteeMember.Register(_region.Board.As(f), f.ToString()));
        new Other(_region, strangers).ToD3().Sign(_region.Hospitals[..3]);
        _region.Open().DealAll().CheckAll().FreezeAll().ShareAll();
        _region.EndsRight();
    }

    [Fact]
    public void Other_data_sets_noise_and_sets_with_nobody_in_common_hold_nothing()
    {
        var loss = new PrivacyLoss(2m, 0.000000001m);
        AggregationTerms[] free =
        [
            _region.Terms() with
            {
                DataSet = "others",
            },
            _region.Terms() with
            {
                Noise = new NoiseTerms(loss, 1, BinomialNoise.CoinsFor(loss, 1)),
            },
        ];
        foreach (AggregationTerms terms in free)
        {
            new Other(_region, SecondCommittee, terms).Sign(_region.Hospitals[..5]);
        }

        new Other(_region, SecondCommittee).Deal(3, 4, 5).ToD3().Each(m => m.Freeze());
        _region.Open().DealAll(3, 4, 5).CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal((OutcomeStatus.Verified, 0), (outcome.Status, outcome.Findings.Count));
        Assert.Equal(_region.Hospitals[..3], outcome.Contributors);
    }

    [Fact]
    public void Whoever_released_alone_stays_in_the_sum_and_does_not_count_toward_minima()
    {
        // hospital 1's own number taken off, three are as few as two; hospital 0 asks for four beside which it is hidden
        var history = new History { Released = _region.Hospitals[1] };
        AggregateOutcome Run(AggregationTerms terms, params int[] hospitals)
        {
            var rules = new AggregationRules([], history);
            _region.Open(terms);
            foreach (int i in hospitals)
            {
                Region.Done(
                    new Dealer(_region.Board.As(_region.Hospitals[i]), _region.Sid, rules).DealCube(
                        _region.Cubes[i],
                        new DealOptions { Minimum = i == 0 ? 4 : 0 }
                    )
                );
            }

            foreach (Func<CommitteeMember, StepOutcome> step in MemberSteps.Exact)
            {
                for (int j = 0; j < 3; j++)
                {
                    step(new CommitteeMember(_region.Board.As(_region.Members[j]), _region.Sid, _region.States[j], rules));
                }
            }

            return AggregateVerifier.Verify(_region.Board, _region.Sid, rules);
        }

        AggregateOutcome ended = Run(_region.Terms(), 1, 2, 3);
        Assert.Equal((OutcomeStatus.Ended, "2 contributors count, the terms ask for 3"), (ended.Status, ended.Reason));
        Assert.Equal([(_region.Hospitals[1], ExclusionKind.ReleasedExactly)], ended.Findings.Select(f => (f.Party, f.Kind)));
        AggregateOutcome left = Run(_region.Terms() with { Purpose = "again" }, 0, 1, 2, 3);
        Assert.DoesNotContain(_region.Hospitals[0], left.Contributors);
        Assert.Contains(left.Findings, f => f.Party == _region.Hospitals[0] && f.Kind.Equals(ExclusionKind.MinimumNotReached));
        AggregateOutcome three = Run(_region.Terms() with { Purpose = "and again" }, 0, 1, 2, 3, 4);
        Assert.Equal(OutcomeStatus.Verified, three.Status);
        Assert.Equal(5, three.Contributors.Count);

        // beyond its budget it is left out, and told before it deals
        history.Exceeds = _region.Hospitals[2];
        Assert.Equal(
            StepStatus.Refused,
            new Dealer(
                _region.Board.As(_region.Hospitals[2]),
                _region.Open(_region.Terms() with { Purpose = "more" }).Sid,
                new AggregationRules([], history)
            )
                .DealCube(_region.Cubes[2])
                .Status
        );
        AggregateOutcome beyond = AggregateVerifier.Verify(
            _region.Board,
            three.Session!.Sid.Span,
            new AggregationRules([], history)
        );
        Assert.Contains(beyond.Findings, f => f.Party == _region.Hospitals[2] && f.Kind.Equals(ExclusionKind.BudgetExceeded));
    }

    private sealed class History : IReleaseHistory
    {
        public PartyId? Released { get; set; }

        public PartyId? Exceeds { get; set; }

        public bool HasReleasedExactly(PartyId owner, string dataSet, long before) => owner == Released && dataSet == "patients";

        public bool AllowsVersions(PartyId owner, string dataSet, long before) => false;

        public string? Refusal(PartyId owner, AggregationSession session, long before) => owner == Exceeds ? "too much" : null;
    }

    [Theory]
    [InlineData("others", "the table was published as one of the data set 'others', the session is about 'patients'")]
    [InlineData("", "the table was published as one of the data set '', the session is about 'patients'")]
    [InlineData("rows", "the table was published with another schema or other rows")]
    [InlineData("schema", "the table was published with another schema or other rows")]
    [InlineData("not read", "the table was not published by its owner before the dealing")]
    [InlineData("not", "the table was not published by its owner before the dealing")]
    public void A_table_counts_for_the_data_set_that_its_owner_published_it_as(string how, string reason)
    {
        // else a table is dealt under a fresh name each time, past every budget and past the rule against differences: found by
        // reading
        ContingencyTableOpening cubes = _region.Prove(
            2,
            _region.Codes[2],
            publish: table =>
            {
                TablePublication right = TablePublication.Of(table, "patients");
                byte[]? said = how switch
                {
                    "rows" => new TablePublication(right.Root.Span, right.SchemaDigest.Span, right.Rows + 1, "patients").Encode(),
                    "schema" => new TablePublication(right.Root.Span, SHA256.HashData([]), right.Rows, "patients").Encode(),
                    "not read" => [1],
                    "not" => null,
                    _ => TablePublication.Of(table, how).Encode(),
                };
                if (said is not null)
                {
                    _region.Board.As(_region.Hospitals[2]).Append(BoardKinds.TablePublished, table.Root.Span, said);
                }

                if (how is not ("not" or "not read"))
                {
                    _region.Publish(2, table); // what is said first counts
                }
            }
        );
        _region.Open().DealAll(2);
        StepOutcome refused = _region.Dealer(2).DealCube(cubes);
        Assert.Equal((StepStatus.Refused, reason), (refused.Status, refused.Reason));
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(2, cubes: cubes);
        _region.Post(2, deal, ciphertexts);
        _region.CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.DoesNotContain(_region.Hospitals[2], outcome.Contributors);
        Assert.Equal(
            [(_region.Hospitals[2], FaultKind.UnprovenContribution, reason)],
            outcome.Findings.Select(f => (f.Party, f.Kind, f.Reason))
        );
    }

    [Fact]
    public void Publications_are_read_canonically()
    {
        byte[] root = SHA256.HashData([1]);
        var said = new TablePublication(root, SHA256.HashData([1]), 5, "d");
        Assert.True(TablePublication.TryDecode(root, said.Encode(), out TablePublication? read, out _));
        Assert.Equal((said.Rows, said.DataSet), (read.Rows, read.DataSet));
        Assert.False(TablePublication.TryDecode(root, (byte[])[.. said.Encode(), 0], out _, out _));
        byte[] unnamed = new TablePublication(root, SHA256.HashData([1]), 5).Encode();
        // an empty name is left out
        Assert.False(TablePublication.TryDecode(root, (byte[])[0x83, .. unnamed[1..], 0x60], out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TablePublication(root, SHA256.HashData([1]), 0, "d"));
        Assert.Throws<ArgumentException>(() =>
            TablePublication.Publish(_region.Board.As(_region.Hospitals[0]), _region.Cubes[1].Table, "d")
        );
    }
}
