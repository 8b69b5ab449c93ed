using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate register|open|deal|deliver`: what every hospital does.</summary>
internal static class PartyCommands
{
    public static IEnumerable<Command> Create() => [Register(), Open(), Deal(), Deliver()];

    /// <summary>Says where a dealer keeps its ciphertexts, to post one that a member says has not come.</summary>
    public static BlobFolder Kept(string? folder, string keyPath) => new(folder ?? keyPath + ".dealt");

    public static Option<string?> KeptOption() =>
        new("--kept")
        {
            Description = "The folder where the dealer keeps its ciphertexts, to post them again; KEY.dealt if left out.",
        };

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
        return With(
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
                        RegisterName(open.Board, legal, report);
                    }

                    if (file is not null)
                    {
                        RegisterKey(open.Board, TermsCommand.Read(file), new MemberFolder(board.StateFolder(parsed)), report);
                    }

                    return ExitCode.Accepted;
                }
            );
    }

    internal static void RegisterName(LedgerBoard board, string name, Report report)
    {
        long position;
        try
        {
            position = CommitteeMember.Register(board, name);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--name: {UsageException.Problem(e)}");
        }

        report.Add("nameEntry", position, $"registered as {SessionReport.Name(board, board.Author!.Value)}, entry {position}");
        SessionReport.LookAlikes(board, [board.Author.Value], report);
    }

    internal static void RegisterKey(LedgerBoard board, AggregationTerms terms, MemberFolder state, Report report)
    {
        try
        {
            long position = CommitteeMember.RegisterKey(board, terms, state);
            TermsCommand.SmallCounts(terms, report);
            report.Add(
                "keyEntry",
                position,
                $"session key registered as member {terms.ShareIndexOf(board.Author!.Value)} of {terms.CommitteeSize}, entry {position}; kept in {state.Folder}"
            );
        }
        catch (ArgumentException e)
        {
            throw new UsageException(ProveStatisticCommand.Text(e));
        }
    }

    private static Command Open()
    {
        var board = new BoardOptions();
        var terms = new Option<string>("--terms") { Description = "The file of terms.", Required = true };
        return With(
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
                    AggregationTerms asked = TermsCommand.Read(parsed.GetValue(terms)!);
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
        Option<string?> kept = KeptOption();
        var approval = new ApprovalOption();
        return With(
                new Command(
                    "deal",
                    "Contribute a table's counts: one message, after which nothing more is needed of the hospital."
                )
                {
                    table,
                    minimum,
                    beacon,
                    kept,
                },
                board,
                board.Session,
                approval.Option
            )
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    byte[] sid = approval.FindSession(parsed, open.Board, board.GivenSession(parsed));
                    report.Add("session", Convert.ToHexStringLower(sid));
                    var dealer = new Dealer(open.Board, sid, OpenBoard.Rules);
                    BlobFolder store = Kept(parsed.GetValue(kept), parsed.GetValue<string>("--key")!);
                    int code = ExitCode.Accepted;
                    if (parsed.GetValue(beacon))
                    {
                        code = SessionReport.Step(
                            open.Board,
                            Guarded(() => dealer.DealBeacon(store)),
                            "dealt a part of the beacon",
                            report
                        );
                    }

                    if (parsed.GetValue(table) is not null)
                    {
                        approval.Ensure(parsed, open.Board, sid, dealer, report);
                    }

                    return parsed.GetValue(table) is string path
                            ? Math.Max(
                                code,
                                SessionReport.Step(
                                    open.Board,
                                    Contribute(open, sid, dealer, path, parsed.GetValue(minimum), store, report, token),
                                    $"dealt the counts of {path}",
                                    report
                                )
                            )
                        : parsed.GetValue(beacon) ? code
                        : throw new UsageException("expected a table, or --beacon");
                }
            );
    }

    /// <summary>Proves the cube of a published table over the session's axes (or takes the one that was kept), and deals
    /// it.</summary>
    internal static StepOutcome Contribute(
        OpenBoard open,
        byte[] sid,
        Dealer dealer,
        string path,
        int minimum,
        BlobFolder kept,
        Report report,
        CancellationToken token
    )
    {
        if (!new SessionReader(open.Board, sid, OpenBoard.Rules).TryRead(out SessionStatus? status, out string? reason))
        {
            throw new UsageException(reason);
        }

        AggregationTerms terms = status.Session.Terms;
        if (terms.IsWholeVector)
        {
            throw new UsageException("the session is a round of learning: contribute to it by `zkhealth learning contribute`");
        }

        TermsCommand.SmallCounts(terms, report);

        using TableOpeningFile table = Inputs.Table(path);
        TableCommitment commitment = table.Committed.Commitment;
        if (!commitment.Schema.Span.SequenceEqual(terms.Schema.Encode()))
        {
            throw new UsageException(
                $"{path}: its schema '{table.Coded.Schema.Name}' is not that of the session, '{terms.Schema.Name}', in every column, code and label"
            );
        }

        if (!commitment.Owner.Span.SequenceEqual(open.Party!.Public.OwnerId.Span))
        {
            throw new UsageException($"{path} names another owner than the key");
        }

        report.Add("tableEntry", Published(open, commitment, terms.DataSet, path).Index);
        using ContingencyTableOpening cubes = ContingencyTableStore
            .Beside(path)
            .FindOrProve(table.Committed, terms.Axes, out bool _, Environment.ProcessorCount, null, token);
        return Guarded(() => dealer.DealCube(cubes, new DealOptions { Minimum = minimum, Kept = kept }));
    }

    /// <summary>The entry of the table. Nothing is published here: a table stands under a data set's name by its owner's own
    /// command alone.</summary>
    private static LedgerReceipt Published(OpenBoard open, TableCommitment table, string dataSet, string path)
    {
        if (
            PublishedTables.Find(open.Ledger, table) is not LedgerReceipt there
            || !TablePublished.TryRead(there.Entry.Body, out TablePublished? said)
        )
        {
            throw new UsageException(
                $"{path} is not published: the session is about the data set '{dataSet}'; if the table is a version of it, say so first: zkhealth publish {path} --data-set '{dataSet}'"
            );
        }

        return said.DataSet == dataSet
            ? there
            : throw new UsageException(
                $"the table is published as one of the data set '{said.DataSet}', the session is about '{dataSet}': commit the data anew and deal that table"
            );
    }

    private static Command Deliver()
    {
        var board = new BoardOptions();
        Option<string?> kept = KeptOption();
        return With(
                new Command("deliver", "Post what a member says has not come of your dealing.") { kept },
                board,
                [.. board.NamedSession, board.Wait]
            )
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    var dealer = new Dealer(open.Board, board.NamedSid(parsed, open.Board), OpenBoard.Rules);
                    BlobFolder store = Kept(parsed.GetValue(kept), parsed.GetValue<string>("--key")!);
                    return SessionReport.Step(
                        open.Board,
                        board.Run(parsed, () => dealer.AnswerComplaints(store), token),
                        "posted what was asked for",
                        report
                    );
                }
            );
    }

    /// <summary>A caller's mistake as the user's.</summary>
    internal static StepOutcome Guarded(Func<StepOutcome> step)
    {
        try
        {
            return step();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(ProveStatisticCommand.Text(e));
        }
    }

    internal static Command With(Command command, BoardOptions board, params Option[] more)
    {
        foreach (Option option in (Option[])[.. board.Writing, .. more])
        {
            command.Add(option);
        }

        return command;
    }
}
