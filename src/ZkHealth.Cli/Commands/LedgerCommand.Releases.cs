using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>Releases about a data set, and the budget that is left.</summary>
internal static partial class LedgerCommand
{
    private static Command Policy()
    {
        var dataSet = new Option<string>("--data-set")
        {
            Description = "Your name of the data set; left out, your tables without one.",
            DefaultValueFactory = _ => "",
        };
        var eps = new Option<decimal>("--max-eps")
        {
            Description = "The most eps of all releases under noise together.",
            Required = true,
        };
        var delta = new Option<decimal>("--max-delta") { Description = "The most delta, such as 1e-6.", Required = true };
        var exact = new Option<long>("--max-exact") { Description = "The most exact releases.", Required = true }.Within(0);
        var versions = new Option<bool>("--allow-versions")
        {
            Description =
                "Let regional sessions open exact numbers of versions of the data set that may differ by few people: together they show those people.",
        };
        var writer = new LedgerWriter("the owner");
        return writer.Appending(
            new Command("policy", "Publish what may be released about a data set in all. The ledger refuses what exceeds it.")
            {
                dataSet,
                eps,
                delta,
                exact,
                versions,
            },
            (parsed, report, _, ledger, key) =>
            {
                BudgetPolicy policy = UsageException.Of(() =>
                    new BudgetPolicy(
                        key.Public.OwnerId.Span,
                        parsed.GetValue(dataSet)!,
                        LossOptions.Read(parsed, eps, delta),
                        parsed.GetValue(exact),
                        parsed.GetValue(versions)
                    )
                );

                long entry = ReleasedStatistics.Publish(ledger, policy, key);
                report.Add(
                    "entry",
                    entry,
                    $"entry {entry}: data set '{policy.DataSet}': at most {policy.Limit}, {policy.ExactReleases} exact releases{(policy.AllowsVersions ? ", of versions that may differ by few people" : "")}"
                );
            }
        );
    }

    private static Command Columns()
    {
        var dataSet = new Option<string>("--data-set")
        {
            Description = "Your name of the data set; left out, your tables without one.",
            DefaultValueFactory = _ => "",
        };
        var rules = new Option<string[]>("--rule")
        {
            Description =
                "COLUMN=never, COLUMN=aggregates or COLUMN=groups:N, for each column with a rule, in the place of all rules before; none ends them.",
            AllowMultipleArgumentsPerToken = true,
        };
        var writer = new LedgerWriter("the owner");
        return writer.Appending(
            new Command("columns", "Publish how columns of a data set may be used.") { dataSet, rules },
            (parsed, report, _, ledger, key) =>
            {
                ColumnRules published = UsageException.Of(() =>
                    new ColumnRules(
                        key.Public.OwnerId.Span,
                        parsed.GetValue(dataSet)!,
                        [.. (parsed.GetValue(rules) ?? []).Select(ReadRule).OrderBy(r => r.Column, StringComparer.Ordinal)]
                    )
                );

                ColumnRules? before = ColumnRules.Of(EntryIndex.Of(ledger).FindEntries, key.Public.OwnerId, published.DataSet);
                long entry = ReleasedStatistics.Publish(ledger, published, key);
                report.Add(
                    "entry",
                    entry,
                    $"entry {entry}: rules for {published.Rules.Count} columns, in the place of any before:"
                );
                string[] ended = [.. before?.Rules.Select(Text).Except(published.Rules.Select(Text)) ?? []];
                report.Json["ended"] = new JsonArray([.. ended.Select(e => (JsonNode)e)]);
                foreach (string line in published.Rules.Select(Text).Concat(ended.Select(e => $"{e} has ended")))
                {
                    report.Line($"  {line}");
                }

                // names of columns are not on the ledger: nobody but the owner sees that one is misspelt
                report.Line(
                    PublishedTables.FirstVersion(ledger, key.Public, published.DataSet) is null
                        ? $"  note: this key has published no table of the data set '{published.DataSet}' yet"
                        : "  the ledger does not know the names of columns: hold these against the schema"
                );
            }
        );
    }

    /// <summary>A rule as it is given.</summary>
    private static string Text(ColumnRule rule) =>
        rule.Rule == ColumnRules.Groups ? $"{rule.Column}={rule.Rule}:{rule.Least}" : $"{rule.Column}={rule.Rule}";

    private static ColumnRule ReadRule(string text)
    {
        int at = text.LastIndexOf('=');
        string rule = text[(at + 1)..];
        if (at > 0 && rule is ColumnRules.Never or ColumnRules.Aggregates)
        {
            return new ColumnRule(text[..at], rule, 0);
        }

        if (
            at <= 0
            || !rule.StartsWith(ColumnRules.Groups + ":", StringComparison.Ordinal)
            || !long.TryParse(rule.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out long least)
        )
        {
            throw new UsageException($"--rule: expected COLUMN=never, COLUMN=aggregates or COLUMN=groups:N, got '{text}'");
        }

        return new ColumnRule(text[..at], ColumnRules.Groups, least);
    }

