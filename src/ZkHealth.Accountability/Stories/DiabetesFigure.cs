using System.Security.Cryptography;
using ZkHealth.Aggregation;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>
/// A centre doubts the hospital's diabetes figure. The hospital shows, without a row or a count, that its patients with diabetes
/// have the ages of those of the region; the judges verify the proof and dismiss the report: nobody answers.
/// </summary>
internal static class DiabetesFigure
{
    private const string DataSet = "patients";

    /// <summary>Patients with diabetes by band of age in the region, a public profile.</summary>
    private static readonly long[] Profile = [2, 5, 9, 8];

    /// <summary>Plays it.</summary>
    public static StoryEnd Play(Stage stage)
    {
        stage.HasFreshKeys = true;
        var r = stage.Found();
        using TableSecret secret = TableSecret.Create();
        var schema = new TableSchema(DataSet, [CategoryColumn.YesNo("diabetes"), new NumberColumn("band", 1, Profile.Length)]);
        using TableOpening table = TableOpening.Commit(Synthetic(schema), Region.Secret("hospital").Public.OwnerId.Span, secret);
        r.Post(TablePublication.Of(table.Commitment, DataSet).ToBody(), "hospital");
        byte[] root = table.Commitment.Root.ToArray();
        r.Do("report", "centre", Bodies.ReportMade.Row("hospital", "IMPLAUSIBLE", Region.Digest("diabetes figure")));
        byte[] report = r.LastId;

        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, TableAxes.Create([1, 2], [3, 5]));
        byte[] file = StatisticsProof
            .Prove(
                cubes,
                [
                    Statistic.Conformity(
                        ["band"],
                        Profile,
                        ConformityBound.SharesWithin(5, 100),
                        Predicate.In(schema, "diabetes", "yes")
                    ),
                ],
                new StatisticContext("demography", "commission-a", r.Origin)
            )
            .Encode();

        // where a charter stands, a release names the request for statistics that permits it
        string[] columns = ["band", "diabetes"];
        byte[] agreement = r.Agree("institute", ["hospital"], deposit: 0, columns: columns);
        byte[] request = r.AskStatistics("institute", agreement, columns);
        byte[] owner = Region.Secret("hospital").Public.OwnerId.ToArray();
        r.Post(
            new StatisticReleased(owner, DataSet, root, SHA256.HashData(file), [], PrivacyLoss.None, request).ToBody(),
            "hospital"
        );

        bool verified =
            ProofFile.TryDecode(file, out ProofFile? proof, out _)
            && proof.Verify(new VerificationContext()).Result.IsAccepted
            && proof.Tables.Single().Root.Span.SequenceEqual(root);
        byte[] dismissal = r.Propose("commission-a", "dismiss", about: report);
        r.Approve(dismissal, "commission-a");
        return new(r, verified && !r.State.Find(Records.Report, report)!.Flag("open"), "CONFORMITY");
    }

    /// <summary>240 patients with diabetes in the shares of the region, and 960 without.</summary>
    private static CodedTable Synthetic(TableSchema schema)
    {
        const int Ill = 240,
            All = 1200;
        long whole = Profile.Sum();
        var diabetes = new uint[All];
        var band = new uint[All];
        for (int i = 0; i < All; i++)
        {
            long place = i % whole;
            diabetes[i] = i < Ill ? 2u : 1u;
            band[i] = 1 + (uint)Enumerable.Range(0, Profile.Length).First(k => place < Profile[..(k + 1)].Sum());
        }

        return new CodedTable(schema, [diabetes, band]);
    }
}
