namespace ZkHealth.Accountability;

/// <summary>The charter of a synthetic region: who its first members are, and who decides what.</summary>
internal sealed partial class Region
{
    private static readonly string[] Scopes = ["serve", "request", "money", "govern", "attest"];

    private static Row Charter(string title, (Parameter Parameter, long Value)[] parameters)
    {
        Row[] members =
        [
            Member("commission-a", "authority", "authority"),
            Member("commission-b", "authority", "authority"),
            Member("hospital", "provider", "hospital"),
            Member("centre", "provider", "primary-care", 1_500_000, 2_000_000),
            Member("institute", "user", "research"),
            Member("maker", "user", "company"),
            Member("insurer", "user", "insurer"),
            Member("operator", "operator", "company"),
            Member("treasury", "treasury", "bank"),
            Member("auditor-a", "auditor", "auditor"),
            Member("auditor-b", "auditor", "auditor"),
            Member("patients", "representative", "association"),
            Member("registry", "registrar", "registry"),
        ];
        Row[] thresholds =
        [
            Threshold("verdict", ("authority", 1, 2), ("auditor", 1, 2)),
            Threshold("annul", ("authority", 1, 2), ("auditor", 1, 2)),
            Threshold("dismiss", ("authority", 1, 2)),
            Threshold("param", ("authority", 2, 3), ("provider", 2, 3), ("representative", 1, 1)),
            Threshold("standard", ("authority", 2, 3), ("provider", 2, 3), ("representative", 1, 1)),
            Threshold("admit", ("authority", 1, 2), ("provider", 1, 2)),
            Threshold("suspend", ("authority", 2, 3), ("auditor", 1, 2)),
            Threshold("recognise", ("authority", 2, 3), ("provider", 1, 2)),
            Threshold("witness", ("authority", 2, 3)),
            Threshold("node", ("authority", 2, 3)),
            Threshold("renew", ("authority", 1, 2)),
            Threshold("compromise", ("authority", 1, 2), ("auditor", 1, 2)),
            Threshold("table", ("authority", 2, 3), ("provider", 2, 3), ("representative", 1, 1)),
            Threshold("compensation", ("authority", 1, 2), ("representative", 1, 1)),
            Threshold("ruleset", ("authority", 2, 3), ("auditor", 2, 3), ("representative", 1, 1)),
        ];
        return Bodies.Charter.Row(
            title,
            members,
            parameters.Select(p => Bodies.NamedNumber.Row(p.Parameter.Name, p.Value)),
            thresholds,
            Array.Empty<Row>()
        );
    }

    private static Row Member(string name, string role, string kind, long factor = 1_000_000, params long[] remote) =>
        Bodies.FirstMember.Row(
            name,
            new[] { role },
            kind,
            factor,
            remote.Cast<object>().ToList(),
            new[] { Bodies.CharterKey.Row(Key(name), Scopes, Start + (3650 * Durations.Day)) }
        );

    private static Row Threshold(string proposal, params (string Class, long Numerator, long Denominator)[] needed) =>
        Bodies.NamedThreshold.Row(proposal, needed.Select(n => Bodies.Needed.Row(n.Class, n.Numerator, n.Denominator)));
}
