using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>Answers of hospitals are added up, cubes of segments within each; none is left out, and none counts
/// twice.</summary>
public class PlanSumTests
{
    private static readonly PlanCase[][] Hospitals =
    [
        .. PlanCase
            .Of("plan-sum-of-segments")
            .GroupBy(c => c.Plan.Tables.Values.First(t => t.For is null).Owner)
            .Select(h => h.ToArray()),
    ];

    private static readonly PlanProof[] Proofs = [.. Hospitals.Select(Prove)];

    private static PlanProof Prove(PlanCase[] segments) =>
        PlanProof.Prove(segments[0].Plan, null, [.. segments.Select(s => s.Tables)], PlanCase.Context, new DisclosureGuard(0), 1);

    /// <summary>The plans of further segments follow from that of the first as the reference has them.</summary>
    [Fact]
    public void The_plans_of_segments_are_those_of_the_reference()
    {
        Assert.Equal(3, Proofs[0].Segments.Count);
        foreach ((PlanProof proof, PlanCase[] segments) in Proofs.Zip(Hospitals))
        {
            Assert.Equal(
                segments.Select(s => Convert.ToHexString(s.Plan.Digest())),
                proof.Segments.Select(s => Convert.ToHexString(s.Plan.Digest()))
            );
        }
    }

    /// <summary>The cubes of segments are added up before anything is opened: the file has no numbers of a segment.</summary>
    [Fact]
    public void The_numbers_are_those_of_all_segments_together()
    {
        PlanProof all = Proofs[0];
        long[][] apart =
        [
            .. Hospitals[0].Select(s => PlanProof.Prove([Evaluated(s)], PlanCase.Context, false).Numbers[0].ToArray()),
        ];
        Assert.Equal(all.Numbers[0], apart[0].Select((_, j) => apart.Sum(n => n[j])));
        Assert.True(PlanProof.TryDecode(all.Encode(), out PlanProof? read, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, read.Verify().Result);
    }

    private static PlanEvaluator Evaluated(PlanCase segment)
    {
        var evaluator = new PlanEvaluator(segment.Plan, segment.Tables);
        evaluator.Run();
        return evaluator;
    }

    [Fact]
    public void All_hospitals_add_up_in_one_batch()
    {
        var sum = new PlanSum(Proofs);
        Assert.Equal(VerificationResult.Accepted, sum.Verify().Result);
        Assert.Equal(VerificationResult.Accepted, new PlanSum([.. Proofs.Reverse()]).Verify().Result);
        for (int j = 0; j < sum.Numbers[0].Count; j++)
        {
            Assert.Equal(Proofs.Sum(p => p.Numbers[0][j]), sum.Numbers[0][j]);
        }
    }

    [Fact]
    public void A_segment_left_out_or_counted_twice_is_rejected()
    {
        void Refused(VerificationReport report)
        {
            Assert.StartsWith("rule 6", report.Result.Reason, StringComparison.Ordinal);
            Assert.Equal(VerdictReason.RuleBroken, report.Code);
        }

        PlanProof all = Proofs[0];
        Refused(new PlanProof(all.Context, [.. all.Segments.SkipLast(1)], all.Answers).Verify());
        Refused(new PlanProof(all.Context, [all.Segments[0]], all.Answers).Verify());
        Refused(new PlanSum([.. Proofs, Proofs[0]]).Verify());

        // one of three twice: no version of a data set has a table twice
        Assert.Throws<ArgumentException>(() =>
            new PlanProof(all.Context, [all.Segments[0], all.Segments[1], all.Segments[1]], all.Answers)
        );
        Assert.Throws<ArgumentException>(() => new PlanSum([]));
    }

    [Fact]
    public void The_proof_at_fault_is_named()
    {
        PlanProof With(PlanProof p, StatisticContext? context = null, IReadOnlyList<PlanAnswer>? answers = null) =>
            new(context ?? p.Context, p.Segments, answers ?? p.Answers);
        PlanProof last = Proofs[^1];
        PlanAnswer answer = last.Answers[0];
        PlanProof wrong = With(last, answers: [answer with { Values = [answer.Values[0] + 1, .. answer.Values.Skip(1)] }]);
        string? reason = new PlanSum([.. Proofs[..^1], wrong]).Verify().Result.Reason;
        Assert.StartsWith($"proof {Proofs.Length - 1}: ", reason, StringComparison.Ordinal);
        PlanProof other = With(last, PlanCase.Context with { Purpose = "another" });
        Assert.Equal(
            "the proofs were made for different purposes, requesters or ledgers",
            new PlanSum([.. Proofs[..^1], other]).Verify().Result.Reason
        );
        VerificationResult limited = new PlanSum(Proofs)
            .Verify(new VerificationContext { Limits = new VerificationLimits { MaxWork = 1 } })
            .Result;
        Assert.Equal(VerificationVerdict.LimitExceeded, limited.Verdict);
    }

    /// <summary>The ledger's entry binds all segments: who proves fewer than were published, and says that there are no more, is
    /// rejected.</summary>
    [Fact]
    public void The_ledger_has_just_these_segments()
    {
        ReadOnlyMemory<byte>[] registrars =
        [
            .. Proofs
                .SelectMany(p => p.Plan.Tables.Values)
                .Where(t => t.For is not null)
                .Select(t => (ReadOnlyMemory<byte>)Convert.FromHexString(t.Owner)),
        ];
        VerificationResult Verify(IPublications publications, params ReadOnlyMemory<byte>[] trusted) =>
            new PlanSum(Proofs).Verify(new VerificationContext { Publications = publications, Registrars = trusted }).Result;
        var ledger = new Publications(
            Proofs.SelectMany(p => p.VersionsByRole.Select(v => (v.Value, p.Plan.Tables[v.Key].DataSet)))
        );
        Assert.Equal(VerificationResult.Accepted, Verify(ledger, registrars));
        Assert.StartsWith("rule 1: the registrar", Verify(ledger).Reason, StringComparison.Ordinal);
        var apart = new Publications(
            Proofs
                .SelectMany(p => p.Segments)
                .SelectMany(s => s.Parts.Select(t => (new DataSetVersion(t.Value.Base), s.Plan.Tables[t.Key].DataSet)))
        );
        Assert.Contains(
            "is not on the ledger, published by its owner",
            Verify(apart, registrars).Reason,
            StringComparison.Ordinal
        );
    }

    /// <summary>A ledger with these versions of data sets.</summary>
    private sealed class Publications : IPublications
    {
        private readonly Dictionary<string, string> _versions = [];

        public Publications(IEnumerable<(DataSetVersion Version, string DataSet)> versions)
        {
            foreach ((DataSetVersion version, string dataSet) in versions)
            {
                _versions[Convert.ToHexString(version.Root.Span)] = dataSet;
            }
        }

        public string Origin => PlanCase.Context.LedgerOrigin;

        public bool IsComplete => true;

        public VerificationResult FindVersion(DataSetVersion version, out PublishedEntry? publication)
        {
            bool found = _versions.TryGetValue(Convert.ToHexString(version.Root.Span), out string? dataSet);
            publication = found ? new PublishedEntry(1, "key", dataSet!, null) : null;
            return found ? VerificationResult.Accepted : VerificationResult.Rejected("nothing");
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
