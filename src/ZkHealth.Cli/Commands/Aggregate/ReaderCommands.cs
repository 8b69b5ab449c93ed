using System.CommandLine;
using System.Diagnostics;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate status|combine|verify`: what anyone does who can read the ledger.</summary>
internal static class ReaderCommands
{
    public static IEnumerable<Command> Create() => [Status(), Combine(), Verify()];

    private static Command Status()
    {
        var read = new ReadOptions();
        return read.With(new Command("status", "Say how far a session has come, and who is waited for."))
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = read.Open(parsed);
                    byte[] sid = read.Sid(parsed, open.Board);
                    if (
                        !new SessionReader(open.Board, sid, OpenBoard.Rules).TryRead(
                            out SessionStatus? status,
                            out string? reason
                        )
                    )
                    {
                        report.Add("reason", reason, $"session {Convert.ToHexStringLower(sid)}: {reason}");
                        return ExitCode.Rejected;
                    }

                    SessionReport.Status(open.Board, status, report);
                    return ExitCode.Accepted;
                }
            );
    }

    private static Command Combine()
    {
        var board = new BoardOptions();
        return BoardOptions
            .With(
                new Command(
                    "combine",
                    "Add up the shares and post the result. It is only as good as what everyone computes again."
                ),
                board,
                [.. board.NamedSession, board.Wait]
            )
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    var combiner = new Combiner(open.Board, board.NamedSid(parsed, open.Board), OpenBoard.Rules);
                    AggregateOutcome? outcome = null;
                    board.Run(
                        parsed,
                        () =>
                        {
                            outcome = combiner.Combine();
                            return new StepOutcome(
                                outcome.Status == OutcomeStatus.Waiting ? StepStatus.Pending : StepStatus.Done,
                                outcome.Reason,
                                -1,
                                []
                            );
                        },
                        token
                    );
                    return SessionReport.Outcome(open.Board, outcome!, report);
                }
            );
    }

    private static Command Verify()
    {
        var read = new ReadOptions();
        var key = new Option<string?>("--ledger-key")
        {
            Description = "The ledger's public key, name+id+base64, as you were told it.",
        };
        return read.With(
                new Command("verify", "Verify a session from the ledger alone: who counts, with all proofs, and the numbers.")
                {
                    key,
                }
            )
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = read.Open(parsed);
                    report.Verifies = true;
                    if (parsed.GetValue(key) is string text && Inputs.NoteKey(text).ToString() != open.Ledger.Key.ToString())
                    {
                        report.Add(
                            "reason",
                            $"the ledger's key is not the one given: {open.Ledger.Key}",
                            $"rejected: the ledger's key is not the one given: {open.Ledger.Key}"
                        );
                        return ExitCode.Rejected;
                    }

                    var watch = Stopwatch.StartNew();
                    AggregateOutcome outcome = AggregateVerifier.Verify(
                        open.Board,
                        read.Sid(parsed, open.Board),
                        OpenBoard.Rules
                    );
                    report.Add("seconds", watch.Elapsed.TotalSeconds);
                    report.Add("ledger", open.Ledger.Key.ToString());
                    int code = SessionReport.Outcome(open.Board, outcome, report);
                    report.Line($"  ledger {open.Ledger.Key.Name}, read and verified in {Report.Seconds(watch.Elapsed)}");
                    return code;
                }
            );
    }

    /// <summary>Names a session to those who only read: a reader may leave it out where the ledger has one.</summary>
    private sealed class ReadOptions
    {
        private readonly Option<string> _ledger = new("--ledger")
        {
            Description = "The ledger file; what lies beside it is in LEDGER.blobs.",
            Required = true,
        };
        private readonly Option<string?> _session = new("--session")
        {
            Description = "The session, or the first digits of it; may be left out where the ledger has only one.",
        };
        private readonly Option<string?> _terms = new("--terms")
        {
            Description = "The file of the session's terms: the session under just these, and no other.",
        };

        public Command With(Command command)
        {
            command.Add(_ledger);
            command.Add(_session);
            command.Add(_terms);
            return command;
        }

        public OpenBoard Open(ParseResult parsed) => OpenBoard.ToRead(parsed.GetValue(_ledger)!);

        public byte[] Sid(ParseResult parsed, LedgerBoard board)
        {
            string? given = parsed.GetValue(_session);
            if (parsed.GetValue(_terms) is not string file)
            {
                return BoardOptions.FindSession(board, given);
            }

            byte[] digest = TermsFile.Read(file).Digest();
            if (given is null)
            {
                return BoardOptions.SessionUnder(board, digest);
            }

            byte[] sid = BoardOptions.FindSession(board, given);
            return ApprovalOption.SessionOf(board, sid).Terms.Digest().AsSpan().SequenceEqual(digest)
                ? sid
                : throw new UsageException($"session {Convert.ToHexStringLower(sid)} is not under the terms of {file}");
        }
    }
}
