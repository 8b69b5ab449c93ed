using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>Members of a region, and its proposals: who approves or is admitted saw neither.</summary>
internal static partial class LedgerCommand
{
    private static Command Members()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        return new Command("members", "Show the members of a region: roles, credit, keys with their scopes and ends.")
        {
            file,
        }.Action(
            (parsed, report, _) =>
            {
                (ContractState state, IReadOnlyList<byte[]> keys) = Read(parsed.GetValue(file)!, Records.Key);
                var members = new JsonArray();
                foreach (string subject in state.Members)
                {
                    Row member = state.Find(Records.Member, subject)!;
                    string suspended = member.Flag("suspended") ? "; suspended" : "";
                    report.Line(
                        $"{subject}: {string.Join(", ", member.Codes("roles"))} ({member.Code("kind")}), credit {state.CreditOf(subject)}, admitted {Trace.Text(member.Whole("admitted"))}, until {Trace.Text(member.Whole("notAfter"))}{suspended}"
                    );
                    JsonObject json = Records.Member.ToJson(member);
                    json["credit"] = state.CreditOf(subject);
                    AddMoney(subject, state, json, report);
                    json["keys"] = new JsonArray([
                        .. keys.Where(k => state.Find(Records.Key, k)!.Code("subject") == subject)
                            .Select(k => (JsonNode)KeyOf(k, state.Find(Records.Key, k)!, state.Time, report)),
                    ]);
                    members.Add((JsonNode)json);
                }

                report.Add("members", members);
                return ExitCode.Accepted;
            }
        );
    }

    /// <summary>The balance of a member's account, and what it owes: a debtor is denied, and was not told how much that
    /// is.</summary>
    private static void AddMoney(string subject, ContractState state, JsonObject json, Report report)
    {
        long balance = state.Find(Records.Account, Ids.Text(subject))?.Whole("amount") ?? 0,
            fine = state.Find(Records.Fine, subject)?.Whole("amount") ?? 0,
            fees = 0;
        foreach (byte[] id in Debts.Of(state, subject))
        {
            Row agreement = state.Find(Records.Agreement, id)!;
            fees += agreement.Whole("booked") - agreement.Whole("paid");
        }

        (json["balance"], json["owesFees"], json["owesFines"]) = (balance, fees, fine);
        if (balance + fees + fine > 0)
        {
            report.Line($"  account: {balance}; owes {fees} in fees, {fine} in fines");
        }
    }

    /// <summary>The words of an entry of the region's rules, by the fields of its body; null for others.</summary>
    private static string? Words(LedgerEntry entry) =>
        Act.Of(entry) is Act act && ActKind.All[act.Kind].Body.TryDecode(act.Body, out Row? body)
            ? $"{act.Kind}: {LogHistory.Describe(body)}; id {Report.Hex(act.Id)}"
            : null;

    private static JsonObject KeyOf(byte[] id, Row key, long time, Report report)
    {
        long? disputed = key.List<long>("disputedFrom") is [long from] ? from : null;
        string status =
            key.Flag("revoked") ? "revoked"
            : time >= key.Whole("until") ? "expired"
            : "in force";
        string since = disputed is long t ? $", in other hands from {Trace.Text(t)}: what it signed since is disputed" : "";
        report.Line(
            $"  key {Report.Hex(id)}: {string.Join(", ", key.Codes("scopes"))}; until {Trace.Text(key.Whole("until"))}; {status}{since}"
        );
        JsonObject json = Records.Key.ToJson(key);
        json["key"] = Report.Hex(id);
        json["status"] = status;
        return json;
    }

    private static Command Proposals()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var all = new Option<bool>("--all") { Description = "Those too that took effect, expired or were withdrawn." };
        return new Command("proposals", "Show what is proposed in a region, who has approved it, and when it takes effect.")
        {
            file,
            all,
        }.Action(
            (parsed, report, _) =>
            {
                (ContractState state, IReadOnlyList<byte[]> ids) = Read(parsed.GetValue(file)!, Records.Proposal);
                var proposals = new JsonArray();
                foreach (byte[] id in ids)
                {
                    Row proposal = state.Find(Records.Proposal, id)!;
                    if (parsed.GetValue(all) || proposal.Code("status") is GovernanceRules.Open or GovernanceRules.Approved)
                    {
                        proposals.Add((JsonNode)ProposalOf(id, proposal, report));
                    }
                }

                report.Add(
                    "proposals",
                    proposals,
                    proposals.Count == 0 ? "nothing waits for an approval, or to take effect" : null
                );
                return ExitCode.Accepted;
            }
        );
    }

    private static JsonObject ProposalOf(byte[] id, Row proposal, Report report)
    {
        string status = proposal.Code("status");
        string when =
            status == GovernanceRules.Open ? $", expires {Trace.Text(proposal.Whole("expires"))}"
            : status == GovernanceRules.Approved ? $", takes effect {Trace.Text(proposal.Whole("effect"))}"
            : "";
        report.Line($"{Report.Hex(id)}: {status}{when}");
        report.Line($"  {LogHistory.Describe(proposal.Inner("terms"))}");
        report.Line($"  proposed by {proposal.Code("proposer")}, {Trace.Text(proposal.Whole("made"))}");
        foreach (Row roster in proposal.List<Row>("rosters"))
        {
            string approved = string.Join(", ", roster.Codes("approved"));
            report.Line(
                $"  {roster.Code("class")}: {roster.Whole("needed")} needed of {string.Join(", ", roster.Codes("subjects"))}; approved by {(approved.Length == 0 ? "nobody" : approved)}"
            );
        }

        JsonObject json = Records.Proposal.ToJson(proposal);
        json["id"] = Report.Hex(id);
        return json;
    }

    /// <summary>The state of a region's rules now, and the ids of records of a kind, in the order in which they came.</summary>
    private static (ContractState State, IReadOnlyList<byte[]> Ids) Read(string path, Shape kind)
    {
        using SqliteLedger ledger = Inputs.Ledger(path);
        var ids = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        ContractState state = ContractState.Empty;
        foreach (RegionLeaf leaf in RegionLog.Replay(ledger))
        {
            foreach (ChangedRecord changed in leaf.Due.Concat(leaf.Changed).Where(c => c.Kind == kind.Name))
            {
                ids.TryAdd(Report.Hex(changed.Id), changed.Id);
            }

            state = leaf.After;
        }

        if (state.RuleSet == 0)
        {
            throw new UsageException($"{path} has no charter: 'zkhealth act charter --explain' says how a region is founded");
        }

        // by time alone a proposal takes effect and a key ends, whoever appends when
        Step now = state.Pass(ledger.GetTime());
        foreach (ChangedRecord changed in now.Changed.Where(c => c.Kind == kind.Name))
        {
            ids.TryAdd(Report.Hex(changed.Id), changed.Id);
        }

        return (now.State, [.. ids.Values.Where(i => now.State.Find(kind, i) is not null)]);
    }
}