    private static Command BudgetOf()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var only = new Option<string?>("--data-set") { Description = "This data set only." };
        return new Command("budget", "Show what was released about each data set, beside its owner's policy.")
        {
            file,
            only,
        }.Action(
            (parsed, report, _) =>
            {
                using SqliteLedger ledger = Inputs.Ledger(parsed.GetValue(file)!);
                var json = new JsonArray();
                foreach (
                    Budget b in Budget.ReadAll(ledger).Where(b => parsed.GetValue(only) is not string name || b.DataSet == name)
                )
                {
                    report.Line($"data set '{b.DataSet}' of {Report.Hex(b.Owner)}");
                    report.Line(
                        b.Policy is null
                            ? "  no policy: nothing is refused"
                            : $"  policy:   {b.Policy.Limit}; {b.Policy.ExactReleases} exact releases{(b.Policy.AllowsVersions ? ", of versions that may differ by few people" : "")}"
                    );
                    foreach (LoosenedPolicy loosened in b.Loosened)
                    {
                        report.Line($"  FLAGGED:  {loosened}");
                    }

                    report.Line($"  exact:    {Releases(b.ExactReleases)} (outside of any eps)");
                    report.Line(
                        $"  spent:    {b.Spent}, by {Releases(b.Releases.Count + b.Regional.Count - b.ExactReleases)} under noise"
                    );
                    foreach (StandingSession session in b.Regional)
                    {
                        report.Line(
                            $"  regional: session {Report.Hex(session.Session.Sid)}, {(session.Session.Terms.Noise is { } noise ? noise.Loss.ToString() : "exact")}, {(session.IsFrozen ? $"frozen by entry {session.Frozen}" : $"reserved by its cut-off 3, entry {session.Position}")}"
                        );
                    }

                    report.Line($"  reserved: {b.Reserved}, by {b.Open.Count} commitments that are not released");
                    json.Add(
                        (JsonNode)
                            new JsonObject
                            {
                                ["owner"] = Report.Hex(b.Owner),
                                ["dataSet"] = b.DataSet,
                                ["exact"] = b.ExactReleases,
                                ["maxExact"] = b.Policy?.ExactReleases,
                                ["allowsVersions"] = b.Policy?.AllowsVersions,
                                ["maxEpsilon"] = b.Policy?.Limit.Epsilon,
                                ["maxDelta"] = b.Policy?.Limit.Delta,
                                ["spentEpsilon"] = b.Spent.Epsilon,
                                ["spentDelta"] = b.Spent.Delta,
                                ["reservedEpsilon"] = b.Reserved.Epsilon,
                                ["reservedDelta"] = b.Reserved.Delta,
                                ["releases"] = new JsonArray([.. b.Releases.Select(r => (JsonNode)r.Index)]),
                                ["regional"] = new JsonArray([.. b.Regional.Select(s => (JsonNode)Report.Hex(s.Session.Sid))]),
                                ["open"] = new JsonArray([.. b.Open.Select(r => (JsonNode)r.Index)]),
                                ["loosened"] = new JsonArray([
                                    .. b.Loosened.Select(p =>
                                        (JsonNode)
                                            new JsonObject
                                            {
                                                ["entry"] = p.LaterEntry,
                                                ["earlier"] = p.EarlierEntry,
                                                ["reason"] = p.ToString(),
                                            }
                                    ),
                                ]),
                            }
                    );
                }

                report.Add("budgets", json);
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Beacon()
    {
        var entry = new Argument<long>("ENTRY")
        {
            Description = "The number of the entry that commits to noise and names you.",
        }.Within(0);
        var writer = new LedgerWriter("whom the commitment names");
        return writer.Appending(
            new Command("beacon", "Draw the coins for a commitment to noise: 32 random bytes, once.") { entry },
            (parsed, report, _, ledger, key) =>
            {
                long number = parsed.GetValue(entry);
                if (
                    !LedgerLeaf.TryDecode(ledger.Read(number) ?? [], out LedgerLeaf? leaf, out string? _)
                    || leaf.Entry is not LedgerEntry committed
                    || !NoiseCommitted.TryRead(committed.Body, out NoiseCommitment? commitment)
                )
                {
                    throw new UsageException($"entry {number} does not commit to noise");
                }

                long drawn = ReleasedStatistics.Draw(ledger, commitment, key);
                report.Add("entry", drawn, $"entry {drawn}: coins for the commitment of entry {number}");
            }
        );
    }

    /// <summary>The words of an entry about releases; null for others.</summary>
    private static string? Words(EntryBody body) =>
        BudgetPolicy.TryRead(body, out BudgetPolicy? policy)
            ? $"policy of the data set '{policy.DataSet}': at most {policy.Limit}, {policy.ExactReleases} exact releases"
        : NoiseCommitted.TryRead(body, out NoiseCommitment? noise)
            ? $"noise of {noise.Bits} bits, {noise.Query.Loss}, data set '{noise.Query.DataSet}', for {noise.Query.Context.Requester} ({noise.Query.Context.Purpose}); coins of {noise.Query.Beacon}"
        : StatisticReleased.TryRead(body, out StatisticReleased? release)
            ? $"release about the data set '{release.DataSet}', {(release.IsExact ? "exact" : release.Loss.ToString())}, SHA-256 of the file {Report.Hex(release.File)}{(release.Plan.IsEmpty ? "" : $", digest of the plan {Report.Hex(release.Plan)}")}"
        : body.Kind == BeaconDrawn.Kind ? string.Create(CultureInfo.InvariantCulture, $"coins: {Report.Hex(body.Payload)}")
        : null;

    private static string Releases(long count) => count == 1 ? "1 release" : $"{count} releases";
}
