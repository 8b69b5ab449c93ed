using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Aggregation;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Words for what came of a step or a session, in words that name the parties, and as JSON.</summary>
internal static class SessionReport
{
    /// <summary>A step: what was done, or why not. Exit code 0 where it is done now or was before.</summary>
    public static int Step(IBulletinBoard board, StepOutcome outcome, string done, Report report)
    {
        report.Add("status", JsonNamingPolicy(outcome.Status.ToString()));
        report.Add("reason", outcome.Reason.Length > 0 ? WithNames(board, outcome.Reason) : null);
        report.Add("entry", outcome.Position >= 0 ? outcome.Position : null);
        string entry = outcome.Position >= 0 ? $", entry {outcome.Position}" : "";
        report.Line(
            outcome.Status switch
            {
                StepStatus.Done => done + entry,
                StepStatus.AlreadyDone => $"{done}{entry} (nothing was left to do)",
                StepStatus.Pending => $"not yet: {WithNames(board, outcome.Reason)}",
                _ => $"refused: {WithNames(board, outcome.Reason)}",
            }
        );
        Findings(board, outcome.Findings, report);
        return outcome.IsDone ? ExitCode.Accepted : ExitCode.Rejected;
    }

    /// <summary>The result of a session, or why there is none. Exit code 0 where it is verified.</summary>
    public static int Outcome(IBulletinBoard board, AggregateOutcome outcome, Report report)
    {
        report.Verifies = true;
        report.Add("status", JsonNamingPolicy(outcome.Status.ToString()));
        report.Add("reason", outcome.Reason.Length > 0 ? WithNames(board, outcome.Reason) : null);
        if (outcome.Session is AggregationSession session)
        {
            report.Add("session", Report.Hex(session.Sid), $"session {Report.Hex(session.Sid)}");
            report.Add("purpose", session.Terms.Purpose, $"  for: {session.Terms.Purpose}; data set: {session.Terms.DataSet}");
        }

        report.Line(
            outcome.Status switch
            {
                OutcomeStatus.Verified =>
                    $"verified: the numbers are the sums over the contributors{(outcome.Session!.Terms.Noise is null ? "" : ", with their noise")}, recomputed from the ledger alone",
                OutcomeStatus.Waiting => $"no result yet: {WithNames(board, outcome.Reason)}",
                _ => $"no result: {WithNames(board, outcome.Reason)}",
            }
        );
        report.Add("contributors", PartyNames.Parties(board, outcome.Contributors));
        if (outcome.Contributors.Count > 0)
        {
            report.Line(
                $"  {outcome.Contributors.Count} contributors: {string.Join(", ", outcome.Contributors.Select(p => PartyNames.Name(board, p)))}"
            );
        }

        if (outcome.Status == OutcomeStatus.Verified)
        {
            Numbers(outcome, report);
        }

        Findings(board, outcome.Findings, report);
        return outcome.Status == OutcomeStatus.Verified ? ExitCode.Accepted : ExitCode.Rejected;
    }

    public static void Status(IBulletinBoard board, SessionStatus status, Report report)
    {
        AggregationTerms terms = status.Session.Terms;
        report.Add("session", Report.Hex(status.Session.Sid), $"session {Report.Hex(status.Session.Sid)}");
        report.Line($"  for: {terms.Purpose}; data set: {terms.DataSet}");
        report.Add("cutOffs", new JsonArray([.. status.CutOffs.Select(p => p < 0 ? null : (JsonNode)p)]));
        report.Line($"  stage: {Stage(status)}");
        Progress(
            "deals",
            "contributions",
            [.. status.Deals.Where(d => d.Role == DealRole.Contribution).Select(d => d.Dealer)],
            terms.Hospitals
        );
        if (terms.Noise is not null)
        {
            Progress(
                "beacons",
                "parts of the beacon",
                [.. status.Deals.Where(d => d.Role == DealRole.Beacon).Select(d => d.Dealer)],
                terms.Committee
            );
        }

        Progress("receipts", "receipts", status.Receipts, terms.Committee);
        Progress("signers", "signatures under the set", status.Signers, terms.Committee);
        Progress("sumShares", "shares of the sum", status.SumShares, terms.Committee);
        report.Add("contributors", PartyNames.Parties(board, status.CutOffs[3] < 0 ? [] : status.Contributors));
        report.Add("frozen", status.IsFrozen);
        report.Add(
            "ended",
            status.Ended,
            status.Ended is null ? null : $"  it ends without a result: {WithNames(board, status.Ended)}"
        );
        report.Add(
            "undelivered",
            new JsonArray([
                .. status.Undelivered.Select(u =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["dealer"] = PartyNames.Party(board, u.Dealing.Dealer),
                            ["member"] = PartyNames.Party(board, u.Member),
                        }
                ),
            ])
        );
        foreach ((DealId deal, PartyId member) in status.Undelivered)
        {
            report.Line(
                $"  {PartyNames.Name(board, member)} has not received what {PartyNames.Name(board, deal.Dealer)} dealt: {PartyNames.Name(board, deal.Dealer)} has to post it (aggregate deliver)"
            );
        }

