using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Requests for cohorts and statistics, and the results that name them.</summary>
public sealed class RequestTests
{
    /// <summary>Attack 30: more than 4,096 patients are a committed cohort, whose consents a registrar's join proves.</summary>
    [Fact]
    public void Attack_30_a_cohort_is_committed_and_signed_by_a_registrar()
    {
        var r = new Region();
        Row cohort = PatientRows
            .Asked(r, r.Agree("institute", ["hospital"]))
            .With("handles", Array.Empty<byte[]>())
            .With("cohort", new[] { Region.Digest("cohort") })
            .With("count", 100_000);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("access requested", "institute", cohort).ToString());
        Assert.Equal("Permitted", r.Do("access requested", "institute", cohort, "registry").ToString());
        Row both = cohort.With("handles", new[] { Region.Key("ann") });
        Assert.Equal("Refused: NOTHING_NAMED", r.Do("access requested", "institute", both, "registry").ToString());
        Assert.Throws<ArgumentException>(() =>
            both.With("handles", Enumerable.Range(0, 4097).Select(i => Region.Digest($"{i}").Prepend((byte)1).ToArray())).Encode()
        );
    }

    /// <summary>Section 5: a cohort takes the place of more than 4,096 handles. One of a single patient was permitted without any
    /// consent on the log.</summary>
    [Fact]
    public void A_cohort_is_of_more_patients_than_a_request_can_name()
    {
        var r = new Region();
        r.Consent("ann");
        Row request = PatientRows.Asked(r, r.Agree("institute", ["hospital"]));
        Row cohort = request.With("handles", Array.Empty<byte[]>()).With("cohort", new[] { Region.Digest("cohort") });
        Assert.Equal("Refused: COUNT", r.Do("access requested", "institute", cohort, "registry").ToString());
        Assert.Equal("Refused: COUNT", Ask(4096));
        Assert.Equal("Permitted", Ask(4097));
        Assert.Equal("Refused: COUNT", r.Do("access requested", "institute", request.With("count", 2)).ToString());

        string Ask(long count) => r.Do("access requested", "institute", cohort.With("count", count), "registry").ToString();
    }

    /// <summary>Section 6: a use names handles or the cohort's root. A revocation in the cohort recalls what was taken, also
    /// where it comes between the two words, and permits nothing more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_revokes_in_a_cohort_is_heard(bool between)
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] ann = Request("cohort of ann"),
            bea = Request("cohort of bea");
        Assert.Equal("Breach: SERVED", r.Serve("hospital", bea, root: "other", cohort: "cohort of ann").ToString());
        Assert.Equal("Accepted", r.Serve("hospital", ann, cohort: "cohort of ann").ToString());
        Assert.Equal("Refused: ROLE", Revoke("commission-a", ann));
        Assert.Equal("Refused: UNKNOWN_REQUEST", Revoke("registry", agreement));
        if (between)
        {
            Assert.Equal("Accepted", Revoke("registry", ann));
        }

        Assert.Equal("Accepted", r.Take("institute", ann).ToString());
        if (!between)
        {
            Assert.Equal("Accepted", Revoke("registry", ann));
        }

        Assert.Single(r.All(Records.Recall));
        Assert.Equal("Refused: DUPLICATE", Revoke("registry", ann));
        Assert.Equal("Breach: SERVED", r.Serve("hospital", ann, root: "later", cohort: "cohort of ann").ToString());
        r.Admit("institute", "registrar", "registry", ["attest"], "institute as a registrar");
        Assert.Equal("Refused: PARTY", Revoke("institute as a registrar", bea));

        byte[] Request(string cohort)
        {
            Row body = PatientRows
                .Asked(r, agreement)
                .With("handles", Array.Empty<byte[]>())
                .With("cohort", new[] { Region.Digest(cohort) })
                .With("count", 5000);
            Assert.Equal("Permitted", r.Do("access requested", "institute", body, "registry").ToString());
            return r.LastId;
        }

        string Revoke(string who, byte[] request) =>
            r.Do("cohort revoked", who, Bodies.CohortRevoked.Row((object)request)).ToString();
    }

    /// <summary>Section 11: statistics need credit of 40 and an agreement, and no handle.</summary>
    [Fact]
    public void A_request_for_statistics_names_no_handles()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Assert.Equal("Permitted", Statistics(r, agreement, "HRESCH", "age"));
        Assert.Equal("Denied: COLUMNS, PROHIBITED_PURPOSE, PURPOSE", Statistics(r, agreement, "HMARKT", "name"));
        r.Convict("hospital", "institute", "REIDENTIFICATION", Region.Digest("x"), Severity.Grave);
        Assert.Equal("Permitted", Statistics(r, agreement, "HRESCH", "age"));
        r.Ask("institute", agreement, ["ann"]);
        Assert.Contains("CREDIT", r.Last.Codes);
        r.Convict("hospital", "institute", "ONWARD", Region.Digest("y"), Severity.Minor);
        Assert.Equal("Denied: CREDIT", Statistics(r, agreement, "HRESCH", "age"));
    }

    /// <summary>Section 6: a result names its request and assets, once; of a denied request it is a confession.</summary>
    [Fact]
    public void A_result_names_its_request_and_a_denied_one_is_confessed()
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "scan");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] permitted = r.Ask("institute", agreement, ["ann"]),
            denied = r.Ask("institute", agreement, ["bea"]);
        Assert.Equal("Refused: UNKNOWN_REQUEST", Publish(r, "maker", "paper", permitted));
        Assert.Equal("Refused: RESULT_KIND", Publish(r, "institute", "song", permitted));
        Assert.Equal("Accepted", Publish(r, "institute", "paper", permitted));
        Assert.Equal("Refused: DUPLICATE", Publish(r, "institute", "paper", permitted));
        Assert.Equal("Breach: TAKEN", Publish(r, "institute", "model", denied));
    }

    private static string Publish(Region r, string who, string kind, byte[] request) =>
        r.Do(
                "result published",
                who,
                Bodies.ResultPublished.Row(
                    Region.Digest(kind),
                    kind,
                    request,
                    new[] { Region.Digest("scan") },
                    Region.Digest("citation")
                )
            )
            .ToString();

    private static string Statistics(Region r, byte[] agreement, string purpose, string column) =>
        r.Do(
                "statistics requested",
                "institute",
                Bodies.StatisticsRequested.Row(
                    agreement,
                    Region.Digest("person"),
                    purpose,
                    new[] { column },
                    r.Time + Durations.Day
                )
            )
            .ToString();
}
