using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables.Derived;

/// <summary>Provers of false links: the honest one notices, and what a dishonest one makes is rejected.</summary>
public class LinkCheatingTests
{
    private const string System = "the link proof does not hold",
        Entities = "the entities' part of the link proof does not hold";

    private static int Named(uint[] keys) => Array.FindIndex(keys, k => k > 0);

    private static readonly Dictionary<string, (bool Total, SpoilLink Spoil)> Spoils = new()
    {
        ["one visit more"] = (true, (_, _, _, _, totals) => totals[0]++),
        ["a visit moved to another patient"] = (
            true,
            (_, _, _, _, totals) => (totals[0], totals[1]) = (totals[0] - 1, totals[1] + 1)
        ),
        ["a value that is not the patient's"] = (false, (keys, _, joined, _, _) => joined[Named(keys)]++),
        ["a value of nobody"] = (false, (keys, _, joined, _, _) => joined[Array.IndexOf(keys, 0u)] = 1),
        ["a key beyond the patients, in a join"] = (false, (keys, _, _, _, _) => keys[Named(keys)] = 1 << 20),
        ["a key beyond the patients, in a total"] = (
            true,
            (keys, weights, _, _, totals) =>
            {
                int i = Enumerable.Range(0, keys.Length).First(i => keys[i] > 0 && weights[i] > 0);
                totals[keys[i] - 1] -= weights[i];
                keys[i] = 1 << 20;
            }
        ),
    };

