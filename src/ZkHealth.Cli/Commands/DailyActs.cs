using System.CommandLine;
using ZkHealth.Accountability;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// Commands of the kinds of entries that people use daily: what `zkhealth act KIND --file` reads from a body is typed as
/// options, which are made from the fields that `zkhealth act KIND --explain` explains.
/// </summary>
internal static class DailyActs
{
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["consent"] = "A patient's consents: grant one, revoke it, object to a guardian, claim a share.",
        ["agreement"] = "Agreements between users and providers of data, and their deposits.",
        ["request"] = "Requests for access to data, for statistics, in an emergency.",
        ["use"] = "What became of data: served, received, erased; what they were worth; what was published.",
        ["asset"] = "Data sets: register one, correct one.",
        ["govern"] = "Proposals and votes, reports and appeals, the documents in force.",
    };

    /// <summary>The commands, each with the numbers that are 0 where they are left out.</summary>
    private static readonly DailyAct[] All =
    [
        new("consent grant", "consent granted", "Consent to uses of data; the provider of record signs along."),
        new("consent revoke", "consent revoked", "Revoke a consent: what was taken under it is recalled."),
        new("consent object", "handle objected", "Object to a guardian, or to what somebody else did with a consent."),
        new("consent guardian", "guardian named", "Name who acts for a patient."),
        new("consent claim", "share claimed", "Claim the patient's share of a period's fee."),
        new(
            "agreement make",
            "agreement made",
            "Agree on terms of use; every provider signs along.",
            "perThousand",
            "flat",
            "flatDays"
        ),
        new("agreement end", "agreement ended", "End an agreement."),
        new("agreement deposit", "deposit paid", "State that the deposit of an agreement has been paid."),
        new("request access", "access requested", "Request data of patients: permitted or denied at once, with reasons."),
        new("request statistics", "statistics requested", "Request statistics that are proven and not delivered as rows."),
        new("request emergency", "emergency", "Take access in an emergency; an authority reviews it."),
        new("use served", "used", "State what was delivered: the server's word."),
        new("use received", "receipt", "State what was received: the taker's word."),
        new("use erased", "erasure attested", "Attest that data which were recalled are erased."),
        new("use value", "use value reported", "Report what was made of the data, from the beginning to a period's end."),
        new("use result", "result published", "Name a published result, with the data that it rests on."),
        new("asset register", "asset registered", "Register a data set: its fingerprint, where it came from, who consented."),
        new("asset correct", "asset corrected", "Replace a data set by a corrected one."),
        new(
            "govern propose",
            "proposed",
            "Propose a decision; rosters and thresholds are fixed by it.",
            "number",
            "until",
            "notBefore"
        ),
        new("govern approve", "approved", "Approve a proposal."),
        new("govern object", "objected", "Object to a proposal while it waits."),
        new("govern withdraw", "withdrawn", "Withdraw a proposal, or an approval of it."),
        new("govern report", "report", "Report a breach of a rule."),
        new("govern appeal", "appeal", "Appeal against a breach that was found."),
        new("govern convention", "convention signed", "Sign the documents in force."),
    ];

    /// <summary>The groups with their commands.</summary>
    public static IEnumerable<Command> Create()
    {
        foreach ((string name, string description) in Groups)
        {
            var group = new Command(name, description);
            foreach (DailyAct act in All.Where(a => a.Group == name))
            {
                group.Add(act.Create());
            }

            yield return group;
        }
    }

    /// <summary>The command of a kind, as it is typed; null for one that `zkhealth act` alone serves.</summary>
    public static string? Of(ActKind kind) =>
        All.FirstOrDefault(a => a.Kind == kind) is DailyAct act ? $"zkhealth {act.Name}" : null;

    /// <summary>The body that a command makes of its options, without signing it.</summary>
    internal static byte[] Body(string command, string[] options) => All.First(a => a.Name == command).Body(options);
}
