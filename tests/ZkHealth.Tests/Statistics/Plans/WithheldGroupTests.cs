using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>HAVING count(*) >= 10: twelve women are shown, five men are not and are proven to be fewer than ten.</summary>
public sealed class WithheldGroupTests : IDisposable
{
    private const int Women = 12,
        Men = 5,
        Ill = 11;

    private readonly TableOpening _table;
    private readonly Plan _plan;

    public WithheldGroupTests()
    {
        var schema = new TableSchema(
            "patients",
            [
                new CategoryColumn("sex", [new Category("f", "f"), new Category("m", "m")]),
                new CategoryColumn("ill", [new Category("yes", "yes")]),
            ]
        );
        uint[] sex = [.. Enumerable.Repeat(1u, Women), .. Enumerable.Repeat(2u, Men), 0, 0, 0];
        uint[] ill = [.. Enumerable.Repeat(1u, Ill), .. new uint[sex.Length - Ill]];
        using var secret = TableSecret.Create();
        _table = TableOpening.Commit(new CodedTable(schema, [sex, ill]), new byte[32], secret);
        var builder = new PlanBuilder().AddTable("patients", _table.Commitment, "patients");
        _plan = builder
            .Ask(
                "patients",
                ["sex", "ill"],
                new PlanGroups(2, 10),
                [c => c[0] == 1 ? 1 : 0, c => c is [1, 1] ? 1 : 0, c => c[0] == 2 ? 1 : 0, c => c is [2, 1] ? 1 : 0]
            )
            .Build();
    }

    public void Dispose() => _table.Dispose();

    private Dictionary<string, TableOpening> Tables => new() { ["patients"] = _table };

    /// <summary>A prover who withholds and shows what he likes.</summary>
    private PlanProof Forge(params int[] withheld)
    {
        var evaluator = new PlanEvaluator(_plan, Tables);
        evaluator.Run();
        return PlanProof.Prove([evaluator], PlanCase.Context, forged: true, withheld: withheld);
    }

    [Fact]
    public void A_small_group_is_proven_to_be_small_and_its_numbers_stay_hidden()
    {
        PlanProof proof = PlanProof.Prove(_plan, Tables, PlanCase.Context, new DisclosureGuard(0));
        Assert.Equal([Women, Ill], proof.Numbers[0]);
        Assert.Equal([1], proof.Answers[0].Withheld);
        Assert.True(PlanProof.TryDecode(proof.Encode(), out PlanProof? read, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, read.Verify().Result);
    }

    /// <summary>What is to be withheld is decided by the plan, and not by whoever would rather not show it.</summary>
    [Fact]
    public void A_large_group_cannot_be_withheld() =>
        Assert.Equal(VerificationVerdict.Rejected, Forge(0, 1).Verify().Result.Verdict);

    [Fact]
    public void A_small_group_cannot_be_shown() => Assert.Equal(VerdictReason.StatementInvalid, Forge().Verify().Code);

    [Fact]
    public void Groups_cannot_be_exchanged_or_left_out()
    {
        PlanProof proof = PlanProof.Prove(_plan, Tables, PlanCase.Context, new DisclosureGuard(0));
        PlanAnswer answer = proof.Answers[0];
        PlanAnswer[] others =
        [
            answer with
            {
                Withheld = [0],
            },
            answer with
            {
                Withheld = [],
            },
            answer with
            {
                Withheld = [1, 1],
            },
            answer with
            {
                Withheld = [2],
            },
            answer with
            {
                Bounds = ReadOnlyMemory<byte>.Empty,
            },
            answer with
            {
                Values = [Women + 1, Ill],
            },
        ];
        Assert.All(
            others,
            other =>
                Assert.Equal(
                    VerificationVerdict.Rejected,
                    new PlanProof(proof.Context, proof.Segments, [other]).Verify().Result.Verdict
                )
        );
    }

    /// <summary>
    /// Of a data set in segments a group is small by the rows of all of them. Five men in one segment and some in another: a
    /// prover who withholds ten because each segment has fewer, or shows nine, is rejected.
    /// </summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Groups_are_small_by_the_rows_of_all_segments(int moreMen)
    {
        Assert.True(TableSchema.TryDecode(_table.Commitment.Schema, out TableSchema? schema, out _));
        uint[] sex = [.. Enumerable.Repeat(2u, moreMen), .. Enumerable.Repeat(1u, 20 - moreMen)];
        using var secret = TableSecret.Create();
        using TableOpening more = TableOpening.Commit(
            new CodedTable(new TableSchema(schema.Name, [.. schema.Columns.Skip(1)]), [sex, new uint[20]]),
            new byte[32],
            secret
        );
        IReadOnlyDictionary<string, TableOpening>[] segments =
        [
            Tables,
            new Dictionary<string, TableOpening> { ["patients"] = more },
        ];
        PlanProof honest = PlanProof.Prove(_plan, null, segments, PlanCase.Context, new DisclosureGuard(0), 1);
        int[] withheld = moreMen < 5 ? [1] : [];
        Assert.Equal(withheld, honest.Answers[0].Withheld);
        Assert.True(PlanProof.TryDecode(honest.Encode(), out PlanProof? read, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, read.Verify().Result);

        PlanEvaluator[] evaluators =
        [
            .. PlanProof.PlansOf(_plan, segments).Zip(segments, (own, tables) => new PlanEvaluator(own, tables)),
        ];
        Array.ForEach(evaluators, e => e.Run());
        int[] others = moreMen < 5 ? [] : [1];
        Assert.Equal(
            VerificationVerdict.Rejected,
            PlanProof.Prove(evaluators, PlanCase.Context, forged: true, withheld: others).Verify().Result.Verdict
        );
    }

    /// <summary>The guard looks at the groups together: one woman less than ten is left where eleven of twelve are
    /// shown.</summary>
    [Fact]
    public void The_guard_refuses_what_follows_from_groups_that_are_shown()
    {
        DisclosureException refused = Assert.Throws<DisclosureException>(() => PlanProof.Prove(_plan, Tables, PlanCase.Context));
        Assert.Contains("a count of 1 to 9 rows follows from", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_count_of_a_group_and_its_bound_are_rules()
    {
        Plan With(PlanGroups groups, long weight = 1) =>
            new()
            {
                Tables = _plan.Tables,
                Cubes = _plan.Cubes,
                Asked =
                [
                    new PlanQuestion(
                        0,
                        [
                            [0, 0, weight, 0, 0, 0],
                            [0, 0, 1, 0, 0, 0],
                            [0, 0, 0, 0, 0, 1],
                            [0, 0, 0, 0, 1, 0],
                        ]
                    )
                    {
                        Groups = groups,
                    },
                ],
            };
        Assert.Null(PlanRules.Broken(With(new PlanGroups(2, 10))));
        Assert.StartsWith("rule 8", PlanRules.Broken(With(new PlanGroups(3, 10))), StringComparison.Ordinal);
        Assert.StartsWith("rule 8", PlanRules.Broken(With(new PlanGroups(2, 0))), StringComparison.Ordinal);
        Assert.StartsWith("rule 8", PlanRules.Broken(With(new PlanGroups(2, 10), -1)), StringComparison.Ordinal);
        Assert.True(Plan.TryDecode(With(new PlanGroups(2, 10)).Encode(), out Plan? read, out string? reason), reason);
        Assert.Equal(With(new PlanGroups(2, 10)).Digest(), read.Digest());
    }
}
