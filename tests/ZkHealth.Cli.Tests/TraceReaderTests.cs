using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>What traces, evidence and reports say to those who read them: a lawyer who has the bundle alone, a patient who wants
/// to know who looked, a clerk who has an incident (issue 18, section 3).</summary>
public sealed class TraceReaderTests : TemporaryFolder
{
    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>A bundle named keys and no member: nobody could tell from it alone who had signed what, or who was in breach
    /// until when.</summary>
    [Fact]
    public void A_bundle_names_who_signed_who_is_in_breach_and_what_it_leaves_open()
    {
        using Region r = Genomes();
        Run.Json("trace", "use", "institute", "--ledger", r.LedgerFile!, "--evidence", At("e.evidence"));
        string[] verify = ["evidence", "verify", At("e.evidence"), "--ledger-key", r.LogKey.ToString()];
        JsonArray leaves = Run.Json([.. verify, "--html", At("e.html")])["leaves"]!.AsArray();
        Assert.Equal("hospital", (string)leaves.Single(l => (string)l!["kind"]! == "used")!["member"]!);
        string said = Run.Command(verify).Output;
        Assert.Contains("in breach: institute, TAKEN (provisional, final 2027-01-15T00:00:00Z unless annulled)", said);
        Assert.Contains("used, hospital: request", said);
        Assert.Contains("access requested, institute, denied: NO_CONSENT: agreement", said);
        Assert.Contains("and nothing later", said);
        Assert.Contains("period 90 d", said);
        Assert.Contains("counter witnesses: absent", said);
        string page = File.ReadAllText(At("e.html"));
        Assert.Contains("Genuine", page);
        Assert.Contains("is not proven: ask for a newer bundle", page);

        byte[] bytes = File.ReadAllBytes(At("e.evidence"));
        bytes[99] ^= 1;
        File.WriteAllBytes(At("bad.evidence"), bytes);
        verify[2] = At("bad.evidence");
        Run.Rejected("it was changed", [.. verify, "--html", At("bad.html")]);
        page = File.ReadAllText(At("bad.html"));
        Assert.Contains("Rejected", page);
        Assert.DoesNotContain("Genuine", page);
    }

    /// <summary>A breach that other judges had annulled stood in the bundle as "in breach", and counted in the liability table of
    /// the period.</summary>
    [Fact]
    public void A_breach_that_was_annulled_accuses_nobody()
    {
        using Region r = Found();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave);
        r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
        r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        r.Wait(0);
        Run.Json("trace", "use", "institute", "--ledger", r.LedgerFile!, "--evidence", At("e.evidence"));
        string[] verify = ["evidence", "verify", At("e.evidence"), "--ledger-key", r.LogKey.ToString()];
        string said = Run.Command([.. verify, "--html", At("e.html")]).Output;
        Assert.Contains($"annulled, no breach: institute, REIDENTIFICATION, id {Hex(breach)}", said);
        Assert.DoesNotContain("in breach:", said);
        string page = File.ReadAllText(At("e.html"));
        Assert.Contains("Annulled, no breach", page);
        Assert.DoesNotContain("In breach", page);

        int year = DateTimeOffset.FromUnixTimeMilliseconds(r.Time).Year;
        string[] report = ["report", $"{year}", "--ledger", r.LedgerFile!];
        Assert.Contains("breaches: 0, and 1 annulled", Run.Command(report).Output);
        JsonObject period = Run.Json(report);
        Assert.Equal("void", (string)period["breaches"]!.AsArray().Single()!["status"]!);
        Assert.All(period["liability"]!.AsArray(), l => Assert.Equal(0, (int)l!["breaches"]!));
    }

    /// <summary>The trace of a patient says in one line who asked and who received, and what codes mean; a look in an emergency,
    /// which is about no handle, is found by the contact that her hospital tells her.</summary>
    [Fact]
    public void A_patient_sees_who_asked_who_received_and_who_looked()
    {
        using Region r = Genomes();
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        byte[] access = r.LastId;
        r.Do("handle objected", "ann", Bodies.HandleObjected.Row(Region.Key("ann"), access));
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(access, true));
        string[] use = ["trace", "use", Hex(Region.Key("ann")), Hex(Region.Digest("contact")), "--ledger", r.LedgerFile!];
        JsonObject trace = Run.Json([.. use, "--html", At("u.html")]);
        string[] parties =
        [
            .. trace["parties"]!
                .AsArray()
                .Select(p => $"{p!["member"]} {p["permitted"]} {p["denied"]} {p["served"]} {p["received"]} {p["emergencies"]}"),
        ];
        Assert.Equal(["hospital 0 0 1 0 1", "institute 0 1 0 1 0"], parties);
        string[] looked = ["emergency", "handle objected", "emergency reviewed"];
        Assert.Equal(
            looked,
            trace["timeline"]!.AsArray().Select(e => (string)e!["what"]!).Where(w => looked.Contains(w)).ToArray()
        );
        Assert.Equal("hospital, institute", (string)trace["responsible"]!);
        JsonNode taken = trace["answers"]!.AsArray().Single(a => (string)a!["rule"]! == "TAKEN")!;
        Assert.Equal((10_000, "2027-01-15T00:00:00Z"), ((int)taken["held"]!, (string)taken["final"]!));
        string said = Run.Command(use).Output;
        Assert.Contains(": hospital, institute answer\n", said.ReplaceLineEndings("\n"));
        Assert.Contains("institute: requests permitted 0, denied 1; deliveries served 0, received 1", said);
        Assert.Contains("NO_CONSENT: not every handle has a consent", said);
        string page = File.ReadAllText(At("u.html"));
        Assert.Contains("Who asked, gave and received", page);
        Assert.Contains("not every handle has a consent", page);
    }

    /// <summary>The page of a quarter that is not over looked like that of a whole one, and requests without a result were a
    /// number.</summary>
    [Fact]
    public void A_report_says_that_its_period_goes_on_and_lists_what_was_not_published()
    {
        using Region r = Found();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Take("institute", request);
        r.Sleep(Math.Max(730 * Durations.Day, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - r.Time));
        r.Wait(0);
        int year = DateTimeOffset.FromUnixTimeMilliseconds(r.Time).Year;
        string[] report = ["report", $"{year}", "--ledger", r.LedgerFile!];
        Assert.Contains($"request {Hex(request)}", Run.Command([.. report, "--html", At("r.html")]).Output);
        string page = File.ReadAllText(At("r.html"));
        Assert.Contains("The period is not over", page);
        Assert.Contains(Hex(request)[..16], page.Replace("<wbr>", "", StringComparison.Ordinal));
        Assert.Contains("smallest unit of the currency", page);
        Assert.DoesNotContain("1 breaches", page);
    }

    /// <summary>A region on a ledger of its own: the command remembers what it saw of a log by its name.</summary>
    private Region Found() => new(At("L"), "region", Path.GetFileName(Folder), hasFreshKey: false);

    /// <summary>A request for genomes that is denied, served and taken all the same.</summary>
    private Region Genomes()
    {
        Region r = Found();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"], @class: "GENETIC"), ["ann"], @class: "GENETIC");
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Wait(0);
        return r;
    }
}
