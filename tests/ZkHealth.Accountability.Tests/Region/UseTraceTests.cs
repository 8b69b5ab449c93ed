using Xunit;
using ZkHealth.Accountability.Traces;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Traces of who used data, on the stories: they name who answers, and nothing of others.</summary>
public sealed class UseTraceTests : TemporaryFolder
{
    /// <summary>Nobody appended anything for two months: a recall came and was late, and whoever looked at its duties each day
    /// saw none of it before it was final.</summary>
    [Fact]
    public void What_falls_due_while_nothing_is_appended_is_told()
    {
        using var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        var log = LogHistory.Of(r.Steps);
        int size = r.Steps.Count;
        Assert.Equal(["RECALL"], At(r.Time + Durations.Day).Select(a => a.Rule));
        Assert.Equal(["RECALL_LATE"], At(r.Time + (31 * Durations.Day)).Select(a => a.Rule));
        Assert.Equal(BreachRules.Provisional, At(r.Time + (31 * Durations.Day))[0].Status);

        // as it stands on the log once something is appended
        TraceAnswer told = At(r.Time + (31 * Durations.Day))[0];
        r.Wait(31 * Durations.Day);
        r.Consent("bea");
        Assert.Contains(told, UseTrace.Of(LogHistory.Of(r.Steps), ["institute"], out _)!.Answers);

        IReadOnlyList<TraceAnswer> At(long time) => UseTrace.Of(log.Advance(time, size), ["institute"], out _)!.Answers;
    }

