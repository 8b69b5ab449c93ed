using Xunit;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Traces of where data came from: they lead to who entered a value, or changed it.</summary>
public sealed class QualityTraceTests
{
    private static readonly Dictionary<string, byte[]> None = [];

    /// <summary>120/80 was measured, the centre entered 12/8, the hospital took that over: the way leads back to the
    /// centre.</summary>
    [Fact]
    public void The_way_of_a_value_leads_to_who_entered_it()
    {
        using var r = new Region();
        byte[] device = Region.Digest("device 120/80"),
            entered = Region.Digest("entered 12/8"),
            taken = Region.Digest("taken over 12/8");
        Register(r, "centre", device);
        Register(r, "centre", entered, device);

        // what is taken over from another has been delivered
        r.Consent("ann", "hospital", purpose: "TREAT", provider: "centre");
        byte[] request = r.Ask("hospital", null, ["ann"], "TREAT");
        r.Serve("centre", request);
        r.Take("hospital", request, "centre");
        Register(r, "hospital", taken, entered);
        Register(r, "hospital", Region.Digest("something else"));
        r.Convict("hospital", "centre", "QUALITY", entered, Severity.Minor);
        Trace open = Of(r, taken);
        Assert.Equal("centre", open.Responsible);
        Assert.Equal("open", open.Answers.Single().Status);
        Assert.Equal(
            ["asset registered", "asset registered", "asset registered", "report", "proposed", "approved", "approved"],
            open.Timeline.Select(e => e.What)
        );
        Assert.Contains(open.Edges, e => e.Label == "became, by centre" && e.To == LogHistory.Hex(entered));
        Assert.Contains(open.Edges, e => e.Label == "became, by hospital" && e.To == LogHistory.Hex(taken));

        r.Do("asset corrected", "centre", Bodies.AssetCorrected.Row(entered, Region.Digest("120/80")));
        Assert.Equal("nobody", Of(r, taken).Responsible);

        // a copy that is of no step was changed after its last one
        var copies = new Dictionary<string, byte[]> { ["a.csv"] = entered, ["b.csv"] = Region.Digest("another") };
        Trace compared = QualityTrace.Of(LogHistory.Of(r.Steps), taken, copies)!;
        Assert.Contains(compared.Nodes, n => n.Label == "a.csv");
        Assert.Contains(compared.Nodes, n => n.Label.StartsWith("b.csv: of no step", StringComparison.Ordinal));
        Assert.Null(QualityTrace.Of(LogHistory.Of(r.Steps), Region.Digest("unknown"), None));
    }

    /// <summary>Attack 35 and section 11: a platform converts a record and signs for the step, so that the way of the data names
    /// it there and not the provider that registers the output.</summary>
    [Fact]
    public void Attack_35_a_step_is_signed_by_its_agent()
    {
        using var r = new Region();
        byte[] message = Region.Digest("HL7 v2 message"),
            resource = Region.Digest("FHIR resource");
        Assert.Equal("Refused: UNKNOWN_SOURCE", Sign("operator", message, resource));
        Register(r, "hospital", message);
        Assert.Equal("Accepted", Sign("operator", message, resource));
        Assert.Equal("Refused: DUPLICATE", Sign("centre", message, resource));
        Assert.Equal("Refused: STANDARD", Sign("operator", resource, Region.Digest("other"), "TEXT"));
        Assert.Equal("Accepted", Sign("operator", resource, Region.Digest("second step")));
        Register(r, "hospital", resource, message);
        Trace trace = Of(r, resource);
        Assert.Contains(trace.Edges, e => e.Label == "became, by operator" && e.To == LogHistory.Hex(resource));
        Assert.Contains(trace.Timeline, e => e.What == "step signed" && e.Who == "operator");

        string Sign(string who, byte[] input, byte[] output, string standard = "FHIR-R4") =>
            r.Do("step signed", who, Bodies.StepSigned.Row(input, output, standard, new[] { Region.Digest("mapping") }))
                .ToString();
    }

    /// <summary>Section 10: entries since the stated time are marked as disputed. No trace said it.</summary>
    [Fact]
    public void What_a_key_signed_in_other_hands_is_disputed()
    {
        using var r = new Region();
        byte[] before = Region.Digest("before"),
            after = Region.Digest("after");
        Register(r, "hospital", before);
        r.Wait(Durations.Day);
        long from = r.Time;
        Register(r, "hospital", after);
        r.Wait(Durations.Day);
        Assert.Equal(
            OutcomeKind.Accepted,
            r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("hospital"), from)).Kind
        );
        Assert.DoesNotContain("disputed", Of(r, before).Timeline.Single().Detail, StringComparison.Ordinal);
        Assert.Contains(
            $"disputed: its key was in other hands from {Trace.Text(from)}",
            Of(r, after).Timeline.Single().Detail,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("CT image altered", "ct image", "hospital", "ALTERED")]
    [InlineData("12/8 corrected late", "blood pressure 12/8", "centre", "CORRECTION_LATE")]
    [InlineData("12/8 corrected in time", "blood pressure 12/8", "nobody", "")]
    public void Quality_of_the_stories(string story, string asset, string responsible, string rule)
    {
        Region r = StoryPlays.Play(story);
        Trace trace = Of(r, Region.Digest(asset));
        Assert.Equal((responsible, rule), (trace.Responsible, string.Join(", ", trace.Answers.Select(a => a.Rule))));
    }

    private static Trace Of(Region r, byte[] asset) => QualityTrace.Of(LogHistory.Of(r.Steps), asset, None)!;

    private static void Register(Region r, string provider, byte[] fingerprint, params byte[][] sources) =>
        Assert.Equal(
            OutcomeKind.Accepted,
            r.Do("asset registered", provider, Bodies.Registration(fingerprint, ["pressure"], r.Time, sources)).Kind
        );
}
