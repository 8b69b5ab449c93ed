using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

public class PlanProofTests
{
    private static readonly PlanCase Example = PlanCase.Of("plan-example")[0];
    private static readonly PlanProof Proof = Example.Prove();

    private static VerificationContext Within(VerificationLimits limits) => new() { Limits = limits };

    [Fact]
    public void The_example_is_proven_end_to_end()
    {
        Assert.Equal(VerificationResult.Accepted, Proof.Verify().Result);

        // of the women 1, 2 and 4 the first has two visits with an E11 code, and persons 2, 1 and 4, who they are, all consented
        Assert.Equal([1, 3], Proof.Answers[0].Values);
        byte[] bytes = Proof.Encode();
        Assert.True(PlanProof.TryDecode(bytes, out PlanProof? read, out string? reason), reason);
        Assert.Equal(bytes, read.Encode());
        Assert.Equal(VerificationResult.Accepted, read.Verify().Result);
    }

    [Fact]
    public void Every_proof_of_the_example_is_exported_for_the_reference()
    {
        IReadOnlyList<byte[]> files = [.. Proof.ExportReference().Values];
        Assert.Equal(1 + 3 + 3 + 1, files.Count);
        Assert.All(files, file => Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(file)));
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void Every_proof_of_the_example_is_accepted_by_the_reference()
    {
        Skip.If(Repository.Shared is null, "the folder shared, with the reference, is not beside the repository");
        Assert.True(PythonReference.Accepts([.. Proof.ExportReference().Values]));
    }