    /// <summary>By the patient's handle, by the member, each use of the stories names who was in breach, and who was not is not
    /// there.</summary>
    [Theory]
    [InlineData("genomes without authorisation", "ann", "hospital, institute", "RECALL, SERVED, TAKEN")]
    [InlineData("deletion late", "ann", "institute", "RECALL_LATE")]
    [InlineData("deletion in time", "ann", "nobody", "")]
    [InlineData("insurer", "ann", "insurer", "PROHIBITED_PURPOSE")]
    [InlineData("exporting doctor", "ann", "hospital", "BEYOND_RIGHTS")]
    [InlineData("patient who looks, revokes and is paid", "ann", "nobody", "")]
    public void Uses_of_the_stories(string story, string handle, string responsible, string rules)
    {
        Region r = StoryPlays.Play(story);
        string hex = LogHistory.Hex(Region.Key(handle));
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), [hex], out _)!;
        Assert.Equal(
            (responsible, rules),
            (trace.Responsible, string.Join(", ", trace.Answers.Select(a => a.Rule).Order(StringComparer.Ordinal)))
        );
        Assert.Contains(trace.Timeline, e => e.What == "access requested");
        Assert.Equal(trace.Answers.Count(a => a.Rule != "RECALL"), trace.Timeline.Count(e => e.What == "breach"));
    }

    /// <summary>A request names two patients, and one of them took her consent back before her rows were served: that is told to
    /// her, and the other one was told of the same breach. Rows of a third, whom the request does not name, were served too: her
    /// own trace was empty.</summary>
    [Fact]
    public void A_patient_is_told_of_what_was_served_of_her_and_of_nobody_else()
    {
        using var r = new Region();
        Assert.All((string[])["ann", "bea", "cas"], h => Assert.Equal(OutcomeKind.Accepted, r.Consent(h).Kind));
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann", "bea"]);
        r.Serve("hospital", request, root: "ann's", handles: ["ann"]);
        r.Take("institute", request, root: "ann's");
        r.Revoke("bea");
        r.Serve("hospital", request, root: "bea's", handles: ["bea"]);
        r.Serve("hospital", request, root: "cas's", handles: ["cas"]);
        Assert.Equal(("nobody", 1), Told("ann"));
        Assert.Equal(("hospital", 1), Told("bea"));
        Assert.Equal(("hospital", 1), Told("cas"));

        (string, int) Told(string handle)
        {
            Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), [LogHistory.Hex(Region.Key(handle))], out _)!;
            Assert.Contains(trace.Timeline, e => e.What == "access requested");
            return (trace.Responsible, trace.Timeline.Count(e => e.What == "used"));
        }
    }

    [Fact]
    public void Uses_by_a_member_and_of_a_data_set()
    {
        Region r = StoryPlays.Play("insurer");
        LogHistory log = LogHistory.Of(r.Steps);
        Trace insurer = UseTrace.Of(log, ["insurer"], out _)!;
        Assert.Equal(
            ["agreement made", "access requested", "receipt", "recall", "breach", "sanction", "erasure attested", "rectified"],
            insurer.Timeline.Select(e => e.What)
        );
        Assert.Contains("PROHIBITED_PURPOSE", insurer.Timeline[1].Outcome, StringComparison.Ordinal);
        Assert.Equal("nobody", UseTrace.Of(log, ["hospital"], out _)!.Responsible);
        Assert.Null(UseTrace.Of(log, ["hospital", "wizard"], out string? unknown));
        Assert.Equal("wizard", unknown);

        Region quarter = StoryPlays.Play("report");
        string table = LogHistory.Hex(Region.Digest("table"));
        Trace ofTable = UseTrace.Of(LogHistory.Of(quarter.Steps), [table], out _)!;
        Assert.Equal(2, ofTable.Timeline.Count(e => e.What == "access requested"));
        Assert.Equal(1, ofTable.Timeline.Count(e => e.What == "erasure attested"));
        Assert.Equal("nobody", ofTable.Responsible);
    }

    [Fact]
    public void The_person_who_went_beyond_rights_is_named_by_code()
    {
        Region r = StoryPlays.Play("exporting doctor");
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), ["hospital"], out _)!;
        Assert.Equal(LogHistory.Hex(Region.Digest("doctor at hospital")), trace.Answers.Single().Person);
    }

    /// <summary>The bundle of a trace: the state that decided the denied request holds the agreement, and a consent that does not
    /// cover it.</summary>
    [Fact]
    public void The_bundle_of_a_trace_holds_what_decided()
    {
        using Stage stage = new(At("region"));
        Region r = RegionStories.All.Single(s => s.Name == "genomes without authorisation").Play(stage).Region;
        r.Wait(0);
        LogHistory log = LogHistory.Of(r.Steps);
        Trace trace = UseTrace.Of(log, [LogHistory.Hex(Region.Key("ann"))], out _)!;
        using Ledger.SqliteLedger ledger = r.OpenLedger();
        long last = r.Steps.Count - 1;
        Evidence bundle = Evidence.Make(ledger, trace.Leaves, TraceEvidence.Questions(log, trace.Leaves, last));
        Assert.True(bundle.Verify(r.LogKey).IsAccepted);
        long denied = trace.Timeline.First(e => e.What == "access requested").Leaf;
        Row consent = bundle.Records.Single(x => x.Leaf == denied && x.Kind == Records.Consent).Value!;
        Assert.DoesNotContain("GENETIC", consent.Codes("classes"));
        Assert.Equal(
            ["hospital", "institute"],
            bundle
                .Records.Where(x => x.Kind == Records.Breach)
                .Select(x => x.Value!.Code("subject"))
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>A breach that waits for its appeal shows the appeal.</summary>
    [Fact]
    public void An_appeal_stands_on_the_timeline_of_its_member()
    {
        using var r = new Region();
        r.Register("hospital", "table");
        byte[] breach = r.Convict("centre", "hospital", "ALTERED", Region.Digest("table"), Severity.Serious);
        r.Do("appeal", "hospital", Bodies.AppealMade.Row(breach));
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), ["hospital"], out _)!;
        Assert.Contains(trace.Timeline, e => e.What == "appeal" && e.Id == LogHistory.Hex(r.LastId));
        Assert.Equal(LogHistory.Hex(breach), trace.Answers.Single().Id);
    }

    /// <summary>A member sees what it still has to do, with the id that the entry names, until it is done.</summary>
    [Fact]
    public void A_member_is_told_of_corrections_and_rectifications_that_wait()
    {
        using var r = new Region();
        byte[] asset = Region.Digest("table");
        r.Register("centre", "table");
        r.Convict("hospital", "centre", "QUALITY", asset, Severity.Minor);
        r.Do("sanction", "commission-a", Bodies.SanctionOrdered.Row("centre", "QUALITY", 5_000, r.Time + (30 * Durations.Day)));
        byte[] sanction = r.LastId;
        string[] Waiting() =>
            [
                .. UseTrace
                    .Of(LogHistory.Of(r.Steps), ["centre"], out _)!
                    .Answers.Where(a => a.Status == "open")
                    .Select(a => a.Id)
                    .Order(StringComparer.Ordinal),
            ];
        string[] both = [.. new[] { LogHistory.Hex(asset), LogHistory.Hex(sanction) }.Order(StringComparer.Ordinal)];
        Assert.Equal(both, Waiting());
        r.Do("rectified", "centre", Bodies.SanctionRectified.Row(sanction));
        Assert.Equal([LogHistory.Hex(asset)], Waiting());
        r.Register("centre", "corrected");
        r.Do("asset corrected", "centre", Bodies.AssetCorrected.Row(asset, Region.Digest("corrected")));
        Assert.Empty(Waiting());
    }

    /// <summary>A taker names the server: the graph said that the server gave, though only the taker says so.</summary>
    [Theory]
    [InlineData("genomes taken and not served", "gave, says institute")]
    [InlineData("genomes without authorisation", "gave")]
    public void What_only_the_taker_says_of_a_server_is_told_as_its_word(string story, string step)
    {
        Trace trace = UseTrace.Of(LogHistory.Of(StoryPlays.Play(story).Steps), ["institute"], out _)!;
        Assert.Equal([step], trace.Edges.Where(e => e.From == "hospital").Select(e => e.Label));
    }
}
