using System.CommandLine;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth report`: who held, asked, used, paid and was penalised in a period, recomputable by anyone with the
/// log.</summary>
internal static class PeriodReportCommand
{
    public static Command Create()
    {
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        var period = new Argument<string?>("PERIOD")
        {
            Description = "A quarter as 2027-Q1, a year or a month as 2027 or 2027-03; the time of the whole log if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string?>("--from") { Description = "The beginning, 2027-01-01 or 2027-01-01T00:00:00Z." };
        var until = new Option<string?>("--until") { Description = "The end, not part of it." };
        var page = new PageOption();
        var command = new Command(
            "report",
            "Report a period of a ledger: data sets, requests, uses, recalls, breaches, fees, credit."
        )
        {
            period,
            ledger,
            from,
            until,
        };
        page.AddTo(command);
        return command.Action(
            (parsed, report, _) =>
            {
                page.Check(parsed);
                using SqliteLedger log = Inputs.Ledger(parsed.GetValue(ledger)!);
                long size = log.GetCheckpoint().Size;
                if (size == 0)
                {
                    throw new UsageException($"{parsed.GetValue(ledger)} has no entries to report");
                }

                long newest = RegionLog.Included(log, size - 1).Time;
                (long begin, long end) = parsed.GetValue(period) is string named
                    ? Named(named)
                    : (RegionLog.Included(log, 0).Time, newest + 1);
                begin = parsed.GetValue(from) is string first ? Time(first) : begin;
                end = parsed.GetValue(until) is string last ? Time(last) : end;
                if (end <= begin)
                {
                    throw new UsageException("--until: expected a time after --from");
                }

                // what is not due yet is no breach: it may still be done
                long now = log.GetTime();
                if (now < begin)
                {
                    throw new UsageException($"the period begins {Trace.Text(begin)}, and it is {Trace.Text(now)}");
                }

                using LedgerHistory history = LedgerHistory.Open(parsed.GetValue(ledger)!, log);
                PeriodReport found = history.Report(begin, Math.Min(end, now + 1), out bool isKept);
                report.Add("ledger", parsed.GetValue(ledger));
                Tell(found, report);
                bool isWhole = end <= newest + 1;
                report.Add(
                    "complete",
                    end <= now && isWhole,
                    end <= now || parsed.GetValue(period) is null
                        ? null
                        : $"the period is not over: it ends {Trace.Text(end)}, and this is counted up to {Trace.Text(found.Until)}"
                );
                if (!isWhole)
                {
                    report.Line(
                        $"the newest leaf is of {Trace.Text(newest)}: what fell due since then is counted once something is appended ('zkhealth ledger tick')"
                    );
                }

                if (isKept)
                {
                    string file = HistoryFile.PathOf(parsed.GetValue(ledger)!);
                    report.Line($"counted when the ledger was read into {file}: delete that to count anew");
                }

                page.Write(
                    parsed,
                    report,
                    () =>
                        new PeriodPage
                        {
                            Origin = log.Key.Name,
                            Period = found,
                            Ends = end <= now ? null : end,
                        }.ToHtml()
                );
                return ExitCode.Accepted;
            }
        );
    }

    private static void Tell(PeriodReport found, Report report)
    {
        foreach ((string name, System.Text.Json.Nodes.JsonNode? value) in found.ToJson())
        {
            report.Json[name] = value?.DeepClone();
        }

        report.Json["from"] = Trace.Text(found.From);
        report.Json["until"] = Trace.Text(found.Until);
        report.Line(
            $"{Trace.Text(found.From)} to {Trace.Text(found.Until)}: {found.Leaves} leaves, state root {Report.Hex(found.StateRoot)}"
        );
        (string Name, Tally Numbers)[] tallies =
        [
            ("data sets registered", found.Registered),
            ("data sets corrected", found.Corrected),
            ("consents", found.Consents),
            ("requests permitted", found.Permitted),
            ("requests denied", found.Denied),
            ("codes of denials", found.Denials),
            ("uses", found.Uses),
            ("rows served", found.Served),
            ("rows taken", found.Taken),
            ("recalls", found.Recalls),
            ("decisions", found.Decisions),
            ("fees", found.Fees),
            ("money", found.Money),
            ("credit", found.Credit),
        ];
        foreach ((string name, Tally numbers) in tallies)
        {
            report.Line($"  {name}: {(numbers.All.Any() ? numbers : "none")}");
        }

        int annulled = found.Breaches.Count - found.CountBreaches();
        report.Line($"  breaches: {found.CountBreaches()}{(annulled > 0 ? $", and {annulled} annulled" : "")}");
        foreach (PeriodCase c in found.Breaches)
        {
            Row b = c.Row;
            string state = $"{b.Code("status")}, {b.Whole("points")} points";
            report.Line(
                $"    {Trace.Text(b.Whole("time"))} {b.Code("subject")}: {b.Code("rule")}, {state}, id {Report.Hex(c.Id)}"
            );
        }

        report.Line($"  sanctions: {found.Sanctions.Count}");
        foreach (Row s in found.Sanctions.Select(c => c.Row))
        {
            string done = s.Flag("rectified") ? "rectified" : $"to be rectified by {Trace.Text(s.Whole("rectifyBy"))}";
            report.Line($"    {s.Code("subject")}: {s.Code("rule")}, {s.Whole("amount")}, {done}");
        }

        report.Line($"  used for research without a published result after two years: {found.Unpublished.Count}");
        foreach (string request in found.Unpublished)
        {
            report.Line($"    request {request}");
        }

        foreach ((string code, Phrase words) in CodeWords.Of(found.Denials.All.Select(d => d.Key)))
        {
            report.Line($"  {code}: {words.English}");
        }
    }

    /// <summary>The bounds of a year, a quarter or a month.</summary>
    private static (long From, long Until) Named(string text)
    {
        string[] parts = text.Split('-');
        if (
            int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int year)
            && year is >= 1970 and < 9000
            && parts.Length <= 2
        )
        {
            string part = parts.Length == 1 ? "" : parts[1];
            bool isMonth = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int m) && m is >= 1 and <= 12;
            (int month, int length) = part switch
            {
                "" => (1, 12),
                ['Q', >= '1' and <= '4'] => ((3 * (part[1] - '1')) + 1, 3),
                _ => isMonth ? (m, 1) : (0, 0),
            };
            if (month > 0)
            {
                var begin = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
                return (begin.ToUnixTimeMilliseconds(), begin.AddMonths(length).ToUnixTimeMilliseconds());
            }
        }

        throw new UsageException($"expected a quarter as 2027-Q1, a year or a month, got '{text}'");
    }

    private static long Time(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            (string[])["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time
        )
            ? time.ToUnixTimeMilliseconds()
            : throw new UsageException($"expected a time as 2027-01-01 or 2027-01-01T00:00:00Z, got '{text}'");
}
