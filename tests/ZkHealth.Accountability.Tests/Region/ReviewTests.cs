using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>More attacks of the review, by their numbers.</summary>
public sealed class ReviewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Attack 3: who stamps the time decides. Times never fall, and who is silent for longer than the charter's bound
    /// shows it by two leaves; at the bound itself nobody is in breach.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "")]
    [InlineData(1, "operator OPERATOR_SILENT")]
    public void Attack_3_time_does_not_fall_and_silence_is_the_operators(int offset, string breach)
    {
        var r = new Region((Parameter.Heartbeat, 60_000));
        r.Wait(Parameter.Silence.Default + offset);
        Assert.Equal(breach, string.Join(", ", r.Breaches));
        Act act = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal("Refused: TIME", r.State.Check(act, r.Time - 1).ToString());
        Assert.Equal("Refused: TIME", r.State.Check(act, Durations.End).ToString());
    }

    /// <summary>Attack 5: a provider frames its recipient with the package that it holds itself. What somebody says of a leak
    /// is a report, and nobody is in breach before a verdict.</summary>
    [Fact]
    public void Attack_5_a_leak_convicts_nobody_by_itself()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Do("report", "hospital", Bodies.ReportMade.Row("institute", "LEAK", request));
        r.Wait(100 * Durations.Day);
        Assert.Empty(r.Breaches);
        Assert.Equal(100_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Attack 7: checked at a leader, applied after a fail-over when the consent had ended: that is a decision on the
    /// log, and a refused entry is no leaf, so that no audit convicts an honest operator.</summary>
    [Fact]
    public void Attack_7_what_changed_between_check_and_leaf_convicts_nobody()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann", days: 1);
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Sleep(Durations.Day - 1);
        Act late = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal("Accepted", r.State.Check(late, r.Time).ToString());
        r.Sleep(1);
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        r.Sleep(Durations.Hour);
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        long size = ledger.GetCheckpoint().Size;
        Assert.Equal("Refused: EXPIRED", r.State.Check(late, r.Time).ToString());
        Assert.Equal("Refused: ROLE", r.Do("money received", "maker", Bodies.MoneyReceived.Row("maker", 5)).ToString());
        Assert.Equal(size, ledger.GetCheckpoint().Size);
        Assert.True(LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).IsAccepted);
    }

    /// <summary>Attack 10: one amount was paid by two rails: what has left an account cannot leave it again.</summary>
    [Fact]
    public void Attack_10_an_amount_is_paid_once()
    {
        var r = new Region();
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 5));
        Row pay = Bodies.PayoutRecorded.Row(Ids.Text("maker"), 5);
        Assert.Equal("Accepted", r.Do("payout recorded", "treasury", pay).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("payout recorded", "treasury", pay).ToString());
        Assert.Equal((0, 5), (r.Balance("maker"), r.Fund(Funds.PaidOut)));
    }

    /// <summary>Attack 11a and 11b: a page that signs for the patient needs the provider at another machine; and a patient
    /// needs no certificate: her signature is enough to revoke.</summary>
    [Fact]
    public void Attack_11_the_page_alone_grants_nothing_and_a_patient_revokes_without_a_certificate()
    {
        var r = new Region();
        Act granted = r.Act("consent granted", "ann", Grant(r), "operator");
        Assert.Equal("Refused: COUNTERSIGNATURE", r.State.Check(granted, r.Time).ToString());
        Assert.Equal("Accepted", r.Consent("ann").ToString());
        Assert.Null(r.State.Find(Records.Key, Region.Key("ann")));
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
    }

    /// <summary>Attack 12: one wrong download is one breach, however often it is said, and two breaches of a day take at most a
    /// fifth of the deposit.</summary>
    [Fact]
    public void Attack_12_penalties_do_not_multiply()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string name in (string[])["ann", "bea", "cas"])
        {
            byte[] denied = r.Ask("institute", agreement, [name]);
            Assert.Equal("Breach: TAKEN", r.Take("institute", denied).ToString());
            Assert.Equal("Refused: DUPLICATE", r.Take("institute", denied).ToString());
        }

        Assert.Equal(3, r.Breaches.Count);
        Assert.Equal(80_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Attack 14: the largest remainder took money back. By floors of what is paid so far no share ever falls, in
    /// whatever parts it comes, and dust is less than the receivers.</summary>
    [Property(MaxTest = 200)]
    public void Attack_14_no_share_falls_while_the_sum_grows(ushort a, ushort b, ushort c, uint first, uint more, byte operators)
    {
        int count = (operators % 5) + 1;
        Row agreement = Split([a, b, c], count);
        Shares before = Shares.Of(agreement, first),
            after = Shares.Of(agreement, (long)first + more);
        Assert.All(before.Providers.Zip(after.Providers), p => Assert.True(p.First <= p.Second));
        Assert.All(before.Operators.Zip(after.Operators), p => Assert.True(p.First <= p.Second));
        Assert.True(before.Patients <= after.Patients);
        Assert.Equal((long)first, before.Operators.Sum() + before.Patients + before.Providers.Sum() + before.Dust);
        Assert.InRange(before.Dust, 0, a + b + c == 0 ? first : count + 3);
    }

    /// <summary>Rounding games with fees of several operators: the shares are those that the model of the rules
    /// (tests/model/model.py) gives for the same sums, computed there in Python.</summary>
    [Fact]
    public void Shares_of_several_operators_are_those_of_the_model()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        JsonArray vectors = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tests", "vectors", "shares.json")))!.AsArray();
        foreach (JsonNode? v in vectors)
        {
            Row agreement = Split([.. v!["weights"]!.AsArray().Select(w => (long)w!)], (int)v["operators"]!)
                .With("operatorPart", (long)v["operator"]!)
                .With("patientsPart", (long)v["patients"]!);
            Shares shares = Shares.Of(agreement, (long)v["amount"]!);
            Assert.All(shares.Operators, o => Assert.Equal((long)v["each"]!, o));
            Assert.Equal(v["providers"]!.AsArray().Select(p => (long)p!), shares.Providers);
            Assert.Equal(((long)v["ofPatients"]!, (long)v["dust"]!), (shares.Patients, shares.Dust));
        }
    }

    /// <summary>Attack 15: a fee split over a million patients in one step. A period closes with as many records for fifty
    /// patients as for five; each claims its share.</summary>
    [Fact]
    public void Attack_15_a_period_closes_without_a_loop_over_patients()
    {
        Assert.Equal(RecordsOfClose(5), RecordsOfClose(50));
    }

    /// <summary>Attack 20: what the law has to be kept is restricted with a legal ground, and the recall is done.</summary>
    [Fact]
    public void Attack_20_a_recall_is_met_by_restriction_with_a_ground()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row body = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), new[] { "trial-data" });
        Assert.Equal("Accepted", r.Do("erasure attested", "institute", body).ToString());
        r.Wait(100 * Durations.Day);
        Assert.Empty(r.Breaches);
    }

    /// <summary>Attack 23: what is due and what is done at one millisecond: an attestation at the deadline is late, one before
    /// it is in time.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "institute RECALL_LATE")]
    [InlineData(1, "institute RECALL_LATE")]
    public void Attack_23_the_clock_at_a_deadline(int offset, string breach)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row body = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        r.Sleep((30 * Durations.Day) + offset);
        r.Do("erasure attested", "institute", body);
        Assert.Equal(breach, string.Join(", ", r.Breaches));
    }

    /// <summary>Attacks 15 and 24: rows that are invented, split or false earn nothing: the weight is that of distinct handles,
    /// and of uses about which both words agree.</summary>
    [Fact]
    public void Attack_24_rows_weigh_nothing()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000);
        for (int i = 0; i < 3; i++)
        {
            byte[] request = r.Ask("maker", agreement, ["ann"]);
            r.Serve("hospital", request, rows: 1_000_000, root: $"delivery {i}");
            r.Take("maker", request, rows: i == 0 ? 1_000_000 : 5, root: $"delivery {i}");
        }

        Assert.Equal([1_000_000], r.All(Records.Weight).Select(w => w.Whole("value")));
        Assert.Equal(2, r.All(Records.Use).Count(u => u.Flag("dispute")));
    }

    /// <summary>Attack 25: append-only against erasure: bodies hold codes, numbers, digests and keys in closed schemas, never
    /// text, and most are at most 4 KiB.</summary>
    [Fact]
    public void Attack_25_no_body_holds_free_text()
    {
        var r = new Region();
        Assert.All(ActKind.All.Values, k => AssertClosed(k.Body));
        string[] large = ["access requested", "charter", "table adopted"];
        Assert.All(ActKind.All.Values, k => Assert.Equal(large.Contains(k.Name), k.MaxSize > 4096));
        byte[] body = [.. Bodies.AppealMade.Row(new byte[32]).Encode(), .. new byte[5000]];
        Assert.Equal("Refused: MALFORMED", r.State.Check(new Act("appeal", Region.Key("maker"), body), r.Time).ToString());
        Assert.Throws<ArgumentException>(() => Bodies.ReportMade.Row("maker", "he said so", new byte[32]).Encode());
    }

    /// <summary>Attack 26: reports and challenges cost nothing and stop a hospital. At most five are open, an abusive one costs
    /// 3 points, a challenge flags its asset and stops nothing; a patient has one open report.</summary>
    [Fact]
    public void Attack_26_reports_are_few_and_challenges_stop_nothing()
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "scan");
        Row challenge = Bodies.ReportMade.Row("hospital", "QUALITY", Region.Digest("scan"));
        Assert.Equal("Accepted", r.Do("patient reported", "ann", challenge).ToString());
        Assert.True(r.State.Find(Records.Asset, Region.Digest("scan"))!.Flag("challenged"));
        Assert.Equal("Refused: REPORTS_OPEN", r.Do("patient reported", "ann", challenge).ToString());
        Assert.Equal("Refused: HANDLE", r.Do("patient reported", "nobody", challenge).ToString());
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
        byte[] abusive = [];
        for (int i = 0; i < 5; i++)
        {
            r.Do("report", "maker", Bodies.ReportMade.Row("hospital", "TAKEN", Region.Digest($"{i}")));
            abusive = r.LastId;
        }

        Row sixth = Bodies.ReportMade.Row("hospital", "TAKEN", Region.Digest("6"));
        Assert.Equal("Refused: REPORTS_OPEN", r.Do("report", "maker", sixth).ToString());
        byte[] dismissed = r.Propose("commission-a", "dismiss", number: 1, about: abusive);
        r.Approve(dismissed, "commission-a");
        Assert.Equal(77, r.Credit("maker"));
        Assert.Equal("Accepted", r.Do("report", "maker", sixth).ToString());
    }

    /// <summary>Attack 27: a recipient registers the file that it received. The first registration is evidence of a date and no
    /// right: the second claim opens a challenge by itself.</summary>
    [Fact]
    public void Attack_27_two_claims_to_one_file_open_a_challenge()
    {
        var r = new Region();
        r.Register("centre", "scan");
        Assert.Equal("Refused: REGISTERED", r.Register("centre", "scan").ToString());
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
        Assert.Equal("Refused: REGISTERED", r.Register("hospital", "scan").ToString());
        Assert.True(r.State.Find(Records.Asset, Region.Digest("scan"))!.Flag("challenged"));
        Assert.Equal("hospital", r.All(Records.Claim).Single().Code("provider"));
    }

    /// <summary>Attack 28: credit by dummy agreements, or by leaving and coming back as new.</summary>
    [Fact]
    public void Attack_28_credit_is_neither_bought_nor_mended()
    {
        var r = new Region();
        r.Convict("hospital", "institute", "REIDENTIFICATION", Region.Digest("x"), Severity.Grave);
        for (int i = 1; i <= 5; i++)
        {
            r.Agree("institute", ["centre"], days: i);
        }

        Assert.Equal(40, r.Credit("institute"));
        byte[] proposal = r.Propose(
            "commission-a",
            "admit",
            "institute",
            "provider",
            "research",
            1,
            null,
            Region.Key("institute again"),
            ["serve"],
            r.Time + (400 * Durations.Day)
        );
        r.Approve(proposal, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Equal(40, r.Credit("institute"));
        Assert.Contains("provider", r.State.Find(Records.Member, "institute")!.Codes("roles"));
    }

    /// <summary>Attack 35: A cites B's asset as the source of a falsified one. A source of another member has to have been
    /// delivered.</summary>
    [Fact]
    public void Attack_35_a_source_of_another_refers_to_a_delivery()
    {
        var r = new Region();
        r.Register("hospital", "scan");
        Row derived = Bodies.AssetRegistered.Row(
            Region.Digest("derived"),
            "FHIR-R4",
            "GENERAL",
            new[] { "age" },
            r.Time,
            new[] { Region.Digest("scan") },
            Array.Empty<byte[]>(),
            new[] { "duty-to-document" },
            Array.Empty<Row>()
        );
        Assert.Equal("Refused: NO_DELIVERY", r.Do("asset registered", "centre", derived).ToString());
        Row unknown = derived.With("sources", new[] { Region.Digest("nothing") });
        Assert.Equal("Refused: UNKNOWN_SOURCE", r.Do("asset registered", "centre", unknown).ToString());
        r.Consent("ann", "centre", purpose: "TREAT");
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        r.Serve("hospital", request);
        r.Take("centre", request);
        Assert.Equal("Accepted", r.Do("asset registered", "centre", derived).ToString());
    }

    /// <summary>Section 7: a fee for handles and days beside the part of the value; what a penalty takes beyond the deposit is
    /// owed once it is final; shares that nobody claims lapse after three years.</summary>
    [Fact]
    public void Fees_by_handles_and_days_fines_and_lapsed_shares()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        Row terms = Bodies.Terms.Row(
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age", "diagnosis" },
            r.Time,
            r.Time + (365 * Durations.Day),
            0,
            90 * Durations.Day,
            0,
            0,
            0,
            500_000,
            100,
            30,
            Array.Empty<string>()
        );
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Wait(120 * Durations.Day);

        // one handle of 500,000 a thousand is 500, four spans of 30 days are 400
        Assert.Equal(900, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
        Assert.Equal((10_000 - 900, 18, 792), (r.Balance("maker"), r.Balance("operator"), r.Balance("hospital")));
        Assert.Equal(0, (long)r.MoneyMissing());
        long fund = r.Fund(Funds.Patients);
        r.Wait(3 * 365 * Durations.Day);
        Assert.True(r.Fund(Funds.Patients) >= fund + 90);
        Assert.Equal("Refused: LAPSED", r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0)).ToString());
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>Attack 11: gone before the verdict: what a deposit cannot give is owed, and a debtor has no access.</summary>
    [Fact]
    public void Attack_11_a_penalty_beyond_the_deposit_is_a_debt()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] empty = r.Agree("institute", ["hospital"], deposit: 0);
        Row terms = r.State.Find(Records.Agreement, empty)!.Inner("terms").With("deposit", 100_000);
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "hospital" }, "institute", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Minor);
        r.Wait(14 * Durations.Day);
        byte[] other = r.Agree("institute", ["centre"], days: 99);
        r.Ask("institute", other, ["ann"]);
        Assert.Equal("Denied: DEBT", r.Last.ToString());
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("institute", 10_000));
        Assert.Equal((0, 10_000), (r.Balance("institute"), r.Fund(Funds.Patients)));
        r.Ask("institute", other, ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
    }

    private static Row Split(long[] weights, int operators)
    {
        var r = new Region();
        byte[] id = r.Agree("maker", ["hospital"], ppm: 10_000);
        return r
            .State.Find(Records.Agreement, id)!
            .With("weights", weights.Cast<object>().ToList())
            .With("operators", Enumerable.Range(0, operators).Select(i => $"operator-{i}"));
    }

    private static int RecordsOfClose(int patients)
    {
        var r = new Region();
        string[] names = [.. Enumerable.Range(0, patients).Select(i => $"patient {i}")];
        foreach (string name in names)
        {
            r.Consent(name, "user/company");
        }

        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        byte[] request = r.Ask("maker", agreement, names);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 100_000));
        r.Do("use value reported", "maker", Bodies.ValueReported.Row(agreement, 10_000_000));
        r.Wait((120 * Durations.Day) - 1);
        Step closed = r.State.Advance(r.Time + 1);
        Assert.Equal(patients, closed.State.Find(Records.Pool, FeeRules.PeriodId(agreement, 0))!.Whole("handles"));
        return closed.Changed.Count;
    }

    private static void AssertClosed(Shape shape) =>
        Assert.All(shape.Fields, f => Assert.Matches("^(code|number|yes or no|.*bytes|.*at most .*|\\[.*)$", f.Type.ToString()!));

    private static Row Grant(Region r)
    {
        r.Consent("model");
        Row c = r.State.Find(Records.Consent, Region.Key("model"))!;
        string[] fields = [.. Bodies.ConsentGranted.Fields.Select(f => f.Name)];
        return Bodies.ConsentGranted.Row([.. fields.Select(f => c[c.Shape.IndexOf(f)])]);
    }
}
