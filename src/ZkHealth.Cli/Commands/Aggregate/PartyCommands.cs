using System.CommandLine;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate register|open|deal|deliver`: what every hospital does.</summary>
internal static class PartyCommands
{
    public static IEnumerable<Command> Create() => [Register(), Open(), Deal(), Deliver()];

    private static Command Register()
    {
        var board = new BoardOptions();
        var name = new Option<string?>("--name")
        {
            Description = "The name of the legal entity: make the key known on the ledger under it.",
        };
        var terms = new Option<string?>("--terms")
        {
            Description = "A file of terms that name the key in their committee: register a fresh key for their session.",
        };
        return BoardOptions
            .With(
                new Command("register", "Make yourself known on a ledger, and for a committee register the key of one session.")
                {
                    name,
                    terms,
                },
                board,
                board.State
            )
            .Action(
                (parsed, report, _) =>
                {
                    (string? legal, string? file) = (parsed.GetValue(name), parsed.GetValue(terms));
                    if (legal is null && file is null)
                    {
                        throw new UsageException("expected --name, or --terms, or both");
                    }

                    using OpenBoard open = board.Open(parsed);
                    report.Add("party", open.Board.Author.ToString());
                    if (legal is not null)
                    {
                        PartySteps.RegisterName(open.Board, legal, report);
                    }

                    if (file is not null)
                    {
                        AggregationTerms asked = TermsFile.Read(file);
                        var state = new MemberFolder(board.StateFolder(parsed));
                        long position = CommitteeMember.RegisterKey(open.Board, asked, state);
                        PartySteps.KeyRegistered(open.Board, asked, state, position, report);
                    }

                    return ExitCode.Accepted;
                }
            );
    }

    private static Command Open()
    {
        var board = new BoardOptions();
        var terms = new Option<string>("--terms") { Description = "The file of terms.", Required = true };
        return BoardOptions
            .With(
                new Command(
                    "open",
                    "Open the session of terms for which every member has registered a key. Whoever opens it, it is the same session."
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
                    AggregationTerms asked = TermsFile.Read(parsed.GetValue(terms)!);
                    using OpenBoard open = board.Open(parsed);
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
                    report.Add("session", session is null ? null : Report.Hex(session.Sid));
                    return SessionReport.Step(
                        open.Board,
                        outcome,
                        session is null ? "" : $"session {Report.Hex(session.Sid)} is open",
                        report
                    );
                }
            );
    }

    private static Command Deal()
    {
        var board = new BoardOptions();
        var table = new Argument<string?>("TABLE")
        {
            Description = "The hospital's committed table (.zkt); none for the beacon alone.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var minimum = new Option<int>("--minimum")
        {
            Description = "Count me in only if there are at least so many contributors.",
        }.Within(0);
        var beacon = new Option<bool>("--beacon")
        {
            Description = "Deal a part of the beacon too, as a member of the committee of a session with noise.",
        };
        var approval = new ApprovalOption();
        return BoardOptions
            .With(
                new Command(
                    "deal",
                    "Contribute a table's counts: one message, after which nothing more is needed of the hospital."
                )
                {
                    table,
                    minimum,
                    beacon,
                    board.KeptFolder,
                },
                board,
                board.Session,
                approval.Option
            )
            .Action(
                (parsed, report, token) =>
                {
                    if (!parsed.GetValue(beacon) && parsed.GetValue(table) is null)
                    {
                        throw new UsageException("expected a table, or --beacon");
                    }

                    using OpenBoard open = board.Open(parsed);
                    byte[] sid = approval.FindSession(parsed, open.Board, board.GivenSession(parsed));
                    report.Add("session", Convert.ToHexStringLower(sid));
                    var dealer = new Dealer(open.Board, sid, OpenBoard.Rules);
                    BlobFolder store = board.Kept(parsed);
                    int code = ExitCode.Accepted;
                    if (parsed.GetValue(beacon))
                    {
                        StepOutcome dealt = dealer.DealBeacon(store);
                        code = SessionReport.Step(open.Board, dealt, "dealt a part of the beacon", report);
                    }

                    if (parsed.GetValue(table) is not string path)
                    {
                        return code;
                    }

                    AggregationTerms terms = ApprovalOption.SessionOf(open.Board, sid).Terms;
                    using TableOpeningFile owned = PartySteps.Table(open, terms, path, report);
                    approval.Ensure(parsed, open.Board, sid, dealer, report);
                    using ContingencyTableOpening cube = PartySteps.Cube(owned, terms, path, token);
                    var options = new DealOptions { Minimum = parsed.GetValue(minimum), Kept = store };
                    StepOutcome outcome = dealer.DealCube(cube, options);
                    return Math.Max(code, SessionReport.Step(open.Board, outcome, $"dealt the counts of {path}", report));
                }
            );
    }

    private static Command Deliver()
    {
        var board = new BoardOptions();
        return BoardOptions
            .With(
                new Command("deliver", "Post what a member says has not come of your dealing.") { board.KeptFolder },
                board,
                [.. board.NamedSession, board.Wait]
            )
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    var dealer = new Dealer(open.Board, board.NamedSid(parsed, open.Board), OpenBoard.Rules);
                    BlobFolder store = board.Kept(parsed);
                    return SessionReport.Step(
                        open.Board,
                        board.Run(parsed, () => dealer.AnswerComplaints(store), token),
                        "posted what was asked for",
                        report
                    );
                }
            );
    }
}
