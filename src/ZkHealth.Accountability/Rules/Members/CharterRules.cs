using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>The charter: the first entry, signed by every first member.</summary>
internal static class CharterRules
{
    /// <summary>The roles of members.</summary>
    public static readonly IReadOnlyList<string> Roles =
    [
        "authority",
        "provider",
        "user",
        "operator",
        "developer",
        "auditor",
        "treasury",
        "registrar",
        "representative",
    ];

    /// <summary>`charter`: founds the region.</summary>
    public static void Adopt(Change c, Row body)
    {
        c.Require(c.Find(Records.RuleSet, "current") is null, "CHARTER_EXISTS");
        c.Require(c.Act!.Origin == Origin(body.Code("name"), c.Act.Body), "ORIGIN");
        IReadOnlyList<Row> members = body.List<Row>("members");
        c.Require(
            members.Count > 0 && members.DistinctBy(m => m.Code("subject").ToUpperInvariant()).Count() == members.Count,
            "MEMBERS"
        );
        c.Require(members.All(m => m.Codes("roles").All(Roles.Contains) && m.Codes("roles").Count > 0), "ROLE");
        c.Require(
            members.SelectMany(m => m.List<Row>("keys")).All(k => k.Codes("scopes").All(MemberRules.Scopes.Contains)),
            "SCOPES"
        );
        c.Require(members.All(m => MemberRules.HasOnePost(m.Codes("roles"))), "POST");

        // one authority with one key would be a veto, and a dead end if that is lost
        List<Row> authorities = [.. members.Where(m => m.Codes("roles").Contains("authority"))];
        int deciding = authorities.SelectMany(m => m.List<Row>("keys")).Count(k => k.Codes("scopes").Contains("govern"));
        c.Require(authorities.Count == 0 || deciding > 1, "AUTHORITY");
        c.Require(members.All(m => MemberRules.AreFactors(m.Whole("factor"), m.List<long>("remote"))), "FACTOR");
        var keys = members.SelectMany(m => m.List<Row>("keys")).Select(k => Convert.ToHexString(k.Bytes("key"))).ToList();
        c.Require(keys.Distinct().Count() == keys.Count, "KEY_TWICE");
        c.Require(
            members
                .SelectMany(m => m.List<Row>("keys"))
                .All(k => k.Whole("until") > c.Time && k.Whole("until") - c.Time <= MemberRules.LongestKey),
            "TERM"
        );
        var signed = c.Along(k => keys.Contains(Convert.ToHexString(k)))
            .Append(c.Act.Signer)
            .Select(Convert.ToHexString)
            .ToHashSet();
        c.Require(
            members.All(m => m.List<Row>("keys").Any(k => signed.Contains(Convert.ToHexString(k.Bytes("key"))))),
            "SIGNATURES"
        );
        c.Require(body.List<Row>("tables").All(t => TableRules.Names.Contains(t.Code("name"))), "TABLES");
        c.Require(body.List<Row>("params").All(p => Parameter.All.Any(q => q.Name == p.Code("name"))), "UNKNOWN_PARAMETER");
        c.Require(
            body.List<Row>("thresholds").All(t => t.List<Row>("classes").All(IsThreshold) && t.List<Row>("classes").Count > 0),
            "THRESHOLD"
        );
        c.Require(
            body.List<Row>("params")
                .All(p => Parameter.All.All(q => q.Name != p.Code("name")) || Parameter.Allows(p.Code("name"), p.Whole("value"))),
            "PARTS"
        );
        if (c.IsRefused)
        {
            return;
        }

        foreach (Row m in members)
        {
            IReadOnlyList<Row> own = m.List<Row>("keys");
            MemberRules.Put(
                c,
                m.Code("subject"),
                m.Codes("roles"),
                m.Code("kind"),
                m.Whole("factor"),
                m.List<long>("remote"),
                own.Select(k => k.Whole("until")).DefaultIfEmpty(c.Time).Max(),
                founder: true
            );
            foreach (Row k in own)
            {
                KeyRules.Put(c, m.Code("subject"), k.Bytes("key"), k.Codes("scopes"), k.Whole("until"));
            }
        }

        foreach (Row p in body.List<Row>("params"))
        {
            c.Put(p.Code("name"), Records.Param.Row(p.Whole("value")));
        }

        foreach (Row t in body.List<Row>("thresholds"))
        {
            c.Put(t.Code("proposal"), Records.Threshold.Row(t.List<Row>("classes")));
        }

        TableRules.ExpectAll(c, body.List<Row>("tables"));

        c.Put("current", Records.RuleSet.Row(1, Manifest.Digest));
    }

    /// <summary>The name of the log that a charter founds: name ‖ "/" ‖ the first 16 hexadecimal digits of SHA-256(body), so
    /// that nobody can put another charter under a known log.</summary>
    public static string Origin(string name, ReadOnlySpan<byte> body) =>
        $"{name}/{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}";

    private static bool IsThreshold(Row t) =>
        Roles.Contains(t.Code("class"))
        && t.Whole("denominator") > 0
        && t.Whole("numerator") <= t.Whole("denominator")
        && t.Whole("denominator") <= 100;
}
