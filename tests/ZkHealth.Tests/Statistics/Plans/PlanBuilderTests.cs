using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

public class PlanBuilderTests
{
    private static readonly PlanCase Example = PlanCase.Of("plan-example")[0];

    private static PlanBuilder Tables() =>
        new PlanBuilder()
            .AddTable("visits", Example.Tables["visits"].Commitment, "visits")
            .AddTable("patients", Example.Tables["patients"].Commitment, "patients")
            .AddRegistrar(
                "consents",
                Example.Tables["consents"].Commitment,
                "consents",
                Example.Tables["visits"].Commitment.Owner
            );

    /// <summary>The example of the reference, with names in the place of numbers; the order of the steps of a join to a registrar
    /// is the builder's.</summary>
    [Fact]
    public void The_example_is_built_and_proven_by_names()
    {
        Plan plan = Tables()
            .MapToNumber("visits", "is diabetes", 1, ["code"], codes => codes[0] >= 2 ? 1u : 0)
            .Total("patients", "diabetes visits", 3, "visits", "patient", "is diabetes")
            .MapToCategories(
                "patients",
                "case",
                ["no", "yes"],
                [PlanBuilder.RowColumn, "diabetes visits"],
                codes =>
                    codes[0] == 0 ? 0
                    : codes[1] >= 2 ? 2u
                    : 1
            )
            .Join("patients", "person", "consents", "", "research")
            .Ask(
                "patients",
                ["sex", "case", "research"],
                c => c is [1, 2, 1] ? 1 : 0,
                c => c[0] == 1 && c[1] > 0 && c[2] == 1 ? 1 : 0
            )
            .Build();
        PlanProof proof = PlanProof.Prove(plan, Example.Tables, PlanCase.Context, new DisclosureGuard(0));
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        Assert.Equal([1, 3], proof.Numbers[0]);
        Assert.Equal(Example.Plan.Steps.Count, plan.Steps.Count);
        Assert.Equal(Example.Plan.Asked[0].Weights, plan.Asked[0].Weights);
        Assert.True(Plan.TryDecode(plan.Encode(), out Plan? again, out _));
        Assert.Equal(plan.Digest(), again.Digest());
    }

    /// <summary>A rule for a column of one table holds for what is derived of it in another: through a map, a total and a join
    /// along a key; the plan names none of these columns in what it asks.</summary>
    [Fact]
    public void What_a_plan_derives_is_made_of_committed_columns()
    {
        Plan plan = Tables()
            .MapToNumber("visits", "is diabetes", 1, ["code"], codes => codes[0] >= 2 ? 1u : 0)
            .Total("patients", "diabetes visits", 3, "visits", "patient", "is diabetes")
            .Join("patients", "person", "consents", "", "research")
            .Ask(
                "patients",
                ["sex", "diabetes visits", "research"],
                c => c is [1, >= 2, 1] ? 1 : 0,
                c => c[0] == 1 ? (long)c[1] : 0
            )
            .Build();
        var use = new PlanUse(plan).Of([Example.Tables]);
        Assert.Equal(3, use.Count);
        ColumnUse Of(string role) =>
            use.Single(u => u.Version.Root.Span.SequenceEqual(Example.Tables[role].Commitment.Root.Span)).Use;
        Assert.Equal(["code", "patient"], Of("visits").Columns.Order(StringComparer.Ordinal));
        Assert.Contains("research", Of("consents").Columns);
        Assert.Equal(["person", "sex"], Of("patients").Columns.Order(StringComparer.Ordinal));

        // the count is a group by columns of all three; of the sum the number of rows is not shown
        PlanProof proof = PlanProof.Prove(plan, Example.Tables, PlanCase.Context, new DisclosureGuard(0));
        foreach ((DataSetVersion version, ColumnUse before) in use)
        {
            ColumnUse after = proof.UseOf(version);
            Assert.Equal(before.Columns, after.Columns);
            Assert.Equal(before.Groups.Select(g => g.Count), after.Groups.Select(g => g.Count));
        }

        Assert.Equal([proof.Numbers[0][0], null], Of("visits").Groups.Select(g => g.Count));
        Assert.Equal(["code", "patient"], Of("visits").Groups[0].Columns.Order(StringComparer.Ordinal));
    }

    /// <summary>Visits of each patient, counted over the rows: the cube that bounds the total is there though nobody asked for
    /// it.</summary>
    [Fact]
    public void A_total_that_stands_nowhere_is_bounded_by_a_cube_of_its_own()
    {
        Plan plan = Tables()
            .Total("patients", "visits", 9, "visits", "patient")
            .Ask("patients", ["sex"], c => c[0] == 2 ? 1 : 0)
            .Build();
        Assert.Contains(plan.Cubes, c => c.Table == "patients" && c.Columns is [3]);
        Assert.Equal([2], PlanProof.Prove(plan, Example.Tables, PlanCase.Context, new DisclosureGuard(0)).Numbers[0]);
    }

    /// <summary>Rows without a value are told from padding by the public column, as the third rule wants them shown.</summary>
    [Fact]
    public void Rows_without_a_value_are_counted_beside_the_public_column()
    {
        Plan plan = Tables()
            .Join("patients", "person", "consents", "", "research")
            .Ask("patients", [PlanBuilder.RowColumn, "research"], c => c[1] == 0 ? 1 : 0, c => 1)
            .Build();
        PlanProof proof = PlanProof.Prove(plan, Example.Tables, PlanCase.Context, new DisclosureGuard(0));
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        Assert.Equal([1, 5], proof.Numbers[0]);
    }

    [Fact]
    public void What_is_not_there_is_named_with_what_is()
    {
        Assert.Contains(
            "it has 'row', 'sex', 'person'",
            Assert.Throws<ArgumentException>(() => Tables().Ask("patients", ["age"], _ => 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no table 'people'",
            Assert.Throws<ArgumentException>(() => Tables().Ask("people", ["sex"], _ => 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "already",
            Assert.Throws<ArgumentException>(() => Tables().MapToNumber("patients", "sex", 1, ["sex"], _ => 0)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "2^20",
            Assert.Throws<ArgumentException>(() => Tables().Ask("visits", ["patient"], _ => 1)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "rule 8",
            Assert.Throws<InvalidOperationException>(() => Tables().Build()).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "rule 3",
            Assert
                .Throws<InvalidOperationException>(() =>
                    Tables().MapToCategories("patients", "x", ["a"], ["sex"], _ => 0).Ask("patients", ["x"], _ => 1).Build()
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "rule 1",
            Assert.Throws<InvalidOperationException>(() => Tables().Ask("consents", ["research"], _ => 1).Build()).Message,
            StringComparison.Ordinal
        );
    }
}
