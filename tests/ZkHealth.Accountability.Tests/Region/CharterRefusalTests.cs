using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Every reason against a charter, and those that any kind of entry may meet.</summary>
public sealed class CharterRefusalTests
{
    private static readonly Row One = Member("ONE", "key 0"),
        Other = Member("OTHER", "key of nobody who signed");

    public static TheoryData<string> Codes() => [.. Faults.Keys];

    private static readonly Dictionary<string, Row> Faults = new(StringComparer.Ordinal)
    {
        ["MEMBERS"] = Charter(One, Member("one", "key 1")),
        ["ROLE"] = Charter(One.With("roles", new[] { "wizard" })),
        ["SCOPES"] = Charter(One.With("keys", new[] { Key("key 0").With("scopes", new[] { "rule" }) })),
        ["FACTOR"] = Charter(One.With("factor", MemberRules.MaxFactor + 1)),
        ["KEY_TWICE"] = Charter(One, Member("OTHER", "key 0")),
        ["TERM"] = Charter(One.With("keys", new[] { Key("key 0").With("until", Region.Start) })),
        ["SIGNATURES"] = Charter(One, Other),
        ["TABLES"] = Charter(One).With("tables", new[] { Bodies.NamedDigest.Row("wonders", Region.Digest("x")) }),
        ["THRESHOLD"] = Charter(One)
            .With("thresholds", new[] { Bodies.NamedThreshold.Row("verdict", new[] { Bodies.Needed.Row("authority", 2, 1) }) }),
        ["UNKNOWN_PARAMETER"] = Charter(One).With("params", new[] { Bodies.NamedNumber.Row("wonder", 1) }),
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_charter_is_refused_for_its_fault_alone(string code)
    {
        Assert.Equal("Accepted", Found(Charter(One)).ToString());
        Assert.Equal($"Refused: {code}", Found(Faults[code]).ToString());
    }

    [Fact]
    public void A_charter_founds_its_own_log_once()
    {
        Assert.Equal("Refused: ORIGIN", Found(Charter(One), "city/0000000000000000").ToString());
        var r = new Region();
        Assert.Contains("CHARTER_EXISTS", r.Do("charter", "commission-a", Charter(One)).Codes);
    }

    /// <summary>Until the tables of a charter have followed nothing else is taken; the code had no words.</summary>
    [Fact]
    public void Nothing_is_taken_before_the_tables_of_the_charter()
    {
        Row named = Bodies.NamedDigest.Row(TableRules.Codes, Region.Digest("codes"));
        ContractState state = Founded(Charter(One).With("tables", new[] { named })).State;
        Act act = new("appeal", Region.Key("key 0"), Bodies.AppealMade.Row(new byte[32]).Encode());
        Assert.Equal("Refused: TABLES_MISSING, UNKNOWN_BREACH", state.Check(act, Region.Start).ToString());
        Assert.NotNull(ActCodes.Of("TABLES_MISSING"));
    }

    [Fact]
    public void Any_kind_is_refused_for_its_time_form_number_and_signer()
    {
        var r = new Region();
        Act appeal = r.Act("appeal", "maker", Bodies.AppealMade.Row(new byte[32]));
        Assert.Equal("Refused: TIME", r.State.Check(appeal, r.Time - 1).ToString());
        Assert.Equal("Refused: UNKNOWN_KIND", r.State.Check(new Act("wonder", appeal.Signer, appeal.Body), r.Time).ToString());
        Assert.Equal("Refused: MALFORMED", r.State.Check(new Act("appeal", appeal.Signer, [1]), r.Time).ToString());
        Act numbered = new("appeal", appeal.Signer, appeal.Body, 0, r.Time + 1);
        Assert.Equal("Refused: NUMBERED, UNKNOWN_BREACH", r.State.Check(numbered, r.Time).ToString());
        Act unnumbered = new("report", appeal.Signer, Bodies.ReportMade.Row("hospital", "LEAK", new byte[32]).Encode());
        Assert.Equal("Refused: EXPIRED, NUMBER", r.State.Check(unnumbered, r.Time).ToString());
        Assert.Contains("SIGNER", r.Do("appeal", "nobody", Bodies.AppealMade.Row(new byte[32])).Codes);
        r.Consent("ann");
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
        Assert.Equal("Refused: DUPLICATE", r.Revoke("ann").ToString());
    }

    private static Outcome Found(Row charter, string? origin = null) => Founded(charter, origin).Outcome;

    private static Step Founded(Row charter, string? origin = null)
    {
        byte[] body = charter.Encode();
        byte[][] along = charter.List<Row>("members").Any(m => m.Code("subject") == "one") ? [Region.Key("key 1")] : [];
        var act = new Act("charter", Region.Key("key 0"), body, 0, Region.Start + Durations.Hour, along)
        {
            Origin = origin ?? CharterRules.Origin("city", body),
        };
        RefusalTableTests.Try(ContractState.Empty, act, Region.Start);
        return ContractState.Empty.Apply(act, Region.Start);
    }

    private static Row Charter(params Row[] members) =>
        Bodies.Charter.Row("city", members, Array.Empty<Row>(), Array.Empty<Row>(), Array.Empty<Row>());

    private static Row Member(string subject, string key) =>
        Bodies.FirstMember.Row(
            subject,
            new[] { "provider" },
            "hospital",
            Fees.Million,
            Array.Empty<object>(),
            new[] { Key(key) }
        );

    private static Row Key(string name) =>
        Bodies.CharterKey.Row(Region.Key(name), new[] { "govern" }, Region.Start + Durations.Day);
}
