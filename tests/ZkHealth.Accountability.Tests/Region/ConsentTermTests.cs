using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 5: consents to the letter of their terms, and the charter's tables.</summary>
public sealed class ConsentTermTests
{
    private static readonly byte[] Ethics = Region.Digest("ethics"),
        Project = Region.Digest("project");

    /// <summary>Section 5: the permission and each modifier must hold; an unknown one denies, and one without restriction is
    /// void.</summary>
    [Theory]
    [InlineData("DUO:0000042", "", "DUO:0000006", false, true)]
    [InlineData("DUO:0000006", "", "DUO:0000042", false, false)]
    [InlineData("DUO:0000006", "", "", false, false)]
    [InlineData("DUO:0000007", "", "DUO:0000007", false, true)]
    [InlineData("DUO:0000007", "", "DUO:0000006", false, false)]
    [InlineData("DUO:0000011", "", "DUO:0000011", false, true)]
    [InlineData("", "DUO:0000046", "", true, false)]
    [InlineData("", "DUO:0000046", "", false, true)]
    [InlineData("", "DUO:0000018", "", false, true)]
    [InlineData("", "DUO:0000021", "", false, true)]
    [InlineData("", "DUO:0000027", "", false, true)]
    [InlineData("", "DUO:0000028", "", false, false)]
    [InlineData("", "DUO:0000019", "", false, false)]
    [InlineData("", "DUO:9999999", "", false, false)]
    public void Terms_of_the_data_use_ontology_hold_or_deny(
        string granted,
        string modifier,
        string asked,
        bool commercial,
        bool permitted
    )
    {
        var r = new Region();
        Row grant = PatientRows
            .Grant(r)
            .With("permission", One(granted))
            .With("modifiers", One(modifier))
            .With("diseases", new[] { "MONDO:0005148" })
            .With("projects", new[] { Project });
        Assert.Equal("Accepted", r.Do("consent granted", "ann", grant, "hospital", "registry").ToString());
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row request = PatientRows
            .Asked(r, agreement)
            .With("permission", One(asked))
            .With("disease", new[] { "MONDO:0005148" })
            .With("commercial", commercial)
            .With("ethics", new[] { Ethics })
            .With("project", new[] { Project });
        Assert.Equal(permitted ? "Permitted" : "Denied: NO_CONSENT", r.Do("access requested", "institute", request).ToString());
        Row unrestricted = PatientRows.Grant(r).With("permission", new[] { "DUO:0000004" });
        Assert.Equal("Refused: PERMISSION", r.Do("consent granted", "bea", unrestricted, "hospital").ToString());
    }

    /// <summary>Section 9 and 5: the tables follow the charter before any other entry, and decide purposes, columns, terms,
    /// texts, standards and prohibitions.</summary>
    [Fact]
    public void Tables_of_the_charter_decide_what_they_name()
    {
        var r = new Region();
        PatientRows.Table(r, "purposes", PatientRows.Row("HRESCH", ["age"], 100 * Durations.Day));
        PatientRows.Table(r, "codes", PatientRows.Row("ZAGEING", ["HRESCH"]));
        PatientRows.Table(r, "texts", PatientRows.Row("research-en", ["HRESCH"], digest: Region.Digest("explanation")));
        PatientRows.Table(r, "standards", PatientRows.Row("FHIR-R4", []));
        PatientRows.Table(r, "prohibitions", PatientRows.Row("DSRCH", ["research"]), PatientRows.Row("column:age", ["company"]));
        Assert.Equal("Refused: TERM", r.Consent("ann").ToString());
        Assert.Equal("Accepted", r.Consent("ann", days: 100).ToString());
        Assert.Equal(
            "Refused: TEXT",
            Try(r, PatientRows.Grant(r).With("explanation", Region.Digest("other")).With("until", r.Time + 9))
        );
        Assert.Equal("Refused: STANDARD", r.Register("hospital", "scan", "DICOM").ToString());
        byte[] agreement = r.Agree("institute", ["hospital"], days: 50);
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal("Denied: NOT_NECESSARY", r.Last.ToString());
        r.Ask("institute", agreement, ["ann"], "ZAGEING", columns: ["age"]);
        Assert.Equal("Permitted", r.Last.ToString());
        r.Ask("institute", agreement, ["ann"], "DSRCH", columns: ["age"]);
        Assert.Equal("Denied: PROHIBITED_PURPOSE", r.Last.ToString());
        r.Ask("maker", r.Agree("maker", ["hospital"], days: 50), ["ann"], columns: ["age"]);
        Assert.Contains("DISCRIMINATION", r.Last.Codes);
    }

    /// <summary>Attack 17 of tables: nobody adopts rows that governance did not name, and a charter waits for its
    /// tables.</summary>
    [Fact]
    public void A_table_has_the_digest_that_was_named()
    {
        var r = new Region();
        Row table = Bodies.TableAdopted.Row("codes", new[] { PatientRows.Row("ZAGEING", ["HRESCH"]) });
        Assert.Equal("Refused: DIGEST", r.Do("table adopted", "hospital", table).ToString());
        Change c = new(StateMap.Empty, DueQueue.Empty, [], 0);
        TableRules.Expect(c, "codes", Region.Digest("codes"));
        Assert.False(TableRules.AreMissing(c));
        TableRules.ExpectAll(c, [Bodies.NamedDigest.Row("ethics", Region.Digest("ethics"))]);
        Assert.False(TableRules.AreMissing(c));
        TableRules.ExpectAll(c, [Bodies.NamedDigest.Row("codes", Region.Digest("codes"))]);
        Assert.True(TableRules.AreMissing(c));
    }

    private static string Try(Region r, Row grant) => r.Do("consent granted", "bea", grant, "hospital", "registry").ToString();

    private static string[] One(string code) => code.Length == 0 ? [] : [code];
}
