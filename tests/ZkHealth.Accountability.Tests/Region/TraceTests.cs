using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Traces and the report of a period, on the stories: they name who answers, and nothing of others.</summary>
public sealed class TraceTests : TemporaryFolder
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
        Region r = Play(story);
        Trace trace = Of(r, Region.Digest(asset));
        Assert.Equal((responsible, rule), (trace.Responsible, string.Join(", ", trace.Answers.Select(a => a.Rule))));
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
        Region r = Play(story);
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
        Region r = Play("insurer");
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

        Region quarter = Play("report");
        string table = LogHistory.Hex(Region.Digest("table"));
        Trace ofTable = UseTrace.Of(LogHistory.Of(quarter.Steps), [table], out _)!;
        Assert.Equal(2, ofTable.Timeline.Count(e => e.What == "access requested"));
        Assert.Equal(1, ofTable.Timeline.Count(e => e.What == "erasure attested"));
        Assert.Equal("nobody", ofTable.Responsible);
    }

    [Fact]
    public void The_person_who_went_beyond_rights_is_named_by_code()
    {
        Region r = Play("exporting doctor");
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

    /// <summary>Two neighbouring leaves show a silence: a report named the operator for the time since the last leaf of a copy,
    /// at the end of its period, and again in the next one.</summary>
    [Fact]
    public void A_silence_is_reported_once_and_of_an_old_copy_never()
    {
        using var r = new Region((Parameter.Heartbeat, 1));
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, Region.Start + (100 * Durations.Day))));
        r.Wait(Durations.Day);
        long within = Region.Start + Durations.Hour;
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, within)));
        Assert.Equal("operator OPERATOR_SILENT", Told(PeriodReport.Of(r.Steps, within, within + (100 * Durations.Day))));
        PeriodReport late = PeriodReport.Of(r.Steps, r.Time - Durations.Second, r.Time + 1);
        Assert.Equal(r.Time, late.Breaches.Single().Row.Whole("time"));
    }

    /// <summary>1 % of 10,000,000 by receiver; nothing of it in the period before, and the two periods are the whole.</summary>
    [Fact]
    public void Fees_of_a_period_by_receiver()
    {
        Region r = Play("one per cent reported");
        long closes = Region.Start + (120 * Durations.Day);
        PeriodReport before = PeriodReport.Of(r.Steps, Region.Start, closes),
            after = PeriodReport.Of(r.Steps, closes, closes + Durations.Day);
        Assert.Equal("", before.Fees.ToString());
        Assert.Equal("centre 29333, hospital 58666, operator 2000, patients 10000", after.Fees.ToString());
        Assert.Equal("deposits 100000, received 100000", before.Money.ToString());
        Assert.Equal("centre 10, hospital 10", before.Served.ToString());
        Assert.Equal("maker 20", before.Taken.ToString());
        Assert.Equal(Convert.ToHexString(r.State.Root.Span), Convert.ToHexString(after.StateRoot));
    }

    /// <summary>What is due happens at its own time: a silence that was over before the period belongs to the period before, also
    /// where the leaf that shows it comes later.</summary>
    [Fact]
    public void A_breach_belongs_to_the_period_of_its_own_time()
    {
        Region r = Play("one per cent unreported");
        long due = Region.Start + (120 * Durations.Day);
        PeriodReport until = PeriodReport.Of(r.Steps, Region.Start, due + 1),
            from = PeriodReport.Of(r.Steps, due + 1, due + Durations.Day);
        Assert.Equal("maker VALUE_NOT_REPORTED", Told(until));
        Assert.Equal("cut 10000, deposits 100000", until.Money.ToString());
        Assert.Equal("", Told(from));
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, due)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PeriodReport.Of(r.Steps, due, due));
    }

    [Fact]
    public void Denials_sanctions_and_penalties_of_a_period()
    {
        PeriodReport insurer = All(Play("insurer"));
        Assert.Equal("PROHIBITED_PURPOSE 1", insurer.Denials.ToString());
        Assert.True(insurer.Sanctions.Single().Row.Flag("rectified"));
        Assert.Equal("final", insurer.Breaches.Single().Row.Code("status"));
        Assert.Equal(42, insurer.Credit["insurer"]);
        PeriodReport late = All(Play("deletion late"));
        Assert.Equal("demanded 1, late 1", late.Recalls.ToString());
        PeriodReport altered = All(Play("CT image altered"));
        Assert.Equal("verdict 1", altered.Decisions.ToString());
        IReadOnlyList<Liability> liability = Liability.TableOf(ContractState.Empty);
        Assert.All(
            RegionStories.All.SelectMany(s => Play(s.Name).All(Records.Breach)),
            b => Assert.Contains(liability, l => l.Rule == b.Code("rule"))
        );
    }

    private static PeriodReport All(Region r) => PeriodReport.Of(r.Steps, Region.Start, r.Time + 1);

    /// <summary>A taker names the server: the graph said that the server gave, though only the taker says so.</summary>
    [Theory]
    [InlineData("genomes taken and not served", "gave, says institute")]
    [InlineData("genomes without authorisation", "gave")]
    public void What_only_the_taker_says_of_a_server_is_told_as_its_word(string story, string step)
    {
        Trace trace = UseTrace.Of(LogHistory.Of(Play(story).Steps), ["institute"], out _)!;
        Assert.Equal([step], trace.Edges.Where(e => e.From == "hospital").Select(e => e.Label));
    }

    private static string Told(PeriodReport report) =>
        string.Join(", ", report.Breaches.Select(b => $"{b.Row.Code("subject")} {b.Row.Code("rule")}"));

    private static Trace Of(Region r, byte[] asset) => QualityTrace.Of(LogHistory.Of(r.Steps), asset, None)!;

    private static readonly Dictionary<string, Region> Played = [];

    /// <summary>A story in memory; that of two cities needs ledgers and is left to its own test.</summary>
    private static Region Play(string name)
    {
        lock (Played)
        {
            if (!Played.TryGetValue(name, out Region? r))
            {
                Played[name] = r =
                    name == "recognition in another city"
                        ? new Region()
                        : RegionStories.All.Single(s => s.Name == name).Play().Region;
            }

            return r;
        }
    }

    private static void Register(Region r, string provider, byte[] fingerprint, params byte[][] sources) =>
        Assert.Equal(
            OutcomeKind.Accepted,
            r.Do("asset registered", provider, Bodies.Registration(fingerprint, ["pressure"], r.Time, sources)).Kind
        );
}
