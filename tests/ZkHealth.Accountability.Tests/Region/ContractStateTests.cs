using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What holds after any row of entries, and each refusal that a review attacked.</summary>
public sealed class ContractStateTests
{
    private static readonly string[] People =
    [
        "ann",
        "bea",
        "institute",
        "maker",
        "hospital",
        "centre",
        "insurer",
        "treasury",
        "commission-a",
        "auditor-a",
        "operator",
    ];

    [Property(MaxTest = 60)]
    public void After_any_entries_money_is_whole_and_credit_within_bounds_and_a_refusal_changes_nothing(ushort seed)
    {
        var random = new Random(seed);
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000),
            request = [],
            proposal = [],
            report = [];
        for (int i = 0; i < 40; i++)
        {
            byte[] before = r.State.Root.ToArray();
            string who = People[random.Next(People.Length)];
            switch (random.Next(14))
            {
                case 0:
                    r.Consent(who, "user/company");
                    break;
                case 1:
                    r.Revoke(who);
                    break;
                case 2:
                    request = r.Ask("maker", agreement, ["ann"]);
                    break;
                case 3:
                    r.Serve("hospital", request.Length == 32 ? request : new byte[32]);
                    break;
                case 4:
                    r.Take("maker", request.Length == 32 ? request : new byte[32]);
                    break;
                case 5:
                    r.Do("use value reported", "maker", Bodies.ValueReported.Row(agreement, random.NextInt64(1L << 50)));
                    break;
                case 6:
                    r.Do("money received", who, Bodies.MoneyReceived.Row("maker", random.NextInt64(1L << 40)));
                    break;
                case 7:
                    r.Do("share claimed", who, Bodies.ShareClaimed.Row(agreement, random.Next(3)));
                    break;
                case 8:
                    r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text(who), random.Next(1 << 20)));
                    break;
                case 9:
                    r.Do("report", "centre", Bodies.ReportMade.Row(who, "TAKEN", agreement));
                    report = r.LastId;
                    break;
                case 10:
                    proposal = r.Propose(
                        "commission-a",
                        "verdict",
                        number: (long)Severity.Serious,
                        about: report.Length == 32 ? report : null
                    );
                    break;
                case 11:
                    r.Approve(proposal.Length == 32 ? proposal : new byte[32], who, "commission-a", "auditor-a");
                    continue;
                case 12:
                    r.Wait(random.NextInt64(60 * Durations.Day));
                    continue;
                default:
                    r.Do("agreement ended", who, Bodies.AgreementEnded.Row(agreement));
                    break;
            }

            if (r.Last.Kind == OutcomeKind.Refused)
            {
                Assert.NotEmpty(r.Last.Codes);
                Assert.Equal(before, r.State.Root.ToArray());
            }

            if (r.Last.Kind == OutcomeKind.Permitted)
            {
                Assert.True(ConsentRules.IsInForce(r.State.Find(Records.Consent, Region.Key("ann"))!, r.Time));
            }

            Assert.Equal(0, r.MoneyMissing());
            Assert.All(r.State.Members, m => Assert.InRange(r.Credit(m), 0, 100));
            Assert.True(r.State.NextDue is null || r.State.NextDue > r.State.Time);
        }

        // many small steps or one: the same
        ContractState steps = r.State;
        for (long t = r.Time; t < r.Time + (50 * Durations.Day); t += 10 * Durations.Day)
        {
            steps = steps.Advance(t + (10 * Durations.Day)).State;
        }

        Assert.Equal(
            Convert.ToHexString(r.State.Advance(r.Time + (50 * Durations.Day)).State.Root.Span),
            Convert.ToHexString(steps.Root.Span)
        );
    }

    /// <summary>Attack 2: the service kept a grant back and appended it after the revocation; now the entry has an end, and
    /// its
    /// number is taken.</summary>
    [Fact]
    public void An_entry_that_was_kept_back_is_void()
    {
        var r = new Region();
        Row body = Bodies.Consent(
            "user/research",
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age" },
            r.Time,
            r.Time + Durations.Day * 9,
            Region.Digest("text")
        );
        Act kept = r.Act("consent granted", "ann", body, "hospital");
        Assert.Equal("Accepted", r.State.Check(kept, r.Time + Durations.Hour - 1).ToString());
        Assert.Equal("Refused: EXPIRED", r.State.Check(kept, r.Time + Durations.Hour).ToString());
        r.Consent("ann");
        r.Revoke("ann");
        Assert.Equal(["HANDLE_USED", "NUMBER"], r.State.Check(kept, r.Time).Codes.Order());
        Assert.Equal("Refused: DUPLICATE", r.Revoke("ann").ToString());
    }

    [Fact]
    public void All_reasons_are_told_at_once()
    {
        var r = new Region();
        Row body = Bodies.Consent(
            "any",
            Array.Empty<string>(),
            new[] { "PLEASURE" },
            new[] { "age" },
            r.Time,
            r.Time,
            Region.Digest("text")
        );
        Outcome outcome = r.Do("consent granted", "ann", body);
        Assert.Equal(["COUNTERSIGNATURE", "NOTHING_NAMED", "PURPOSE", "RECIPIENT", "TERM"], outcome.Codes);
        Assert.Equal("Refused: UNKNOWN_KIND", r.State.Check(new Act("wish", Region.Key("ann"), []), r.Time).ToString());
        Assert.Equal("Refused: MALFORMED", r.State.Check(new Act("appeal", Region.Key("hospital"), [0x80]), r.Time).ToString());
    }

    [Fact]
    public void A_request_is_denied_with_its_codes()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"], deposit: 0);
        r.Consent("ann");
        r.Ask("institute", null, ["ann"]);
        Assert.Equal("Denied: NO_AGREEMENT", r.Last.ToString());
        r.Ask("institute", agreement, ["ann"], "HMARKT", "GENETIC", ["name"]);
        Assert.Equal(["CLASS", "COLUMNS", "NO_CONSENT", "PROHIBITED_PURPOSE", "PURPOSE"], r.Last.Codes);
        r.Ask("institute", agreement, ["ann"], "BIORCH");
        Assert.Equal("Permitted", r.Last.ToString());
        r.Ask("insurer", null, ["ann"], columns: ["region"]);
        Assert.Contains("DISCRIMINATION", r.Last.Codes);
    }

    /// <summary>Attack 6: a missing, expired, revoked and other consent look alike.</summary>
    [Fact]
    public void About_a_patient_there_is_one_reason()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Consent("revoked");
        r.Revoke("revoked");
        r.Consent("other", @class: "GENETIC");
        r.Consent("short", days: 1);
        r.Wait(Durations.Day);
        foreach (string handle in (string[])["unknown", "revoked", "other", "short"])
        {
            r.Ask("institute", agreement, [handle]);
            Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        }
    }

    /// <summary>Attack 4 and section 6: a provider names an innocent user, and the user is untouched.</summary>
    [Fact]
    public void One_partys_word_convicts_itself_only()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], @class: "GENETIC");
        byte[] denied = r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        r.Serve("hospital", denied);
        r.Wait(2 * Durations.Day);
        Assert.Equal(["hospital SERVED"], r.Breaches);
    }

    /// <summary>The matrix of words, for a permitted use: silence of either side is minor, other rows are a dispute and
    /// nobody's
    /// breach.</summary>
    [Theory]
    [InlineData(true, false, 10, "institute NO_RECEIPT")]
    [InlineData(false, true, 10, "hospital NOT_LOGGED")]
    [InlineData(true, true, 10, "")]
    [InlineData(true, true, 11, "")]
    public void Words_that_differ_name_who_is_silent(bool served, bool taken, int rows, string breaches)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        if (served)
        {
            r.Serve("hospital", request);
        }

        r.Wait(Durations.Day - 1);
        if (taken)
        {
            r.Take("institute", request, rows: rows);
        }

        r.Wait(2 * Durations.Day);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
        Assert.Equal(rows == 11, r.All(Records.Use).Single().Flag("dispute"));
        Assert.Equal(100_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Section 6: the words of both sides name other roots: that is a dispute, whoever spoke first, and nobody is in
    /// breach by it. Each was convicted for the silence about the root that it named.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Words_with_other_roots_are_a_dispute(bool serverFirst)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Action[] words = [() => r.Serve("hospital", request, root: "one"), () => r.Take("institute", request, root: "other")];
        foreach (Action word in serverFirst ? words : words.Reverse())
        {
            word();
            r.Sleep(Durations.Hour);
        }

        r.Wait(30 * Durations.Day);
        Assert.Empty(r.Breaches);
        Assert.Equal([true, true], r.All(Records.Use).Select(u => u.Flag("dispute")));

        // a later delivery with words that agree is none of it, and silence about a later one is a breach again
        byte[] next = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", next, root: "third");
        r.Take("institute", next, root: "third");
        r.Serve("hospital", next, root: "fourth");
        r.Wait(2 * Durations.Day);
        Assert.Equal(["institute NO_RECEIPT"], r.Breaches);
    }

    /// <summary>Section 8: at most 20 % of a deposit a day by what is a breach without a verdict; judges are not bound by
    /// it.</summary>
    [Fact]
    public void A_verdict_is_not_bound_by_the_daily_part()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string rule in (string[])["ONE", "TWO", "THREE"])
        {
            r.Convict("centre", "institute", rule, agreement, Severity.Grave);
        }

        Assert.Equal(70_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>Attacks 12 and 17: an appeal is decided by others than the verdict; what was held and lost comes
    /// back.</summary>
    [Fact]
    public void An_appeal_is_decided_by_others_and_gives_everything_back()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave);
        Assert.Equal((40, 90_000), (r.Credit("institute"), r.State.Find(Records.Agreement, agreement)!.Whole("locked")));
        Assert.Equal("Accepted", r.Do("appeal", "institute", Bodies.AppealMade.Row(breach)).ToString());
        byte[] annul = r.Propose("commission-b", "annul", about: breach);
        r.Approve(annul, "auditor-a");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
        r.Wait(20 * Durations.Day);
        r.Approve(annul, "commission-b", "auditor-b");
        Assert.Equal((80, 100_000), (r.Credit("institute"), r.State.Find(Records.Agreement, agreement)!.Whole("locked")));
        Assert.Empty(r.Breaches);
    }

    [Fact]
    public void A_parameter_changes_by_its_threshold_after_its_delay_and_not_before()
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "param", code: Parameter.OpenReports.Name, number: 1);
        r.Approve(proposal, "commission-a", "hospital", "centre", "patients");
        r.Wait(15 * Durations.Day);
        Assert.Null(r.State.Find(Records.Param, Parameter.OpenReports.Name));
        r.Approve(proposal, "commission-b");
        r.Wait((14 * Durations.Day) - 1);
        Assert.Null(r.State.Find(Records.Param, Parameter.OpenReports.Name));
        r.Wait(1);
        Assert.Equal(1, r.State.Find(Records.Param, Parameter.OpenReports.Name)!.Whole("value"));
        r.Do("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal(
            "Refused: REPORTS_OPEN",
            r.Do("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("b"))).ToString()
        );
    }

    [Fact]
    public void Money_is_moved_by_the_treasury_alone_and_never_more_than_there_is()
    {
        var r = new Region();
        Assert.Equal("Refused: ROLE", r.Do("money received", "maker", Bodies.MoneyReceived.Row("maker", 5)).ToString());
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", long.MaxValue));
        Assert.Equal("Refused: AMOUNT", r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1)).ToString());
        Assert.Equal(
            "Refused: AMOUNT",
            r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text("hospital"), 1)).ToString()
        );
        Assert.Equal(
            "Accepted",
            r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text("maker"), long.MaxValue)).ToString()
        );
    }

    [Fact]
    public void A_key_that_is_compromised_signs_nothing_more()
    {
        var r = new Region();
        Assert.Equal(
            "Refused: UNKNOWN_KEY",
            r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("centre"), r.Time)).ToString()
        );
        r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time));
        Assert.Equal("Refused: KEY_REVOKED", r.Register("hospital", "late").ToString());
    }

    /// <summary>An admitted key had every scope, for five years, whatever was approved.</summary>
    [Fact]
    public void An_admitted_key_has_the_scopes_and_the_end_that_were_approved()
    {
        var r = new Region();
        long until = r.Time + (100 * Durations.Day);
        byte[] proposal = r.Propose(
            "commission-a",
            "admit",
            "clinic",
            "provider",
            "hospital",
            1,
            null,
            Region.Key("clinic"),
            ["serve"],
            until
        );
        r.Approve(proposal, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Equal("Accepted", r.Register("clinic", "scan").ToString());
        Assert.Equal(
            "Refused: SCOPE",
            r.Do("report", "clinic", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a"))).ToString()
        );
        r.Wait(86 * Durations.Day);
        Assert.Equal("Refused: KEY_EXPIRED", r.Register("clinic", "later").ToString());
        r.Propose("commission-a", "admit", "other", "provider", "hospital", 1, null, Region.Key("other"), ["rule"], until * 2);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
    }

    /// <summary>The first operator had the whole part of all.</summary>
    [Fact]
    public void Several_operators_share_their_part_alike()
    {
        var r = new Region();
        byte[] proposal = r.Propose(
            "commission-a",
            "admit",
            "second",
            "operator",
            "company",
            1,
            null,
            Region.Key("second"),
            ["attest"],
            r.Time + Durations.Day * 400
        );
        r.Approve(proposal, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        r.Consent("ann", "user/company");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1_000_000));
        r.Do("use value reported", "maker", Bodies.ValueReported.Row(agreement, 10_005_000));
        r.Wait(120 * Durations.Day);

        // 1 % is 100,050: 2 % of that 2,001 for two, 10 % 10,005, the rest 88,044
        Assert.Equal((1_000, 1_000, 88_044), (r.Balance("operator"), r.Balance("second"), r.Balance("hospital")));
        Assert.Equal((1, 0), (r.Fund(Funds.Dust), (long)r.MoneyMissing()));
    }

    /// <summary>An agreement was thawed by the first annulment, while another breach stood.</summary>
    [Fact]
    public void An_agreement_stays_frozen_until_the_last_of_its_breaches_is_annulled()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] first = r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave),
            second = r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Serious);
        foreach (byte[] breach in (byte[][])[first, second])
        {
            Assert.True(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
            r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
            r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        }

        Assert.False(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
    }

    /// <summary>Section 9: max(1, ⌈numerator × n ∕ denominator⌉), also of nobody.</summary>
    [Theory]
    [InlineData(2, 3, 0, 1)]
    [InlineData(2, 3, 1, 1)]
    [InlineData(2, 3, 3, 2)]
    [InlineData(2, 3, 4, 3)]
    [InlineData(1, 1, 5, 5)]
    public void Thresholds_round_up(long numerator, long denominator, int n, long needed) =>
        Assert.Equal(needed, GovernanceRules.Threshold(numerator, denominator, n));

    [Fact]
    public void Every_shape_reads_its_own_bytes_and_no_others()
    {
        Row row = Bodies.ValueReported.Row(new byte[32], 7);
        byte[] bytes = row.Encode();
        Assert.True(Bodies.ValueReported.TryDecode(bytes, out Row? read));
        Assert.Equal(7, read.Whole("cumulative"));
        Assert.False(Bodies.ValueReported.TryDecode((byte[])[.. bytes, 0], out _));
        Assert.False(Bodies.DepositPaid.TryDecode(bytes.AsMemory(1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bodies.ValueReported.Row(new byte[32], -7).Encode());
    }

    /// <summary>The table of docs/accountability.md has a row for every kind of entry, with its fields in their
    /// order.</summary>
    [Fact]
    public void Every_kind_stands_in_the_document_with_its_fields()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        string[] lines = File.ReadAllLines(Path.Combine(folder, "docs", "accountability.md"));
        Assert.All(
            ActKind.All.Values,
            k =>
                Assert.Contains(
                    lines,
                    l =>
                        l.StartsWith($"| {k.Name} |", StringComparison.Ordinal)
                        && l.Contains($"| {string.Join(", ", k.Body.Fields.Select(f => f.Name))} |", StringComparison.Ordinal)
                        && l.EndsWith($"| {ActHelp.All[k.Name].Effect} |", StringComparison.Ordinal)
                        && ActHelp.All[k.Name].Refusals.All(c => l.Contains($"`{c}`", StringComparison.Ordinal))
                        && ActHelp.All[k.Name].Denials.All(c => l.Contains($"`{c}`", StringComparison.Ordinal))
                )
        );
    }

    /// <summary>A clerk was told "refused: HANDLE_USED" and had nowhere to look it up.</summary>
    [Fact]
    public void Every_code_of_a_refusal_is_explained_in_words() =>
        Assert.DoesNotContain(
            ActHelp
                .All.Values.SelectMany(h => h.Refusals.Concat(h.Denials))
                .Concat([
                    "TIME",
                    "UNKNOWN_KIND",
                    "MALFORMED",
                    "SIGNER",
                    "SCOPE",
                    "KEY_REVOKED",
                    "KEY_EXPIRED",
                    "SUSPENDED",
                    "NUMBER",
                ])
                .Concat(["EXPIRED", "NUMBERED"])
                .Distinct(),
            code => ActCodes.Of(code) is null
        );

    /// <summary>A clerk was told "TERMS: a part of the proposal is missing", and nowhere which parts there are.</summary>
    [Fact]
    public void Every_field_of_every_body_is_explained_in_words()
    {
        var unknown = new List<string>();
        foreach (ActKind kind in ActKind.All.Values)
        {
            Visit(kind.Body);
        }

        Assert.Empty(unknown);
        void Visit(Shape shape)
        {
            foreach (Field field in shape.Fields)
            {
                if (FieldHelp.Of(shape, field) is null)
                {
                    unknown.Add($"{shape.Name}.{field.Name}");
                }

                if (field.Type.Inner is Shape inner)
                {
                    Visit(inner);
                }
            }
        }
    }
}