    public static TheoryData<string> FalsePlans() =>
        [
            .. Directory
                .GetFiles(Path.Combine(Repository.Vectors, "reference"), "plan-bad-*.json")
                .Select(f => Path.GetFileNameWithoutExtension(f)!)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Plans of which nobody can make a proof: they name what is not there.</summary>
    private static readonly string[] Unprovable =
    [
        "plan-bad-asked-beyond",
        "plan-bad-key-as-axis",
        "plan-bad-registrar-asked",
        "plan-bad-source-itself",
        "plan-bad-target-base",
        "plan-bad-weights-short",
    ];

    /// <summary>Each false plan is proven for real, by an owner who leaves the rules out: all its proofs verify, and it is a rule
    /// that refuses it.</summary>
    [Theory]
    [MemberData(nameof(FalsePlans))]
    public void A_false_plan_whose_proofs_all_verify_is_refused_by_its_rule(string name)
    {
        PlanCase[] cases = PlanCase.Of(name);
        Assert.All(cases, c => Assert.Equal(cases.Length > 1, PlanRules.Broken(c.Plan) is null));
        if (Unprovable.Contains(name))
        {
            Assert.ThrowsAny<Exception>(() => cases[0].Forge());
            return;
        }

        PlanProof[] proofs = [.. cases.Select(c => c.Forge())];

        // a base column of numbers as weights: there is no schema with one, so its proofs are about a column of categories
        string? fault = name switch
        {
            "plan-bad-weight-unbounded" => "the columns of a table are not those of the plan",
            // no root is of two owners; PlanClauseTests proves a table in two roles of one
            "plan-bad-one-root-two-roles" => "a table is not that of the plan",
            _ => null,
        };
        Assert.All(proofs, p => Assert.Equal(fault, p.VerifyProofs().Reason));
        string? broken = cases.Length > 1 ? PlanRules.Broken([.. cases.Select(c => c.Plan)]) : proofs[0].Verify().Reason;
        Assert.StartsWith("rule ", broken, StringComparison.Ordinal);
        if (cases.Length == 1)
        {
            Assert.Throws<ArgumentException>(() => cases[0].Prove());
        }
    }

    [Fact]
    public void Sums_and_segments_are_accepted_together_and_a_segment_alone_is_not()
    {
        PlanCase[] cases = PlanCase.Of("plan-sum-of-segments");
        Assert.Null(PlanRules.Broken([.. cases.Select(c => c.Plan)]));
        Assert.All(cases, c => Assert.Equal(VerificationResult.Accepted, c.Prove().VerifyProofs()));
        Assert.Equal(VerdictReason.RuleBroken, cases[0].Prove().Verify().Code);
    }

    [Fact]
    public void Another_context_plan_number_or_table_is_rejected()
    {
        PlanProof other = PlanCase.Of("plan-example")[0].Prove();
        PlanAnswer answer = Proof.Answers[0];
        PlanProof Changed(
            StatisticContext? context = null,
            Plan? plan = null,
            IReadOnlyDictionary<string, PlanTableParts>? tables = null,
            IReadOnlyList<PlanLinkProof>? links = null,
            IReadOnlyList<PlanAnswer>? answers = null,
            IReadOnlyDictionary<string, PlanCubesProof>? cubes = null
        ) =>
            new(
                context ?? Proof.Context,
                [
                    new PlanSegmentProof(
                        plan ?? Proof.Plan,
                        tables ?? Proof.Segments[0].Parts,
                        cubes ?? Proof.Segments[0].Cubes,
                        links ?? Proof.Segments[0].Links
                    ),
                ],
                answers ?? Proof.Answers
            );
        var renamed = new Plan
        {
            Tables = Proof.Plan.Tables,
            Steps = Proof.Plan.Steps,
            Cubes = Proof.Plan.Cubes,
            Asked = [new PlanQuestion(0, [Proof.Plan.Asked[0].Weights[1], Proof.Plan.Asked[0].Weights[0]])],
        };
        PlanTableParts visits = Proof.Segments[0].Parts["visits"];
        var mixed = new Dictionary<string, PlanTableParts>(Proof.Segments[0].Parts)
        {
            ["visits"] = new(visits.Base, TableCommitment.Derive(visits.Base, "[]"u8, [visits.Own.Columns[^1]])),
        };
        VerificationReport[] results =
        [
            Changed(context: new StatisticContext("another", "requester", "ledger.test/health")).Verify(),
            Changed(plan: renamed).Verify(),
            Changed(plan: renamed, answers: [new PlanAnswer([3, 1], answer.Proof)]).Verify(),
            Changed(answers: [new PlanAnswer([2, 3], answer.Proof)]).Verify(),
            Changed(answers: [new PlanAnswer([1], answer.Proof)]).Verify(),
            Changed(answers: []).Verify(),
            Changed(links: [.. Proof.Segments[0].Links.Skip(1)]).Verify(),
            Changed(links: [.. Proof.Segments[0].Links.Reverse()]).Verify(),
            Changed(links: other.Segments[0].Links).Verify(),
            Changed(cubes: other.Segments[0].Cubes).Verify(),
            Changed(tables: other.Segments[0].Parts).Verify(),
            Changed(tables: mixed).Verify(),
        ];
        Assert.All(results, r => Assert.Equal(VerificationVerdict.Rejected, r.Result.Verdict));
    }

    [Fact]
    public void Work_beyond_the_limits_is_refused_before_it_is_done()
    {
        VerificationResult result = Proof.Verify(Within(new VerificationLimits { MaxWork = 100_000 })).Result;
        Assert.Equal(VerificationVerdict.LimitExceeded, result.Verdict);
        Assert.Equal(VerdictReason.LimitExceeded, result.Code);
        Assert.Contains("cells", Proof.Verify(Within(new VerificationLimits { MaxCells = 8 })).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_outside_its_domain_is_no_total()
    {
        // five visits of one patient, where the plan says below four
        PlanCase c = PlanCase.Of("plan-example")[0];
        var plan = new Plan
        {
            Tables = c.Plan.Tables,
            Cubes = c.Plan.Cubes,
            Asked = c.Plan.Asked,
            Steps = [.. c.Plan.Steps.Select(s => s is TotalStep { Weight: 3 } total ? total with { Weight = null } : s)],
        };
        Assert.Null(PlanRules.Broken(plan));
        PlanProof proof = PlanProof.Prove(plan, c.Tables, PlanCase.Context, new DisclosureGuard(0));
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        var narrow = new Dictionary<string, PlanTable>(plan.Tables);
        PlanTable patients = narrow["patients"];
        narrow["patients"] = patients with { Derived = [patients.Derived[0] with { Domain = 3 }, .. patients.Derived.Skip(1)] };
        MapStep map = plan.Steps.OfType<MapStep>().Last();
        var less = new Plan
        {
            Tables = narrow,
            Cubes = plan.Cubes,
            Asked = plan.Asked,
            Steps = [.. plan.Steps.Select(s => s == map ? map with { Tuples = [.. map.Tuples.Where(t => t[1] < 3)] } : s)],
        };
        Assert.Null(PlanRules.Broken(less));
        Assert.Throws<ArgumentException>(() => PlanProof.Prove(less, c.Tables, PlanCase.Context, new DisclosureGuard(0)));
    }

    [Fact]
    public void Tables_are_the_newest_of_their_data_sets_on_the_ledger()
    {
        string registrar = Proof.Plan.Tables["consents"].Owner;
        VerificationResult Verify(Publications publications, params string[] trusted) =>
            Proof
                .Verify(
                    new VerificationContext
                    {
                        Publications = publications,
                        Registrars = [.. trusted.Select(t => (ReadOnlyMemory<byte>)Convert.FromHexString(t))],
                    }
                )
                .Result;
        Assert.Equal(VerificationResult.Accepted, Verify(new Publications(), registrar));
        Assert.Equal("rule 1: the registrar of 'consents' is not one that the reader trusts", Verify(new Publications()).Reason);
        Assert.Equal(
            "rule 1: entry 9 is a newer version of the data set 'patients'",
            Verify(new Publications { Superseded = "patients" }, registrar).Reason
        );
        Assert.Equal(
            "rule 1: the table of 'visits' is not on the ledger, published by its owner",
            Verify(new Publications { Missing = "visits" }, registrar).Reason
        );
        Assert.StartsWith(
            "rule 1: the table of 'visits' is a version of the data set 'other'",
            Verify(new Publications { Renamed = "visits" }, registrar).Reason,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "rule 1: expected the whole ledger",
            Verify(new Publications { IsComplete = false }, registrar).Reason,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "it was made for another ledger",
            Verify(new Publications { Origin = "elsewhere" }, registrar).Reason,
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// Some bytes of a schema stand for a million labels, and many columns of it for more than there is memory: labels are made
    /// as many as the plan has. Before, they were made of every column before any limit.
    /// </summary>
    [Fact]
    public void A_schema_of_a_million_labels_a_column_is_compared_without_making_them()
    {
        var schema = new TableSchema("wide", [.. Enumerable.Range(0, 200).Select(i => new NumberColumn($"c{i}", 0, 1_000_000))]);
        PlanTable plan = Proof.Plan.Tables["visits"] with
        {
            Columns =
            [
                .. schema.Columns.Select(c => new PlanColumn(
                    c.Name,
                    PlanColumnKind.Coded,
                    c.Domain,
                    c.Domain == 2 ? ["row"] : []
                )),
            ],
        };
        TableCommitment table = TableCommitment.Of(
            Convert.FromHexString(plan.Owner),
            schema.Encode(),
            plan.Rows,
            schema.Columns.Skip(1).Select(_ => ColumnCommitment.FromDigest(new byte[32]))
        );
        plan = plan with { Root = Convert.ToHexStringLower(table.Root.Span) };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("the columns of a table are not those of the plan", PlanTables.Mismatch(plan, table));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    /// <summary>A file may declare 2^30 rows: the root of such a table takes sums of 2^16 generators, and is looked at after the
    /// limits.</summary>
    [Fact]
    public void Limits_are_looked_at_before_roots()
    {
        PlanTableParts visits = Proof.Segments[0].Parts["visits"];
        TableCommitment large = TableCommitment.Of(
            visits.Base.Owner.Span,
            visits.Base.Schema.Span,
            1 << 30,
            visits.Base.Columns.Skip(1).Select(_ => ColumnCommitment.FromPoints(new byte[32 << 14]))
        );
        TableCommitment own = TableCommitment.Derive(
            large,
            visits.Own.Schema.Span,
            [ColumnCommitment.FromPoints(new byte[32 << 14])]
        );
        var tables = new Dictionary<string, PlanTableParts>(Proof.Segments[0].Parts) { ["visits"] = new(large, own) };
        var proof = new PlanProof(Proof.Context, [Proof.Segments[0] with { Parts = tables }], Proof.Answers);
        Assert.Contains(
            "the limit is",
            proof.Verify(Within(new VerificationLimits { MaxWork = 500_000_000 })).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_plan_has_few_parts()
    {
        var many = new Plan
        {
            Tables = Proof.Plan.Tables,
            Steps = Proof.Plan.Steps,
            Cubes = [.. Enumerable.Repeat(Proof.Plan.Cubes[0], 257)],
            Asked = Proof.Plan.Asked,
        };
        Assert.False(Plan.TryDecode(many.Encode(), out _, out string? reason));
        Assert.Contains("at most 256", reason, StringComparison.Ordinal);
    }

    /// <summary>A ledger on which the tables of the example stand, under the names of their roles.</summary>
    private sealed class Publications : IPublications
    {
        public string Origin { get; init; } = PlanCase.Context.LedgerOrigin;

        public bool IsComplete { get; init; } = true;

        public string? Missing { get; init; }

        public string? Renamed { get; init; }

        public string? Superseded { get; init; }

        public VerificationResult FindVersion(DataSetVersion version, out PublishedEntry? publication)
        {
            string role = Proof.Segments[0].Parts.First(t => t.Value.Base == version.Segments[0]).Key;
            publication =
                role == Missing
                    ? null
                    : new PublishedEntry(1, "key", role == Renamed ? "other" : role, role == Superseded ? 9 : null);
            return role == Missing ? VerificationResult.Rejected("nothing") : VerificationResult.Accepted;
        }

        public long? FindRelease(DataSetVersion version, ReadOnlyMemory<byte> file) => null;

        public VerificationResult VerifyNoise(NoisyRelease release, out bool coinsChecked) => throw new NotSupportedException();

        public VerificationResult FindRegistry(
            ReadOnlyMemory<byte> digest,
            out PublishedEntry? publication,
            out KeyRegistry? registry
        ) => throw new NotSupportedException();
    }
}
