using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>Answers over segments and hospitals are added up; none is left out, and none counts twice.</summary>
public class PlanSumTests
{
    private static readonly PlanProof[] Proofs = [.. PlanCase.Of("plan-sum-of-segments").Select(c => c.Prove())];

    private static string HospitalOf(PlanProof proof) => proof.Plan.Tables.Values.First(t => t.For is null).Owner;

    [Fact]
    public void All_segments_add_up_in_one_batch()
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
        int part = Array.FindIndex(Proofs, p => p.Plan.Segment is { Count: > 1 });
        Assert.StartsWith(
            "rule 6",
            new PlanSum([.. Proofs.Where((_, i) => i != part)]).Verify().Result.Reason,
            StringComparison.Ordinal
        );
        Assert.StartsWith("rule 6", new PlanSum([.. Proofs, Proofs[part]]).Verify().Result.Reason, StringComparison.Ordinal);
        Assert.Equal(VerdictReason.RuleBroken, new PlanSum([.. Proofs, Proofs[part]]).Verify().Code);
        Assert.Throws<ArgumentException>(() => new PlanSum([]));
    }

    [Fact]
    public void The_proof_at_fault_is_named()
    {
        PlanProof With(PlanProof p, StatisticContext? context = null, IReadOnlyList<PlanAnswer>? answers = null) =>
            new(context ?? p.Context, p.Plan, p.Parts, p.Cubes, p.Links, answers ?? p.Answers);
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
            Proofs
                .GroupBy(HospitalOf)
                .SelectMany(h =>
                    h.First()
                        .Plan.Tables.Select(t =>
                            (
                                new DataSetVersion([
                                    .. h.OrderBy(p => p.Plan.Segment?.Index ?? 0).Select(p => p.Parts[t.Key].Base),
                                ]),
                                t.Value.DataSet
                            )
                        )
                )
        );
        Assert.Equal(VerificationResult.Accepted, Verify(ledger, registrars));
        Assert.StartsWith("rule 1: the registrar", Verify(ledger).Reason, StringComparison.Ordinal);
        var apart = new Publications(
            Proofs.SelectMany(p => p.Plan.Tables.Select(t => (new DataSetVersion(p.Parts[t.Key].Base), t.Value.DataSet)))
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
