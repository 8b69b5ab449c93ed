using System.Security.Cryptography;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Sections 5 and 10: consents to the letter of their terms, tables of the charter, patients' keys.</summary>
public sealed class PatientTests
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
        Row grant = Grant(r)
            .With("permission", One(granted))
            .With("modifiers", One(modifier))
            .With("diseases", new[] { "MONDO:0005148" })
            .With("projects", new[] { Project });
        Assert.Equal("Accepted", r.Do("consent granted", "ann", grant, "hospital", "registry").ToString());
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row request = Asked(r, agreement)
            .With("permission", One(asked))
            .With("disease", new[] { "MONDO:0005148" })
            .With("commercial", commercial)
            .With("ethics", new[] { Ethics })
            .With("project", new[] { Project });
        Assert.Equal(permitted ? "Permitted" : "Denied: NO_CONSENT", r.Do("access requested", "institute", request).ToString());
        Row unrestricted = Grant(r).With("permission", new[] { "DUO:0000004" });
        Assert.Equal("Refused: PERMISSION", r.Do("consent granted", "bea", unrestricted, "hospital").ToString());
    }

    /// <summary>Section 9 and 5: the tables follow the charter before any other entry, and decide purposes, columns, terms,
    /// texts, standards and prohibitions.</summary>
    [Fact]
    public void Tables_of_the_charter_decide_what_they_name()
    {
        var r = new Region();
        Table(r, "purposes", Row("HRESCH", ["age"], 100 * Durations.Day));
        Table(r, "codes", Row("ZAGEING", ["HRESCH"]));
        Table(r, "texts", Row("research-en", ["HRESCH"], digest: Region.Digest("explanation")));
        Table(r, "standards", Row("FHIR-R4", []));
        Table(r, "prohibitions", Row("DSRCH", ["research"]), Row("column:age", ["company"]));
        Assert.Equal("Refused: TERM", r.Consent("ann").ToString());
        Assert.Equal("Accepted", r.Consent("ann", days: 100).ToString());
        Assert.Equal("Refused: TEXT", Try(r, Grant(r).With("explanation", Region.Digest("other")).With("until", r.Time + 9)));
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
        Row table = Bodies.TableAdopted.Row("codes", new[] { Row("ZAGEING", ["HRESCH"]) });
        Assert.Equal("Refused: DIGEST", r.Do("table adopted", "hospital", table).ToString());
        Change c = new(StateMap.Empty, DueQueue.Empty, [], 0);
        TableRules.Expect(c, "codes", Region.Digest("codes"));
        Assert.False(TableRules.AreMissing(c));
        TableRules.ExpectAll(c, [Bodies.NamedDigest.Row("ethics", Region.Digest("ethics"))]);
        Assert.False(TableRules.AreMissing(c));
        TableRules.ExpectAll(c, [Bodies.NamedDigest.Row("codes", Region.Digest("codes"))]);
        Assert.True(TableRules.AreMissing(c));
    }

    /// <summary>Attack 9: a provider invents patients. A handle that no registrar backs is assisted: for treatment
    /// only.</summary>
    [Fact]
    public void Attack_9_a_handle_without_registrar_counts_for_treatment_only()
    {
        var r = new Region();
        r.Do("consent granted", "invented", Grant(r), "hospital");
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["invented"]);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        r.Do("consent granted", "assisted", Grant(r).With("recipient", "centre").With("purposes", new[] { "TREAT" }), "hospital");
        r.Ask("centre", null, ["assisted"], "TREAT");
        Assert.Equal("Permitted", r.Last.ToString());
    }

    /// <summary>Attack 9: a provider recovers a patient's key for itself. It needs a registrar and 14 days in which the old key
    /// may object; the consents of a lost key then end and are recalled.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attack_9_a_lost_key_is_replaced_by_two_unless_it_objects(bool objects)
    {
        var r = new Region();
        r.Consent("ann");
        Row body = Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") });
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("handles replaced", "hospital", body).ToString());
        Assert.Equal("Refused: HANDLE", r.Do("handles replaced", "centre", body, "registry").ToString());
        Assert.Equal("Accepted", r.Do("handles replaced", "hospital", body, "registry").ToString());
        byte[] replacement = r.LastId;
        Assert.Equal("Refused: DUPLICATE", r.Do("handles replaced", "hospital", body, "registry").ToString());
        r.Wait((14 * Durations.Day) - 1);
        if (objects)
        {
            Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), replacement);
            Assert.Equal("Refused: HANDLE", r.Do("handle objected", "bea", objection).ToString());
            Assert.Equal("Accepted", r.Do("handle objected", "ann", objection).ToString());

            // replaced again, the objection was known already and the key could not object any more
            Assert.Equal("Accepted", r.Do("handles replaced", "hospital", body, "registry").ToString());
            byte[] second = r.LastId;
            Assert.Equal("Refused: DUPLICATE, NOT_REPLACED", r.Do("handle objected", "ann", objection).ToString());
            Row again = Bodies.HandleObjected.Row(Region.Key("ann"), second);
            Assert.Equal("Accepted", r.Do("handle objected", "ann", again).ToString());
        }

        r.Wait(1);
        Assert.Equal(objects, ConsentRules.IsInForce(r.State.Find(Records.Consent, Region.Key("ann"))!, r.Time));
    }

    /// <summary>Attack 9: a guardian is named by the patient, or by a registrar and a provider that is no party; until a date,
    /// and never a member.</summary>
    [Fact]
    public void Attack_9_a_guardian_revokes_until_its_date()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea");
        long until = r.Time + (10 * Durations.Day);
        Row body = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("mother"), until);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("guardian named", "hospital", body).ToString());
        Assert.Equal("Accepted", r.Do("guardian named", "hospital", body, "registry").ToString());
        Row member = Bodies.GuardianNamed.Row(Region.Key("bea"), Region.Key("centre"), until);
        Assert.Equal("Refused: GUARDIAN", r.Do("guardian named", "bea", member).ToString());
        r.Do("guardian named", "bea", Bodies.GuardianNamed.Row(Region.Key("bea"), Region.Key("son"), until));
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Take("institute", request);
        Assert.Equal("Refused: PARTY", r.Do("guardian named", "hospital", body, "registry").ToString());
        Row revoke = Bodies.ConsentRevoked.Row(Region.Key("ann"));
        Assert.Equal("Refused: HANDLE", r.Do("consent revoked", "son", revoke).ToString());
        Assert.Equal("Accepted", r.Do("consent revoked", "mother", revoke).ToString());
        r.Wait(10 * Durations.Day);
        Assert.Equal("Refused: HANDLE", r.Do("consent revoked", "son", Bodies.ConsentRevoked.Row(Region.Key("bea"))).ToString());
    }

    /// <summary>Attack 21: above a daily quota of a person an emergency is flagged, never denied; a patient objects, and the
    /// review decides.</summary>
    [Fact]
    public void Attack_21_emergencies_are_flagged_objected_to_and_reviewed()
    {
        var r = new Region();
        r.Consent("ann");
        for (int i = 0; i < 11; i++)
        {
            Row body = Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest($"contact {i}"));
            Assert.Equal("Accepted", r.Do("emergency", "hospital", body).ToString());
        }

        Assert.Single(r.All(Records.Emergency), e => e.Flag("flagged"));
        byte[] last = r.LastId;
        Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), last);
        Assert.Equal("Accepted", r.Do("handle objected", "ann", objection).ToString());
        Assert.Single(r.All(Records.Emergency), e => e.Flag("objected"));
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(last, true));
        Assert.Equal(["hospital NO_EMERGENCY"], r.Breaches);
        r.Wait(14 * Durations.Day);
        Assert.Single(r.Breaches, b => b == "commission-b REVIEW_LATE");
        Assert.Single(r.Breaches, b => b.StartsWith("hospital", StringComparison.Ordinal));
    }

    /// <summary>Attack 30: more than 4,096 patients are a committed cohort, whose consents a registrar's join proves.</summary>
    [Fact]
    public void Attack_30_a_cohort_is_committed_and_signed_by_a_registrar()
    {
        var r = new Region();
        Row cohort = Asked(r, r.Agree("institute", ["hospital"]))
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
        Row request = Asked(r, r.Agree("institute", ["hospital"]));
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
            Row body = Asked(r, agreement)
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

    private static string Try(Region r, Row grant) => r.Do("consent granted", "bea", grant, "hospital", "registry").ToString();

    /// <summary>Governance names a table, and it is adopted.</summary>
    internal static void Table(Region r, string name, params Row[] rows) =>
        Assert.Equal("Accepted", r.Adopt(name, rows).ToString());

    internal static Row Row(string code, string[] to, long number = 0, byte[]? digest = null, string? rules = null) =>
        Bodies.TableRow.Row(
            code,
            to,
            rules is null ? Array.Empty<string>() : [rules],
            number,
            digest is null ? Array.Empty<byte[]>() : [digest]
        );

    internal static Row Grant(Region r) =>
        Bodies.Consent(
            "user/research",
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age", "diagnosis" },
            r.Time,
            r.Time + (99 * Durations.Day),
            Region.Digest("explanation")
        );

    internal static Row Asked(Region r, byte[] agreement) =>
        Bodies.Request(agreement, Region.Digest("person"), ["age"], r.Time + Durations.Day, [Region.Key("ann")]);

    private static string[] One(string code) => code.Length == 0 ? [] : [code];
}
