using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning open|result|evaluate`: the beginning and the end of a round.</summary>
internal static class RoundCommands
{
    public static IEnumerable<Command> Create() => [Open(), Result(), Evaluate()];

    private static Command Open()
    {
        var board = new BoardOptions();
        var terms = new Option<string>("--terms") { Description = "The file of terms of the round.", Required = true };
        return BoardOptions
            .With(
                new Command(
                    "open",
                    "Open the session of a round for which every member has registered a key, and begin the round in the model's log."
                )
                {
                    terms,
                },
                board,
                board.Wait
            )
            .Action(
                (parsed, report, token) =>
                {
                    string path = parsed.GetValue(terms)!;
                    AggregationTerms asked = TermsFile.Read(path);
                    if (!UpdatePolicy.TryTerms(asked, out RoundTerms? round, out string? reason))
                    {
                        throw new UsageException($"{path}: {reason}");
                    }

                    using OpenBoard open = board.Open(parsed);
                    var log = new RoundLog(open.Board, round.Model.Id.Span);
                    AggregationSession? session = null;
                    StepOutcome outcome = board.Run(
                        parsed,
                        () =>
                        {
                            (session, StepOutcome step) = Combiner.Open(open.Board, asked, OpenBoard.Rules);
                            return step;
                        },
                        token
                    );
                    if (session is not null && outcome.IsDone)
                    {
                        AggregationSession? begun = log.SessionOf(round.Round);
                        outcome =
                            begun is null ? Begin(log, round, session)
                            : begun.Sid.Span.SequenceEqual(session.Sid.Span)
                                ? new StepOutcome(StepStatus.AlreadyDone, outcome.Reason, outcome.Position, outcome.Findings)
                            : new StepOutcome(
                                StepStatus.Refused,
                                $"round {round.Round} was begun with the session {Report.Hex(begun.Sid)}",
                                -1,
                                []
                            );
                    }

                    report.Add("session", session is null ? null : Report.Hex(session.Sid));
                    report.Add("model", Report.Hex(round.Model.Id));
                    report.Add("round", round.Round);
                    return SessionReport.Step(
                        open.Board,
                        outcome,
                        session is null ? "" : $"round {round.Round} has begun, session {Report.Hex(session.Sid)}",
                        report
                    );
                }
            );
    }

    private static StepOutcome Begin(RoundLog log, RoundTerms round, AggregationSession session)
    {
        long position = log.Begin(round.Round, session.Sid);
        return log.SessionOf(round.Round) is not null
            ? StepOutcome.Done(position)
            : new StepOutcome(
                StepStatus.Refused,
                "the rounds of this model are begun by those who take part in them: hospitals, committee, quorum",
                position,
                []
            );
    }

    private static Command Result()
    {
        var (ledger, round) = (RoundOptions.LedgerArgument(), new RoundOptions());
        var output = new Option<string?>("--out")
        {
            Description = "Where the mean update goes: text, or numbers in binary where the name ends in .f32 or .f64.",
        };
        return RoundOptions
            .With(
                new Command(
                    "result",
                    "Verify a round from the ledger alone and decode its mean update, with the bound of its error."
                )
                {
                    ledger,
                    output,
                },
                round
            )
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = OpenBoard.ToRead(parsed.GetValue(ledger)!);
                    RoundView view = round.Read(parsed, open.Board);
                    SessionReport.Outcome(open.Board, view.Outcome, report);
                    report.Add("model", Report.Hex(view.Terms.Model.Id));
                    report.Add("round", view.Round);
                    if (view.Mean is not { } mean)
                    {
                        return ExitCode.Rejected;
                    }

                    double error = view.Terms.Quantiser.ErrorBound,
                        norm = Math.Sqrt(mean.Sum(x => x * x));
                    report.Add("totalWeight", (long)view.Outcome.TotalWeight);
                    report.Add("meanNorm", norm);
                    report.Add(
                        "errorBound",
                        error,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"  mean update of round {view.Round}: norm {norm:g6}; every entry within {error:g6} of the weighted mean of the clipped entries"
                        )
                    );
                    if (parsed.GetValue(output) is string path)
                    {
                        VectorFile.Write(path, mean, ownerOnly: false);
                        report.Add("mean", path, $"  written to {path}");
                    }

                    return ExitCode.Accepted;
                }
            );
    }

    private static Command Evaluate()
    {
        var (board, round) = (new BoardOptions(), new RoundOptions());
        var data = new Option<string>("--data") { Description = "On which data, in words.", Required = true };
        var measures = new Option<string[]>("--measure")
        {
            Description = "What was measured, such as accuracy=0.84; several may be given.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        return RoundOptions
            .With(
                BoardOptions.With(
                    new Command("evaluate", "Say in the model's log how good it is after a round. It is your word.")
                    {
                        data,
                        measures,
                    },
                    board
                ),
                round
            )
            .Action(
                (parsed, report, _) =>
                {
                    KeyValuePair<string, double>[] said = [.. parsed.GetValue(measures)!.Select(Measure)];
                    if (said.Length > RoundEvaluated.MaxMeasures)
                    {
                        throw new UsageException($"--measure: expected at most {RoundEvaluated.MaxMeasures}");
                    }

                    using OpenBoard open = board.Open(parsed);
                    RoundTerms terms = round.Find(parsed, open.Board).Terms;
                    long position = new RoundLog(open.Board, terms.Model.Id.Span).Evaluate(
                        new RoundEvaluated(terms.Round, parsed.GetValue(data)!, said)
                    );
                    report.Add("round", terms.Round);
                    report.Add(
                        "measures",
                        new JsonObject(
                            said.DistinctBy(m => m.Key).Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, m.Value))
                        )
                    );
                    return SessionReport.Step(
                        open.Board,
                        StepOutcome.Done(position),
                        $"evaluation of round {terms.Round} is in the log",
                        report
                    );
                }
            );
    }

    private static KeyValuePair<string, double> Measure(string text) =>
        text.Split('=') is [{ Length: > 0 and <= 64 } name, string number]
        && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value)
            ? new(name.Trim(), value)
            : throw new UsageException($"--measure: expected a name and a number such as accuracy=0.84, got '{text}'");
}
