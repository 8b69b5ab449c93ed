using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability;

/// <summary>A quarter in which everybody does what they should, and its report: computed twice from the log, the numbers are
/// those that were played.</summary>
internal static class QuarterReport
{
    /// <summary>The length of the quarter, in ms.</summary>
    public const long Length = 90 * Durations.Day;

    /// <summary>Plays it.</summary>
    public static StoryEnd Play(Stage stage)
    {
        var r = stage.Found();
        r.Consent("ann");
        r.Consent("bea");
        r.Register("hospital", "table", "FHIR-R4", "ann", "bea");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann", "bea"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        r.Sleep(10 * Durations.Day);
        r.Revoke("ann");
        byte[] recall = RecallRules.Id(agreement, r.Time);
        r.Sleep(20 * Durations.Day);
        r.Do("erasure attested", "institute", Bodies.ErasureAttested.Row(recall, Array.Empty<string>()));
        r.Do(
            "sanction",
            "commission-a",
            Bodies.SanctionOrdered.Row("insurer", "PREMIUMS", 500_000, r.Time + (30 * Durations.Day))
        );
        byte[] sanction = r.LastId;
        r.Sleep(20 * Durations.Day);
        r.Do("rectified", "insurer", Bodies.SanctionRectified.Row(sanction));
        r.Wait(Region.Start + Length - r.Time);

        string first = PeriodReport.Of(r.Steps, Region.Start, Region.Start + Length).ToJson().ToJsonString();
        PeriodReport report = PeriodReport.Of(r.Steps, Region.Start, Region.Start + Length);
        bool counted =
            report.Registered["hospital"] == 1
            && report.Consents["granted"] == 2
            && report.Consents["revoked"] == 1
            && report.Permitted["institute"] == 1
            && report.Denied["institute"] == 1
            && report.Denials["CLASS"] == 1
            && report.Served["hospital"] == 10
            && report.Taken["institute"] == 10
            && report.Recalls["demanded"] == 1
            && report.Recalls["attested in time"] == 1
            && report.Sanctions.Single().Row.Flag("rectified")
            && report.Money["deposits"] == 100_000
            && report.Breaches.Count == 0;
        return new(r, counted && report.ToJson().ToJsonString() == first, "REPORT");
    }
}
