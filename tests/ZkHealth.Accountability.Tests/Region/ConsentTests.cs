using Xunit;
using ZkHealth.Accountability.Reports;
using static ZkHealth.Accountability.Tests.Region.PatientRows;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Sections 5 to 8 and 10: grounds and liability by tables of the charter, and whose consent is one.</summary>
public sealed class ConsentTests
{
    /// <summary>Sections 5 and 6: legal grounds are the charter's, for registering and for keeping what is recalled.</summary>
    [Fact]
    public void Legal_grounds_are_those_of_the_charter()
    {
        var r = new Region();
        Table(r, "grounds", Row("trial-data", []));
        Assert.Equal("Refused: NO_GROUND", r.Register("hospital", "scan").ToString());
        Row kept = Bodies.ErasureAttested.Row(Region.Digest("recall"), new[] { "curiosity" });
        Assert.Contains("GROUND", r.Do("erasure attested", "institute", kept).Codes);
        Table(r, "grounds", Row("duty-to-document", []));
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
    }

    /// <summary>The liability table is the charter's: its rows stand in the place of the defaults, and the report prints
    /// them.</summary>
    [Fact]
    public void Liability_is_a_table_of_the_charter()
    {
        var r = new Region();
        Table(r, "liability", Row("LEAKED", ["insurer-of-both"], rules: "verdict"), Row("LATE_LABEL", ["server"]));
        IReadOnlyList<Liability> table = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1).Liabilities;
        Assert.Equal(("insurer-of-both", "by verdict"), Told("LEAKED"));
        Assert.Equal(("server", "by itself"), Told("LATE_LABEL"));
        Assert.Equal(("taker", "by itself"), Told("TAKEN"));
        Assert.Equal(table.Count, table.DistinctBy(l => l.Rule).Count());

        (string, string) Told(string rule)
        {
            Liability row = table.Single(l => l.Rule == rule);
            return (row.Answers, row.Decided);
        }
    }

    /// <summary>Section 5: a recipient is a member or a class of the charter; "everybody" was taken for a member's name, and a
    /// patient thought that she had granted something.</summary>
    [Theory]
    [InlineData("institute", "Accepted")]
    [InlineData("user/research", "Accepted")]
    [InlineData("everybody", "Refused: RECIPIENT")]
    [InlineData("any", "Refused: RECIPIENT")]
    [InlineData("user/any", "Refused: RECIPIENT")]
    [InlineData("user/", "Refused: RECIPIENT")]
    [InlineData("anybody/research", "Refused: RECIPIENT")]
    [InlineData("user/research/all", "Refused: RECIPIENT")]
    public void A_recipient_is_a_member_or_a_class(string recipient, string outcome) =>
        Assert.Equal(outcome, new Region().Consent("ann", recipient).ToString());

    /// <summary>Section 5 and attack 23: a consent that is granted after data were collected is not older than they are,
    /// whatever date it bears; one that had ended is none.</summary>
    [Fact]
    public void A_consent_bears_no_date_before_its_leaf()
    {
        var r = new Region();
        r.Consent("ann", days: 10);
        r.Sleep(Durations.Day);
        long collected = r.Time;
        r.Sleep(Durations.Day);
        Row grant = Bodies.Consent(
            "user/research",
            ["GENERAL"],
            ["HRESCH"],
            ["age"],
            Region.Start,
            r.Time + Durations.Day,
            Region.Digest("explanation")
        );
        Assert.Equal("Accepted", r.Do("consent granted", "bea", grant, "hospital").ToString());
        Assert.Equal("Refused: COLLECTED_BEFORE_CONSENT", Register("bea", collected));
        Assert.Equal("Accepted", Register("ann", collected));
        r.Sleep(10 * Durations.Day);
        Assert.Equal("Refused: COLLECTED_BEFORE_CONSENT", Register("ann", r.Time));

        string Register(string handle, long time) =>
            r.Do(
                    "asset registered",
                    "hospital",
                    Bodies.Registration(
                        Region.Digest($"record of {handle} at {time}"),
                        ["age"],
                        time,
                        consents: [Region.Key(handle)]
                    )
                )
                .ToString();
    }

    /// <summary>Attack 9: a provider that is a registrar too does not back the consents to its own records.</summary>
    [Fact]
    public void Attack_9_nobody_backs_consents_to_its_own_records()
    {
        var r = new Region();
        r.Admit("hospital", "registrar", "hospital", ["attest"], "desk of hospital");
        Assert.Contains("registrar", r.State.Find(Records.Member, "hospital")!.Codes("roles"));
        Assert.Equal(
            "Refused: COUNTERSIGNATURE",
            r.Do("consent granted", "ann", Grant(r), "hospital", "desk of hospital").ToString()
        );
        r.Do("consent granted", "ann", Grant(r), "hospital");
        r.Do("consent granted", "bea", Grant(r), "hospital", "registry");
        Assert.False(r.State.Find(Records.Consent, Region.Key("ann"))!.Flag("backed"));
        Assert.True(r.State.Find(Records.Consent, Region.Key("bea"))!.Flag("backed"));
    }

    /// <summary>Attack 9: of backed consents one in 200 is drawn by the root of a later checkpoint and checked with the patient.
    /// One that she does not know ends; none is checked that was not drawn, and none twice.</summary>
    [Fact]
    public void Attack_9_drawn_consents_are_checked_with_the_patient()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string name in (string[])["ann", "bea", "cas"])
        {
            r.Consent(name);
        }

        byte[] request = r.Ask("institute", agreement, ["ann", "bea"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        byte[] root = Drawing("ann"),
            second = Drawing("bea");
        Assert.Equal("Refused: NOT_DRAWN", Check("registry", second, ["ann"], []));
        Assert.Equal("Refused: ROLE", Check("hospital", root, ["ann"], []));
        Assert.Equal("Refused: HANDLE", Check("registry", Drawing("cas"), ["cas"], []));
        Assert.Equal("Refused: HANDLE_TWICE", Check("registry", root, ["ann"], ["ann"]));
        Assert.Equal("Refused: NOTHING_NAMED", Check("registry", root, [], []));
        Assert.Equal("Accepted", Check("registry", root, ["ann"], []));
        Assert.Equal("Refused: DUPLICATE", Check("registry", root, ["ann"], []));
        Assert.Equal("Accepted", Check("registry", second, [], ["bea"]));
        Assert.Single(r.State.Find(Records.Consent, Region.Key("bea"))!.List<long>("revoked"));
        Assert.NotNull(r.State.Find(Records.Recall, RecallRules.Id(agreement, r.Time)));
        PeriodReport report = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1),
            held = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1, _ => false);
        Assert.Equal(2, held.Consents["drawn by a root that the log never had"]);
        Assert.Equal("checked and confirmed 1, checked and denied 1, granted 3", report.Consents.ToString());

        // the first of a row of known digests that draws the handle, so that the test is the same each time
        static byte[] Drawing(string name) =>
            Enumerable
                .Range(0, 100_000)
                .Select(i => Region.Digest($"root {i}"))
                .First(d => CheckRules.IsDrawn(Region.Key(name), d, Parameter.CheckedPart.Default));

        string Check(string who, byte[] by, string[] confirmed, string[] denied) =>
            r.Do(
                    "consents checked",
                    who,
                    Bodies.ConsentsChecked.Row(
                        agreement,
                        r.Steps.Count,
                        by,
                        confirmed.Select(Region.Key),
                        denied.Select(Region.Key)
                    )
                )
                .ToString();
    }
}
