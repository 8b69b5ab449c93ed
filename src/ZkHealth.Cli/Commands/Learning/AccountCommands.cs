using System.CommandLine;
using System.Globalization;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning ask|answer`: the contributors of a round account for their updates in zero knowledge.</summary>
internal static class AccountCommands
{
    public static IEnumerable<Command> Create() => [Ask(), Answer()];

    private static Command Ask()
    {
        var (board, round) = (
            new BoardOptions(),
            new RoundOptions("The round whose contributors are asked; the last that was begun if left out.")
        );
        var direction = new Option<int?>("--direction")
        {
            Description = "The round along whose mean they are asked; the same round if left out.",
        }.Within(0);
        var command = new Command(
            "ask",
            "Ask the contributors of a round for the inner product of their update with the mean of a round, and for its norm. The first question counts."
        )
        {
            direction,
        };
        return RoundOptions
            .With(BoardOptions.With(command, board), round)
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    RoundView view = round.Read(parsed, open.Board);
                    int along = parsed.GetValue(direction) ?? view.Round;
                    var log = new RoundLog(open.Board, view.Terms.Model.Id.Span);
                    StepOutcome outcome = view.Asked is { } asked
                        ? asked.Question.DirectionRound == along
                            ? StepOutcome.AlreadyDone(asked.Position)
                            : StepOutcome.Refused(
                                $"they were asked along round {asked.Question.DirectionRound} by entry {asked.Position}: every question shows more, and the first counts"
                            )
                        : !log.MayAsk(view.Round, open.Board.Author!.Value)
                            ? StepOutcome.Refused(
                                "the terms of the round do not name it in the quorum, and it did not begin the round"
                            )
                            : view.Mean is null
                                ? StepOutcome.Pending($"round {view.Round} has no result")
                                : Along(log, view, along) is null
                                    ? StepOutcome.Refused($"round {along} has no mean of as many entries that is not 0")
                                    : StepOutcome.Done(log.Ask(view.Round, along));
                    return SessionReport.Step(
                        open.Board,
                        outcome,
                        $"the contributors of round {view.Round} are asked to account along the mean of round {along}",
                        report
                    );
                }
            );
    }

    private static Command Answer()
    {
        var board = new BoardOptions();
        var update = new Argument<string>("KEPT") { Description = "What you kept of the update (.zku)." };
        var within = new Option<long[]>("--within")
        {
            Description = "Show only that the inner product lies between these two numbers.",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var hideNorm = new Option<bool>("--hide-norm")
        {
            Description = "Do not show the norm; it is proven to be within its bound.",
        };
        var dry = new Option<bool>("--dry-run") { Description = "Say what the answer shows, and post nothing." };
        var command = new Command(
            "answer",
            "Account for your update: the inner product with the direction that was asked for, and the norm, proven about what you committed. Answer one question a round."
        )
        {
            update,
            within,
            hideNorm,
            dry,
        };
        return BoardOptions
            .With(command, board)
            .Action(
                (parsed, report, _) =>
                {
                    using ProvenUpdateOpening proven = Inputs.Update(parsed.GetValue(update)!);
                    RoundTerms terms = proven.Update.Terms;
                    using OpenBoard open = board.Open(parsed);
                    var log = new RoundLog(open.Board, terms.Model.Id.Span);
                    RoundView? view = log.Read(terms.Round)
                        .SingleOrDefault(v => v.Session.Span.SequenceEqual(proven.Update.Session.Span));
                    PartyId self = open.Board.Author!.Value;
                    RoundContribution? own = view?.Contributions.FirstOrDefault(c =>
                        c.Hospital == self && c.Proof.Table.Root.Span.SequenceEqual(proven.Update.Commitment.Root.Span)
                    );
                    if (view is null || own is null)
                    {
                        return SessionReport.Step(
                            open.Board,
                            StepOutcome.Refused($"this update is not in the sum of round {terms.Round} on this ledger"),
                            "",
                            report
                        );
                    }

                    if (
                        view.Asked is not { } asked
                        || Along(log, view, asked.Question.DirectionRound) is not UpdateDirection direction
                    )
                    {
                        string why = view.Asked is null
                            ? $"nobody has asked the contributors of round {terms.Round} to account"
                            : "the question has no direction: the round that it names has no mean of as many entries that is not 0";
                        return SessionReport.Step(
                            open.Board,
                            view.Asked is null ? StepOutcome.Pending(why) : StepOutcome.Refused(why),
                            "",
                            report
                        );
                    }

                    if (view.Answers.FirstOrDefault(a => a.Hospital == self && a.Verdict.IsAccepted) is RoundAnswer before)
                    {
                        return SessionReport.Step(
                            open.Board,
                            StepOutcome.AlreadyDone(before.Position),
                            "accounted for the update",
                            report
                        );
                    }

                    AccountProof account = UsageException.Of(() =>
                        parsed.GetValue(within) is [long low, long high]
                            ? AccountProof.ProveWithin(
                                proven,
                                direction,
                                low,
                                high,
                                !parsed.GetValue(hideNorm),
                                Environment.ProcessorCount
                            )
                            : AccountProof.Prove(proven, direction, !parsed.GetValue(hideNorm), Environment.ProcessorCount)
                    );

                    Describe(account.Answer, terms, report);
                    return parsed.GetValue(dry)
                        ? ExitCode.Accepted
                        : SessionReport.Step(
                            open.Board,
                            StepOutcome.Done(log.Answer(terms.Round, account)),
                            "accounted for the update",
                            report
                        );
                }
            );
    }

    private static void Describe(AccountAnswer answer, RoundTerms terms, Report report)
    {
        report.Add("low", answer.Low);
        report.Add(
            "high",
            answer.High,
            answer.InnerProduct is long product
                ? $"  inner product: {product}"
                : $"  inner product: from {answer.Low} to {answer.High}"
        );
        report.Add(
            "squaredNorm",
            answer.SquaredNorm,
            answer.SquaredNorm is not ulong square
                ? "  norm: not shown"
                : string.Create(CultureInfo.InvariantCulture, $"  norm: {Math.Sqrt(square) * terms.Quantiser.Scale:g6}")
        );
    }

    /// <summary>The mean of a round as the direction for another; null where it has none that fits.</summary>
    private static UpdateDirection? Along(RoundLog log, RoundView view, int round)
    {
        RoundView? other = round == view.Round ? view : log.Read(round).SingleOrDefault();
        return other is not null && other.Mean?.Count == view.Terms.Entries ? RoundLog.Direction(other) : null;
    }
}