        Findings(board, status.Findings, report);

        void Progress(string name, string what, IReadOnlyList<PartyId> there, IReadOnlyList<PartyId> all)
        {
            PartyId[] missing = [.. all.Except(there)];
            string open = missing.Length is 0 or > 12
                ? ""
                : $"; not from {string.Join(", ", missing.Select(p => PartyNames.Name(board, p)))}";
            report.Add(name, PartyNames.Parties(board, there), $"  {what}: {there.Count} of {all.Count}{open}");
        }
    }

    public static string Stage(SessionStatus status)
    {
        string[] phases =
        [
            "hospitals deal (cut-off 1 ends it)",
            "members check what was dealt (cut-off 2 ends it)",
            "dealers post what members lack (cut-off 3 ends it)",
            "members check what was posted (cut-off 4 ends it)",
        ];
        for (int i = 0; i < phases.Length; i++)
        {
            if (status.CutOffs[i] < 0)
            {
                return phases[i];
            }
        }

        if (status.Ended is not null)
        {
            return "over";
        }

        if (!status.IsFrozen)
        {
            return $"members sign the set of contributors; {status.Session.Terms.Quorum} signatures are needed";
        }

        if (!status.IsBeaconOpen)
        {
            return "members open the beacon of the noise";
        }

        return status.SumShares.Count < status.Session.Terms.Threshold
            ? $"members open the sum; {status.Session.Terms.Threshold} shares are needed"
            : "enough shares are there: combine posts the sum, verify computes it";
    }

    /// <summary>Everyone who did something wrong or is missing, by name.</summary>
    public static void Findings(IBulletinBoard board, IReadOnlyList<Finding> findings, Report report)
    {
        var json = new JsonArray();
        foreach (Finding finding in findings.Distinct())
        {
            JsonObject item = PartyNames.Party(board, finding.Party);
            item["kind"] = JsonNamingPolicy(Kind(finding));
            item["fault"] = finding is PartyFault;
            item["reason"] = WithNames(board, finding.Reason);
            item["entry"] = finding.Position >= 0 ? finding.Position : null;
            json.Add((JsonNode)item);
            string shown = finding.Position >= 0 ? $" (entry {finding.Position} shows it)" : "";
            string blame = finding switch
            {
                PartyFault => "at fault",
                Exclusion { Cause: ExclusionKind.Missing } => "missing",
                Exclusion { Cause: ExclusionKind.ReleasedExactly } => "not counted",
                _ => "left out",
            };
            report.Line($"  {blame}: {PartyNames.Name(board, finding.Party)}: {WithNames(board, finding.Reason)}{shown}");
        }

        report.Add("findings", json);
    }

    public static string Kind(Finding finding) =>
        finding is PartyFault fault ? fault.Fault.ToString() : ((Exclusion)finding).Cause.ToString();

    private static void Numbers(AggregateOutcome outcome, Report report)
    {
        TableSchema schema = outcome.Session!.Terms.Schema;
        int below = outcome.Session.Terms.SuppressBelow;
        var statistics = new JsonArray();
        foreach (StatisticOutcome statistic in outcome.Statistics)
        {
            string statement = statistic.Statistic.Describe(schema);
            report.Line($"  {statement}");
            if (statistic.Derived.Count == 0)
            {
                report.Line(
                    statistic.Opened.Contains(null)
                        ? $"    left out: a count is from 1 to {below - 1}"
                        : $"    {string.Join(", ", statistic.Opened)}: with their noise they contradict one another"
                );
            }

            statistics.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["statement"] = statement,
                        ["opened"] = new JsonArray([.. statistic.Opened.Select(n => n is long v ? (JsonNode)v : null)]),
                        ["values"] = ProofReport.Values(statistic.Derived, report),
                    }
            );
            if (statistic.Derived.Count > 0 && statistic.Opened.Count(n => n is null) is int leftOut and > 0)
            {
                report.Line(
                    $"    {leftOut} counts are left out: those from 1 to {below - 1}, and one more where a total would give a single one back"
                );
            }
        }

        report.Add("statistics", statistics);
        TermsFile.SmallCounts(outcome.Session.Terms, report);
        if (outcome.Session.Terms.Noise is { } noise)
        {
            report.Line($"  with noise: {noise.Loss}, {noise.Coins} coins and more for each number");
        }

        if (outcome.Session.Terms.IsWholeVector)
        {
            report.Add(
                "entries",
                outcome.Vector.Length,
                $"  {outcome.Vector.Length} entries, padding included; weights {outcome.TotalWeight} in all"
            );
        }
    }

    /// <summary>Identifiers of 64 digits in a text become names.</summary>
    private static string WithNames(IBulletinBoard board, string text) =>
        System.Text.RegularExpressions.Regex.Replace(
            text,
            "\\b[0-9a-f]{64}\\b",
            m =>
                PartyNames.RegisteredName(board, new PartyId(Convert.FromHexString(m.Value))) is null
                    ? m.Value
                    : PartyNames.Name(board, new PartyId(Convert.FromHexString(m.Value)))
        );

    private static string JsonNamingPolicy(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(name[0])}{name[1..]}");
}
