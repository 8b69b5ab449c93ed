using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate run`: one process for one hospital through a whole session. Killed at any point, it is simply
/// started again.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var board = new BoardOptions();
        var terms = new Option<string>("--terms") { Description = "The file of terms.", Required = true };
        var table = new Option<string?>("--table") { Description = "The hospital's committed table (.zkt), to contribute it." };
        var name = new Option<string?>("--name") { Description = "The name of the legal entity, to be registered first." };
        var minimum = new Option<int>("--minimum")
        {
            Description = "Count me in only if there are at least so many contributors.",
        }.Within(0);
        var patience = new Option<double?>("--patience")
        {
            Description =
                "As a closer: say that a cut-off has come when nothing new has come for so many seconds; else at its planned time. Where nothing more can come, at once.",
        }.Within(0);
        var timeout = new Option<double>("--timeout")
        {
            Description = "Give up after so many seconds.",
            DefaultValueFactory = _ => 86_400,
        }.Within(0);
        var approval = new ApprovalOption();
        var command = new Command(
            "run",
            "Take part in a session from registration to the result: every step of a hospital and member, when its time comes."
        )
        {
            terms,
            table,
            name,
            minimum,
            patience,
            timeout,
            board.KeptFolder,
            approval.Option,
        };
        return BoardOptions
            .With(command, board, board.State)
            .Action(
                (parsed, report, token) =>
                {
                    AggregationTerms asked = TermsFile.Read(parsed.GetValue(terms)!);
                    using OpenBoard open = board.Open(parsed);
                    string? path = parsed.GetValue(table);
                    if (path is not null)
                    {
                        // not kept while others are waited for, which may take a day
                        PartySteps.Table(open, asked, path, new Report()).Dispose();
                    }

                    byte[]? approved = path is null ? null : approval.OfTerms(parsed, asked, open.Board);
                    if (parsed.GetValue(name) is string legal)
                    {
                        PartySteps.RegisterName(open.Board, legal, report);
                    }

                    PartyId self = open.Board.Author!.Value;
                    bool isNamed = asked.ShareIndexOf(self) > 0 || asked.Hospitals.Contains(self);
                    if (isNamed && PartyDirectory.Read(open.Board).NameOf(self) is null)
                    {
                        throw new UsageException(
                            "--name: the terms name this key and it has not registered: give the name of its legal entity, once"
                        );
                    }

                    MemberFolder? state =
                        asked.ShareIndexOf(self) > 0 || asked.EffectiveClosers.Contains(self)
                            ? new MemberFolder(board.StateFolder(parsed))
                            : null;
                    var participant = new Participant(
                        open.Board,
                        asked,
                        new ParticipantOptions
                        {
                            Rules = OpenBoard.Rules,
                            State = state,
                            Contribution = path is null
                                ? null
                                : (session, stop) =>
                                {
                                    using TableOpeningFile owned = PartySteps.Table(open, session.Terms, path, report);
                                    return PartySteps.Cube(owned, session.Terms, path, stop);
                                },
                            Approval = approved,
                            Dealing = new DealOptions { Minimum = parsed.GetValue(minimum), Kept = board.Kept(parsed) },
                            Patience = parsed.GetValue(patience) is double seconds ? TimeSpan.FromSeconds(seconds) : null,
                            Progress = new Said(),
                        }
                    );
                    if (participant.RegisterKey() is long position)
                    {
                        PartySteps.KeyRegistered(open.Board, asked, state!, position, report);
                    }

                    return Run(open.Board, participant, TimeSpan.FromSeconds(parsed.GetValue(timeout)), report, token);
                }
            );
    }

    private static int Run(LedgerBoard board, Participant participant, TimeSpan timeout, Report report, CancellationToken token)
    {
        var watch = Stopwatch.StartNew();
        SessionOpening opening = participant.Open(timeout, token);
        if (!opening.Outcome.IsDone || opening.Session is not AggregationSession session)
        {
            return SessionReport.Step(board, opening.Outcome, "", report);
        }

        var said = new Said();
        said.Report($"session {Report.Hex(session.Sid)} is open");
        report.Add("session", Report.Hex(session.Sid));
        if (participant.Run(session, timeout - watch.Elapsed, token) is AggregateOutcome outcome)
        {
            return SessionReport.Outcome(board, outcome, report);
        }

        report.Add("status", "waiting");
        report.Add("reason", "gave up waiting", "gave up waiting");
        if (new SessionReader(board, session.Sid, OpenBoard.Rules).TryRead(out SessionStatus? status, out _))
        {
            SessionReport.Status(board, status, report);
        }

        return ExitCode.Rejected;
    }

    /// <summary>Writes each step to standard error while the run lasts; the report at its end goes to standard output.</summary>
    private sealed class Said : IProgress<string>
    {
        public void Report(string value) =>
            Console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateTimeOffset.Now:HH:mm:ss.f} {Accountability.Reports.Report.Visible(value)}"
                )
            );
    }
}
