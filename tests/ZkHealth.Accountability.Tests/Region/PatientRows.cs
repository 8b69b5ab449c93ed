using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Bodies that tests of consents and requests begin with.</summary>
internal static class PatientRows
{
    /// <summary>Governance names a table, and it is adopted.</summary>
    public static void Table(Region r, string name, params Row[] rows) =>
        Assert.Equal("Accepted", r.Adopt(name, rows).ToString());

    public static Row Row(string code, string[] to, long number = 0, byte[]? digest = null, string? rules = null) =>
        Bodies.TableRow.Row(
            code,
            to,
            rules is null ? Array.Empty<string>() : [rules],
            number,
            digest is null ? Array.Empty<byte[]>() : [digest]
        );

    public static Row Grant(Region r) =>
        Bodies.Consent(
            "user/research",
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age", "diagnosis" },
            r.Time,
            r.Time + (99 * Durations.Day),
            Region.Digest("explanation")
        );

    public static Row Asked(Region r, byte[] agreement) =>
        Bodies.Request(agreement, Region.Digest("person"), ["age"], r.Time + Durations.Day, [Region.Key("ann")]);
}
