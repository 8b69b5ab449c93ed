using System.Security.Cryptography;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Roles and their bounds: authorities, representatives, members that come later, rights in data.</summary>
public sealed class CharterTests
{
    /// <summary>Section 9 and attack 17: one authority with one key is a veto and a dead end; two keys in two hands are not. And
    /// who represents patients has no other post.</summary>
    [Theory]
    [InlineData(1, "authority", "AUTHORITY", "govern")]
    [InlineData(2, "authority", "AUTHORITY", "serve")]
    [InlineData(2, "authority", "", "govern")]
    [InlineData(1, "provider representative", "POST", "govern")]
    [InlineData(1, "provider", "", "govern")]
    public void Attack_17_a_charter_has_no_authority_that_is_alone(int keys, string roles, string code, string second)
    {
        Row[] own =
        [
            .. Enumerable
                .Range(0, keys)
                .Select(i =>
                    Bodies.CharterKey.Row(
                        Region.Key($"key {i}"),
                        new[] { i == 0 ? "govern" : second },
                        Region.Start + Durations.Day
                    )
                ),
        ];
        Row charter = Bodies.Charter.Row(
            "city",
            new[] { Bodies.FirstMember.Row("ONE", roles.Split(' '), "hospital", Fees.Million, Array.Empty<object>(), own) },
            Array.Empty<Row>(),
            Array.Empty<Row>(),
            Array.Empty<Row>()
        );
        byte[] body = charter.Encode();
        var act = new Act("charter", Region.Key("key 0"), body, 0, Region.Start + Durations.Hour)
        {
            Origin = CharterRules.Origin("city", body),
        };
        Outcome outcome = RefusalTableTests.Try(ContractState.Empty, act, Region.Start);
        Assert.Equal(code.Length == 0 ? "Accepted" : $"Refused: {code}", outcome.ToString());
    }

    /// <summary>Section 9: representatives of the patients are named by the organisations of the charter, whose key signs along,
    /// and hold no post with a member.</summary>
    [Fact]
    public void Representatives_are_named_by_organisations_and_have_no_other_post()
    {
        var r = new Region();
        Row listed = Row("league", SHA256.HashData(Region.Key("league")));
        PatientRows.Table(r, "organisations", listed);
        Assert.Equal("Refused: NOT_NAMED", Admit("newcomer", "representative"));
        Assert.Equal("Refused: NOT_NAMED", Admit("newcomer", "representative", "hospital"));
        Assert.Equal("Accepted", Admit("newcomer", "representative", "league"));
        Assert.Equal("Refused: POST", Admit("hospital", "representative", "league"));
        Assert.Equal("Refused: POST", Admit("patients", "provider"));

        string Admit(string subject, string role, params string[] along) =>
            r.Do(
                    "proposed",
                    "commission-a",
                    Bodies.ProposalMade.Row(
                        Bodies.ProposalTerms.Row(
                            "admit",
                            new[] { subject },
                            new[] { role },
                            new[] { "association" },
                            Fees.Million,
                            Array.Empty<byte[]>(),
                            new[] { Region.Key("key of " + subject) },
                            new[] { "govern" },
                            r.Time + (100 * Durations.Day),
                            0,
                            Array.Empty<object>()
                        )
                    ),
                    along
                )
                .ToString();
    }

    /// <summary>Section 11: convention, ethics and privacy documents bind whoever signed the charter that names them; who is
    /// admitted later signs them before it may ask for access.</summary>
    [Fact]
    public void A_member_that_is_admitted_later_signs_the_documents()
    {
        var r = new Region();
        byte[] ethics = Region.Digest("ethics");
        Assert.Equal("Refused: DOCUMENTS", Sign(r, "institute", ethics));
        byte[] proposal = r.Propose("commission-a", "table", code: "ethics", about: ethics);
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Admit("lab", "user", "research", ["request", "govern"]);
        r.Consent("ann");
        foreach (string user in (string[])["institute", "lab"])
        {
            r.Ask(user, r.Agree(user, ["hospital"]), ["ann"]);
            Assert.Equal(user == "lab" ? "Denied: CONVENTION" : "Permitted", r.Last.ToString());
        }

        // treatment is never restricted: a clinic that has not signed was denied the record of its patient
        r.Admit("clinic", "provider", "hospital", ["request"]);
        r.Consent("bea", "clinic", purpose: "TREAT");
        r.Ask("clinic", null, ["bea"], "TREAT");
        Assert.Equal("Permitted", r.Last.ToString());
        Assert.Equal("Refused: DOCUMENTS", Sign(r, "lab", Region.Digest("other")));
        Assert.Equal("Accepted", Sign(r, "lab", ethics));
        r.Ask("lab", r.Agree("lab", ["hospital"]), ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
    }

    /// <summary>Section 11: who may hold, process and operate a data set, and from which step on; a holder is a member or the
    /// patient.</summary>
    [Theory]
    [InlineData("patient", "hold", "Accepted")]
    [InlineData("institute", "process", "Accepted")]
    [InlineData("nobody", "hold", "Refused: HOLDER")]
    [InlineData("institute", "own", "Refused: RIGHT")]
    public void An_asset_says_who_holds_which_right(string holder, string right, string outcome)
    {
        var r = new Region();
        Row body = Bodies
            .Registration(Region.Digest("record"), ["age"], r.Time)
            .With("rights", new[] { Bodies.Right.Row(holder, right, Array.Empty<byte[]>()) });
        Assert.Equal(outcome, r.Do("asset registered", "hospital", body).ToString());
        Row? asset = r.State.Find(Records.Asset, Region.Digest("record"));
        Assert.Equal(outcome == "Accepted" ? holder : null, asset?.List<Row>("rights").Single().Code("holder"));
    }

    /// <summary>Section 5: a column that is tagged race, income, region or disability is not for insurers, whatever its
    /// name.</summary>
    [Theory]
    [InlineData("race:ethnic-group", true)]
    [InlineData("region", true)]
    [InlineData("trace", false)]
    public void A_tagged_column_is_not_for_insurers(string column, bool denied)
    {
        var r = new Region();
        byte[] agreement = r.Agree("insurer", ["hospital"], columns: [column]);
        r.AskStatistics("insurer", agreement, column);
        Assert.Equal(denied ? "Denied: DISCRIMINATION" : "Permitted", r.Last.ToString());
    }

    private static string Sign(Region r, string who, byte[] document) =>
        r.Do("convention signed", who, Bodies.ConventionSigned.Row((object)new[] { document })).ToString();

    private static Row Row(string code, byte[] digest) =>
        Bodies.TableRow.Row(code, Array.Empty<string>(), Array.Empty<string>(), 0, new[] { digest });
}
