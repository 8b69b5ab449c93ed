using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Statistics;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Attack A0: who opens a session first chooses its committee. Strangers opened one over the region's data set, and a hospital
/// that typed the documented command dealt its whole table to them.
/// </summary>
public sealed class ApprovalTests : IDisposable
{
    private readonly Region _region = new(hospitals: 4, members: 3);

    public void Dispose() => _region.Dispose();

    /// <summary>Strangers' session: their committee, and these hospitals as those who may contribute.</summary>
    private AggregationSession OpenByStrangers(PartyId[] hospitals)
    {
        PartyId[] strangers = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"stranger {i}")).Order()];
        AggregationTerms terms = _region.Terms() with
        {
            Hospitals = hospitals.Length == 0 ? strangers : hospitals,
            Committee = strangers,
        };
        foreach (PartyId stranger in strangers)
        {
            CommitteeMember.Register(_region.Board.As(stranger), stranger.ToString());
            CommitteeMember.RegisterKey(_region.Board.As(stranger), terms, new MemoryMemberState());
        }

        (AggregationSession? session, StepOutcome outcome) = Combiner.Open(_region.Board.As(strangers[0]), terms);
        Region.Done(outcome);
        return session!;
    }

    [Theory]
    [InlineData(false)] // as the attack had it: they name themselves
    [InlineData(true)] // they name the hospitals too
    public void A_hospital_deals_nothing_where_it_is_not_named_or_has_not_approved(bool named)
    {
        AggregationSession session = OpenByStrangers(named ? _region.Hospitals : []);
        var dealer = new Dealer(_region.Board.As(_region.Hospitals[0]), session.Sid.Span);
        if (!named)
        {
            Assert.Equal(StepStatus.Refused, dealer.Approve(session.Terms.Digest()).Status);
        }

        // the digest that its people were shown is that of the region's own terms
        StepOutcome approval = dealer.Approve(_region.Terms().Digest());
        Assert.Equal(StepStatus.Refused, approval.Status);
        StepOutcome outcome = dealer.DealCube(_region.Cubes[0]);
        Assert.Equal(StepStatus.Refused, outcome.Status);
        Assert.Contains(
            named ? "has not approved the terms" : "do not name this hospital",
            outcome.Reason,
            StringComparison.Ordinal
        );
        Assert.Empty(_region.Board.Find(BoardKinds.Dealing, session.Sid.Span));
        Assert.Empty(_region.Board.Find(BoardKinds.Approval, session.Terms.Digest()));
    }

    /// <summary>Software that deals all the same: its dealing is void, whoever made it.</summary>
    [Fact]
    public void A_Deal_before_its_approval_is_void()
    {
        _region.OpenWithoutApprovals();
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(3);
        _region.Post(3, deal, ciphertexts);
        _region.ApproveAll();
        Assert.Equal([(_region.Hospitals[3], FaultKind.NotApproved)], _region.View().Findings.Select(f => (f.Party, f.Kind)));
        _region.Post(3, deal, ciphertexts); // after it, the same dealing stands
        Assert.Contains(_region.View().Deals.Keys, d => d.Dealer == _region.Hospitals[3]);
    }

    /// <summary>One approval covers a model: every round under the same committee, hospitals, bounds, weights and number of
    /// rounds, and no other.</summary>
    [Fact]
    public void An_approval_of_a_round_stands_for_all_rounds_of_the_same_model()
    {
        PartyId[] parties = _region.Hospitals[..3];
        byte[] Digest(int round = 0, ulong norm = 1 << 20, int cap = 10, int rounds = 5, PartyId[]? committee = null) =>
            UpdatePolicy.Rules.ApprovalDigest(
                new RoundTerms(
                    new LearningModel("model", new byte[32]),
                    round,
                    8,
                    Quantiser.ForClip(1, 8),
                    norm,
                    cap,
                    new OpeningQuorum(parties, 2),
                    rounds
                ).ForSession("board.example.org", _region.Hospitals, committee ?? parties) with
                {
                    PlannedCutOffs = [round, round, round],
                }
            );
        byte[] first = Digest();
        Assert.Equal(first, Digest(round: 4));
        Assert.All(
            [Digest(norm: 1 << 21), Digest(cap: 11), Digest(rounds: 6), Digest(committee: _region.Hospitals[1..4])],
            other => Assert.NotEqual(first, other)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest(round: 5));
    }

    /// <summary>Attack A6: two hospitals under one name counted both, and a name with a character that shows nothing stood beside
    /// the one that it looks like.</summary>
    [Fact]
    public void A_name_belongs_to_the_key_that_registered_it_first()
    {
        PartyId x = Region.Id("x"),
            first = _region.Hospitals[0];
        MemoryBoard board = _region.Board.As(x);
        Assert.Throws<ArgumentException>(() => CommitteeMember.Register(board, "hospital 0"));
        foreach (
            string name in (string[])
                [
                    "hospital 0 ",
                    " hospital 0",
                    "hospital  0",
                    "hospital\u00A00",
                    "hospital 0\u200B",
                    "hospital\n0",
                    "",
                    "\uD800",
                    "\u202Ehospital",
                    "a\uFEFFb",
                    "\u2028",
                    "\u3000x",
                    "x\U000E0041",
                    new string('x', 101),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => CommitteeMember.Register(board, name));
            if (name != "\uD800") // which cannot even be written
            {
                Assert.False(Registration.TryDecode(new Registration(name).Encode(), out _, out _));
            }
        }

        // by other software: by the order of the log the second has no name, so that it takes no part
        board.Append(BoardKinds.Registration, PartyDirectory.Subject.Span, new Registration("hospital 0").Encode());
        PartyDirectory directory = PartyDirectory.Read(_region.Board);
        Assert.Null(directory.NameOf(x));
        Assert.Equal(first, directory.HolderOf("hospital 0"));

        // a key takes another name; both stay its own
        CommitteeMember.Register(_region.Board.As(first), "\u4E2D\u592E\u533B\u9662 \U0002070E");
        directory = PartyDirectory.Read(_region.Board);
        Assert.Equal("\u4E2D\u592E\u533B\u9662 \U0002070E", directory.NameOf(first));
        Assert.Throws<ArgumentException>(() => CommitteeMember.Register(board, "hospital 0"));

        // what looks alike is pointed out, and decides nothing
        CommitteeMember.Register(board, "H\u043Espital-1");
        directory = PartyDirectory.Read(_region.Board);
        Assert.Equal([_region.Hospitals[1]], directory.LookAlikes(x));
        Assert.Empty(directory.LookAlikes(_region.Hospitals[2]));
    }

    [Fact]
    public void A_committee_member_without_a_name_of_its_own_opens_nothing()
    {
        PartyId nameless = Region.Id("nameless");
        _region
            .Board.As(nameless)
            .Append(BoardKinds.Registration, PartyDirectory.Subject.Span, new Registration("hospital 1").Encode());
        PartyId[] committee = [.. _region.Members[..2].Append(nameless).Order()];
        AggregationTerms terms = _region.Terms() with { Committee = committee };
        Array.ForEach(committee, m => CommitteeMember.RegisterKey(_region.Board.As(m), terms, new MemoryMemberState()));
        StepOutcome outcome = Combiner.Open(_region.Board.As(committee[0]), terms).Outcome;
        Assert.Equal(
            (StepStatus.Refused, $"member {nameless} has not registered under a name of its own"),
            (outcome.Status, outcome.Reason)
        );
    }

    /// <summary>Attack A5: with a space behind it a name was another data set, past budget and past the rule against
    /// differences.</summary>
    [Fact]
    public void Names_of_data_sets_follow_the_same_table()
    {
        Assert.NotNull((_region.Terms() with { DataSet = "patients " }).Check());
        Assert.False(DataSetName.IsValid("patients\u200B"));
        Assert.Throws<ArgumentException>(() => new TablePublication(new byte[32], new byte[32], 1, "patients "));
        Assert.True(DataSetName.IsValid(""));
    }
}
