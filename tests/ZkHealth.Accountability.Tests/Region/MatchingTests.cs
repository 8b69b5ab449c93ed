using Xunit;
using static ZkHealth.Accountability.Tests.Region.PatientRows;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 5: what prohibitions match, and for how long a consent covers a purpose.</summary>
public sealed class MatchingTests
{
    // whoever took columns by which it discriminates was in breach of a prohibited purpose, and DISCRIMINATION was nobody's
    [Theory]
    [InlineData("HRESCH", "age", "DISCRIMINATION")]
    [InlineData("HMARKT", "age", "PROHIBITED_PURPOSE")]
    [InlineData("HRESCH", "diagnosis", "TAKEN")]
    public void Taking_what_discriminates_is_a_breach_of_its_own(string purpose, string column, string rule)
    {
        var r = new Region();
        Table(r, "prohibitions", Row("column:age", []), Row("HMARKT", []));
        byte[] denied = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"], purpose, columns: [column]);
        Assert.Equal("Breach: " + rule, r.Take("institute", denied).ToString());
        Assert.Equal(["institute " + rule], r.Breaches);
    }

    // of a column the operations of a prohibition were not read
    [Theory]
    [InlineData("download", "Permitted")]
    [InlineData("statistics", "Denied: DISCRIMINATION")]
    public void A_column_is_prohibited_for_its_operations(string operation, string said)
    {
        var r = new Region();
        Table(r, "prohibitions", Row("column:age", ["research"], rules: operation));
        r.AskStatistics("institute", r.Agree("institute", ["hospital"]), "age");
        Assert.Equal(said, r.Last.ToString());
    }

    // a code of the charter below a local one was not prohibited
    [Fact]
    public void What_lies_below_a_prohibited_purpose_is_prohibited()
    {
        var r = new Region();
        Table(r, "codes", Row("ZHIRING", ["ZEMPLOY"]));
        r.Ask("maker", r.Agree("maker", ["hospital"]), ["ann"], "ZHIRING");
        Assert.Contains("PROHIBITED_PURPOSE", r.Last.Codes);
    }

    // a consent for five years went on after the charter had made one year the longest term, and whoever consented to all
    // research had consented for longer to a kind of it than the charter lets anybody
    [Theory]
    [InlineData("HRESCH", 365, "Permitted")]
    [InlineData("HRESCH", 364, "Denied: NO_CONSENT")]
    [InlineData("BIORCH", 364, "Denied: NO_CONSENT")]
    [InlineData("CLINTRCH", 364, "Permitted")]
    public void A_consent_covers_no_purpose_for_longer_than_the_charter_lets_it(string shortened, long days, string said)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row[] rows = [Row(shortened, ["age"], days * Durations.Day), Row("HRESCH", ["age"])];
        Table(r, "purposes", [.. rows.DistinctBy(x => x.Code("code"))]);
        r.Ask("institute", agreement, ["ann"], "BIORCH", columns: ["age"]);
        Assert.Equal(said, r.Last.ToString());
    }

    // who made a delivery was told that nothing stood against it, and its word was a breach: it served what was not its own to
    // serve, or was kept from treating
    [Theory]
    [InlineData("HRESCH", "hospital", "FROZEN")]
    [InlineData("HRESCH", "centre", "FROZEN")]
    [InlineData("TREAT", "hospital", null)]
    [InlineData("TREAT", "maternity", "UNKNOWN_AGREEMENT")]
    public void What_stands_against_a_delivery_is_what_its_word_is_judged_by(string purpose, string server, string? code)
    {
        var r = new Region();
        r.Admit("maternity", "provider", "hospital", ["serve"]);
        r.Admit("centre", "user", "primary-care", ["request"], "centre as a user");
        r.Consent("ann", "centre", purpose: purpose);
        byte[] agreement = r.Agree("centre", ["hospital"], purpose),
            request = r.Ask("centre", agreement, ["ann"], purpose);
        Assert.Equal("Permitted", r.Last.ToString());
        r.Convict("hospital", "centre", "ONWARD", agreement, Severity.Serious);
        Assert.Equal(code, r.State.Hindrance(r.State.Find(Records.Request, request)!, server));
        Assert.Equal(code is null ? "Accepted" : "Breach: SERVED", r.Serve(server, request).ToString());
    }

    // statistics with a purpose of treatment were released after the agreement had ended
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Statistics_treat_nobody(bool isEnded)
    {
        var r = new Region();
        r.Admit("centre", "user", "primary-care", ["request"], "centre as a user");
        byte[] agreement = r.Agree("centre", ["hospital"], "TREAT");
        Row asked = Bodies.StatisticsRequested.Row(
            agreement,
            Region.Digest("person"),
            "TREAT",
            new[] { "age" },
            r.Time + Durations.Day
        );
        Assert.Equal("Permitted", r.Do("statistics requested", "centre", asked).ToString());
        byte[] request = r.LastId;
        if (isEnded)
        {
            r.Do("agreement ended", "centre", Bodies.AgreementEnded.Row(agreement));
        }

        Assert.Equal(!isEnded, r.State.PermitsRelease(request, Region.Key("hospital")));
    }
}