    public static TheoryData<string> Names() => [.. Spoils.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_false_link_is_noticed_and_rejected(string name)
    {
        (bool total, SpoilLink spoil) = Spoils[name];
        ArgumentException e = Assert.Throws<ArgumentException>(() => new LinkCase(20, 5, total, total, seed: 3, spoil));
        Assert.DoesNotContain("1048576", e.Message, StringComparison.Ordinal);
        foreach (
            var forge in (LinkForgery[])
                [new(), new() { LateNone = true }, new() { HoldsClaim = true }, new() { LateNone = true, HoldsClaim = true }]
        )
        {
            var c = new LinkCase(20, 5, total, total, seed: 3, spoil, forge);
            Assert.False(c.Verify().IsAccepted);
        }
    }

    [Fact]
    public void A_key_into_the_padding_is_noticed() =>
        Assert.Throws<ArgumentException>(() =>
            new LinkCase(
                20,
                5,
                false,
                false,
                seed: 3,
                (keys, _, joined, _, _) => (keys[Named(keys)], joined[Named(keys)]) = (6, 0)
            )
        );

    /// <summary>The trees have the true sums and the held value is what the system demands: that the column holds something else
    /// is up to the linear proof alone.</summary>
    [Fact]
    public void A_forged_held_value_is_rejected_by_the_linear_proof_of_the_entities()
    {
        uint[] truth = [];
        SpoilLink spoil = (_, _, _, _, totals) =>
        {
            truth = [.. totals];
            totals[2] += 3;
        };
        var forge = new LinkForgery
        {
            HoldsClaim = true,
            ChangeSums = sums => ([.. truth, .. new uint[sums.Length - truth.Length]], NobodySum(20, 5, 3)),
        };
        Assert.Equal(Entities, new LinkCase(20, 5, true, true, seed: 3, spoil, forge).Verify().Reason);
        Assert.Equal(
            System,
            new LinkCase(20, 5, true, true, seed: 3, spoil, new LinkForgery { ChangeSums = forge.ChangeSums }).Verify().Reason
        );
    }

    /// <summary>Visits that name patients are passed off as visits that name nobody.</summary>
    [Fact]
    public void Named_visits_cannot_be_counted_as_nobodys()
    {
        var forge = new LinkForgery { ChangeSums = sums => (new uint[sums.Length], Scalar.FromUInt64(32)) };
        Assert.Equal(System, new LinkCase(20, 5, false, false, seed: 3, null, forge).Verify().Reason);
    }

    [Fact]
    public void A_sum_over_nobody_that_is_chosen_after_alpha_is_rejected()
    {
        // one visit more in a total, and m0 as it would have to be: the product m0·qa·qb binds it to the first message
        var late = new LinkForgery { LateNone = true, HoldsClaim = true };
        Assert.Equal(System, new LinkCase(20, 5, true, true, seed: 3, (_, _, _, _, totals) => totals[0]++, late).Verify().Reason);

        // and a difference hidden on its generator in a later message, as without the powers of chi it could be
        RistrettoPoint g = GeneratorFamily.Message.First(1)[0];
        Scalar seven = Scalar.FromUInt64(7);
        var moved = new LinkForgery
        {
            TamperMessage = (k, p) =>
                k == 0 ? p - seven * g
                : k == 1 ? p + seven * g
                : p,
        };
        Assert.Equal(System, new LinkCase(20, 5, true, true, seed: 3, null, moved).Verify().Reason);
        Assert.True(new LinkCase(20, 5, true, true, seed: 3, null, new LinkForgery()).Verify().IsAccepted);
    }

    /// <summary>Five patients are declared, and visits name a sixth: without the proof of padding his total would be
    /// right.</summary>
    [Fact]
    public void A_total_in_the_padding_is_rejected()
    {
        using TableSecret a = TableSecret.Create(),
            b = TableSecret.Create();
        using TableOpening visits = TableOpening.Commit([new uint[] { 1, 6, 6, 2 }], 4, CubeCase.Owner, "visits"u8, a);
        ReadOnlyMemory<uint> totals = new uint[] { 1, 1, 0, 0, 0, 2 };
        using TableOpening six = TableOpening.Commit([totals], 6, CubeCase.Owner, "patients"u8, b);
        var five = new TableCommitment(CubeCase.Owner, "patients"u8, 5, six.Commitment.Columns);
        using TableOpening ghost = TableOpening.Opened(five, [totals], [six.Blindings(0).ToArray()]);
        Link link = Link.Totals(0, null, 0);
        Assert.Throws<ArgumentException>(() => LinkProof.Prove(new Transcript("test"u8), visits, ghost, link));
        (byte[] sums, byte[] proof) = LinkProof.Prove(
            new Transcript("test"u8),
            visits,
            ghost,
            link,
            1,
            new LinkForgery { ChangeSums = _ => ([1, 1, 0, 0, 0, 2, 0, 0], Scalar.Zero) }
        );
        Assert.Equal(
            "a row beyond the declared ones is not empty",
            LinkProof.Verify(new Transcript("test"u8), visits.Commitment, five, link, sums, proof).Reason
        );
    }

    /// <summary>An event of weight 0 binds neither its key nor a value, and weights that add up to 0 do not either: so a join
    /// takes none.</summary>
    [Fact]
    public void A_join_with_weights_that_cancel_is_no_link()
    {
        Assert.False(Link.TryCreate(0, [(2, 0)], 1, null, out _, out string? reason));
        Assert.Equal("a link is either a join, of pairs alone, or a total", reason);
        var c = new LinkCase(
            20,
            5,
            true,
            true,
            seed: 3,
            (keys, weights, _, _, totals) =>
            {
                int i = Named(keys);
                totals[keys[i] - 1] -= weights[i];
                (weights[i], keys[i]) = (0, 1 << 20);
            }
        );
        Assert.True(c.Verify().IsAccepted);
    }

    /// <summary>A virtual machine that is started twice from one snapshot repeats its system seed.</summary>
    [Fact]
    public void With_a_repeated_seed_two_links_share_no_randomness()
    {
        var c = new LinkCase(20, 5, false, true, seed: 3);
        Scalar First(string label, Link link)
        {
            LinkWitness witness = LinkWitness.Create(c.Events, c.Entities, link, new LinkForgery());
            using TranscriptRng rng = witness
                .Randomness(new Transcript(global::System.Text.Encoding.ASCII.GetBytes(label)))
                .Complete(new byte[32]);
            return rng.NextScalar();
        }

        Scalar[] all =
        [
            First("a", c.Link),
            First("b", c.Link),
            First("a", Link.Totals(0, 1, 1)),
            First("a", Link.Join(0, (2, 0))),
        ];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], First("a", c.Link));
    }

    [Fact]
    public void Hidden_sums_and_derived_columns_are_blinded_anew_each_time()
    {
        LinkCase first = new(20, 5, false, false, seed: 3),
            again = new(20, 5, false, false, seed: 3);
        Assert.NotEqual(first.Sums, again.Sums);
        Assert.NotEqual(first.Events.Commitment.Columns[2].Digest.ToArray(), again.Events.Commitment.Columns[2].Digest.ToArray());
    }

    /// <summary>A virtual machine that is started twice from one snapshot: were the secret the system's alone, equal groupings of
    /// two questions would be seen to be equal.</summary>
    [Fact]
    public void With_a_repeated_seed_two_questions_share_no_secret()
    {
        var c = new LinkCase(20, 5, false, true, seed: 3);
        Scalar First(TableOpening table, string schema, string question)
        {
            byte[] Bytes(string text) => global::System.Text.Encoding.ASCII.GetBytes(text);
            using TranscriptRng rng = table.DerivedRandomness(Bytes(schema), Bytes(question)).Complete(new byte[32]);
            return rng.NextScalar();
        }

        Scalar[] all =
        [
            First(c.Events, "a", "q"),
            First(c.Events, "b", "q"),
            First(c.Events, "a", "r"),
            First(c.Entities, "a", "q"),
        ];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], First(c.Events, "a", "q"));
    }

    private static Scalar NobodySum(int visits, int patients, int seed)
    {
        var random = new Random(seed);
        uint[] keys = [.. Enumerable.Range(0, visits).Select(_ => (uint)random.Next(patients + 1))],
            weights = [.. Enumerable.Range(0, visits).Select(_ => (uint)random.Next(4))];
        return Scalar.FromUInt64((ulong)keys.Zip(weights).Where(e => e.First == 0).Sum(e => e.Second));
    }
}
