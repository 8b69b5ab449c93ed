using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning trace`: the log of a model's rounds, verified, in words and as JSON.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var (ledger, round) = (RoundOptions.LedgerArgument(), new RoundOptions("One round alone."));
        return RoundOptions
            .With(
                new Command(
                    "trace",
                    "Verify a model's rounds and show who contributed what, and what they answered when asked to account."
                )
                {
                    ledger,
                },
                round
            )
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = OpenBoard.ToRead(parsed.GetValue(ledger)!);
                    report.Verifies = true;
                    byte[] model = round.Model(parsed, open.Board);
                    report.Add("model", Convert.ToHexStringLower(model), $"model: {Convert.ToHexStringLower(model)}");
                    var rounds = new JsonArray();
                    bool accepted = true;
                    foreach (RoundView view in new RoundLog(open.Board, model).Read(round.Round(parsed)))
                    {
                        token.ThrowIfCancellationRequested();
                        accepted &= view.Outcome.Status == OutcomeStatus.Verified && view.Answers.All(a => a.Verdict.IsAccepted);
                        rounds.Add((JsonNode)Round(open.Board, view, report));
                    }

                    if (rounds.Count == 0)
                    {
                        throw new UsageException("the ledger has no such round of this model");
                    }

                    report.Add("rounds", rounds);
                    report.Json["reason"] = "a round is not verified, or an account was rejected: see rounds";
                    return accepted ? ExitCode.Accepted : ExitCode.Rejected;
                }
            );
    }

    private static JsonObject Round(IBulletinBoard board, RoundView view, Report report)
    {
        report.Line("");
        string status =
            view.Outcome.Status == OutcomeStatus.Verified
                ? "verified"
                : $"{view.Outcome.Status.ToString().ToLowerInvariant()}: {view.Outcome.Reason}";
        report.Line($"round {view.Round} (entry {view.Position}), session {Report.Hex(view.Session)}: {status}");
        var json = new JsonObject
        {
            ["round"] = view.Round,
            ["entry"] = view.Position,
            ["session"] = Report.Hex(view.Session),
            ["status"] = view.Outcome.Status.ToString().ToLowerInvariant(),
            ["reason"] = view.Outcome.Reason,
        };
        RoundTerms terms = view.Terms;
        TermsFile.DescribeBounds(terms, report);
        (json["entries"], json["clip"], json["scale"], json["norm"], json["errorBound"]) = (
            terms.Entries,
            terms.Quantiser.Clip,
            terms.Quantiser.Scale,
            terms.Norm,
            terms.Quantiser.ErrorBound
        );

        if (view.Mean is { } mean)
        {
            double norm = Math.Sqrt(mean.Sum(x => x * x));
            report.Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  mean update of {view.Contributions.Count} hospitals with weight {view.Outcome.TotalWeight}: norm {norm:g6}"
                )
            );
            json["meanNorm"] = norm;
            json["cleanPadding"] = view.HasCleanPadding;
            if (!view.HasCleanPadding)
            {
                report.Line(
                    "  behind the entries the sum is not that of zeros: a hospital accounts for a larger norm than that of its entries; a full opening tells which"
                );
            }
        }

        foreach ((long position, PartyId author, RoundEvaluated evaluation) in view.Evaluations)
        {
            string measures = string.Join(
                ", ",
                evaluation.Measures.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:g5}"))
            );
            report.Line($"  on {evaluation.Data}: {measures} (entry {position}, by {Name(board, author)})");
        }

        json["evaluations"] = new JsonArray([
            .. view.Evaluations.Select(e =>
                (JsonNode)
                    new JsonObject
                    {
                        ["entry"] = e.Position,
                        ["by"] = e.Author.ToString(),
                        ["data"] = e.Evaluation.Data,
                        ["measures"] = new JsonObject(
                            e.Evaluation.Measures.DistinctBy(m => m.Key)
                                .Select(m =>
                                    KeyValuePair.Create<string, JsonNode?>(
                                        m.Key,
                                        double.IsFinite(m.Value) ? JsonValue.Create(m.Value) : null
                                    )
                                )
                        ),
                    }
            ),
        ]);
        json["contributors"] = new JsonArray([.. view.Contributions.Select(c => (JsonNode)Contribution(board, view, c, report))]);
        json["findings"] = new JsonArray([.. view.Outcome.Findings.Select(f => (JsonNode)Finding(board, f, report))]);
        json["openings"] = new JsonArray([.. view.Openings.Select(o => (JsonNode)Opening(board, view, o, report))]);
        return json;
    }

    private static JsonObject Contribution(IBulletinBoard board, RoundView view, RoundContribution c, Report report)
    {
        string name = Name(board, c.Hospital);
        var json = new JsonObject
        {
            ["hospital"] = c.Hospital.ToString(),
            ["name"] = name,
            ["entry"] = c.Position,
            ["weight"] = c.Weight,
            ["root"] = Report.Hex(c.Proof.Table.Root),
            ["clipped"] = c.Proof.Clipped,
        };
        string line =
            $"  {name}: entry {c.Position}, weight {c.Weight}, root {Report.Hex(c.Proof.Table.Root)[..16]}…, {c.Proof.Clipped} clipped";
        RoundAnswer? answer = view.Answers.FirstOrDefault(a => a.Hospital == c.Hospital);
        if (answer is { Verdict.IsAccepted: true, Answer: { } said })
        {
            double? cosine =
                view.Mean is { } mean && mean.Any(x => x != 0) && view.Asked?.Question.DirectionRound == view.Round
                    ? said.Cosine(RoundLog.Direction(view)!)
                    : null;
            line += said.InnerProduct is long product
                ? $"; inner product {product}"
                : $"; inner product in {said.Low}..{said.High}";
            line += said.SquaredNorm is ulong square
                ? string.Create(CultureInfo.InvariantCulture, $", norm {Math.Sqrt(square) * view.Terms.Quantiser.Scale:g5}")
                : "";
            line += cosine is double cos ? string.Create(CultureInfo.InvariantCulture, $", cosine {cos:f3}") : "";
            line += answer.Share is double share
                ? string.Create(CultureInfo.InvariantCulture, $", {100 * share:f1} % of the step")
                : "";
            json["account"] = new JsonObject
            {
                ["entry"] = answer.Position,
                ["low"] = said.Low,
                ["high"] = said.High,
                ["squaredNorm"] = said.SquaredNorm,
                ["cosine"] = cosine is double finite && double.IsFinite(finite) ? finite : null,
                ["share"] = answer.Share,
            };
        }
        else if (answer is not null)
        {
            line += $"; its account is rejected: {answer.Verdict.Reason}";
            json["rejected"] = answer.Verdict.Reason;
        }
        else if (view.Asked is not null)
        {
            line += "; asked to account, no answer";
        }

        report.Line(line);
        return json;
    }

    private static JsonObject Finding(IBulletinBoard board, Finding f, Report report)
    {
        report.Line(
            $"  {(f is PartyFault ? "at fault" : "not in the sum, or missing")}: {Name(board, f.Party)}: {f.Reason} (entry {f.Position})"
        );
        return new JsonObject
        {
            ["party"] = f.Party.ToString(),
            ["name"] = Name(board, f.Party),
            ["kind"] = SessionReport.Kind(f),
            ["fault"] = f is PartyFault,
            ["reason"] = f.Reason,
            ["entry"] = f.Position,
        };
    }

    private static JsonObject Opening(IBulletinBoard board, RoundView view, RoundOpening o, Report report)
    {
        string state =
            o.Sealed is { } hash ? $"delivered, sealed to the auditor, under {Report.Hex(hash)}"
            : o.IsMet ? "signed by enough, not delivered"
            : "not signed by enough";
        report.Line(
            $"  full opening of {Name(board, o.Request.Hospital)} asked (entry {o.Position}, \"{o.Request.Reason}\"): {o.Signers.Count} of {view.Terms.Quorum.Threshold} signed; {state}"
        );
        return new JsonObject
        {
            ["hospital"] = o.Request.Hospital.ToString(),
            ["entry"] = o.Position,
            ["reason"] = o.Request.Reason,
            ["signers"] = o.Signers.Count,
            ["needed"] = view.Terms.Quorum.Threshold,
            ["sealed"] = o.Sealed is { } there ? Report.Hex(there) : null,
        };
    }

    /// <summary>The name under which a party has registered, or its identifier.</summary>
    private static string Name(IBulletinBoard board, PartyId party) =>
        PartyNames.RegisteredName(board, party) ?? party.ToString()[..16];
}
