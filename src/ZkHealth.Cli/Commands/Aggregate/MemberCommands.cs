using System.CommandLine;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate cut-off|check|freeze|share|erase`: the steps of a committee member, whose state is durable before
/// anything leaves it.</summary>
internal static class MemberCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return CutOff();
        yield return Step(
            "check",
            "Check what was dealt to you; say what you hold and what is wrong. Again before cut-offs 3 and 4, for what was posted late and for what others lack.",
            "checked what was dealt; receipt and complaints are posted",
            member => member.Check()
        );
        yield return Step(
            "freeze",
            "Sign the set of contributors, once.",
            "signed the set of contributors",
            member => member.Freeze()
        );
        yield return Step(
            "share",
            "Give your share of the sum, once; in a session with noise first that of the beacon.",
            "gave the share of the sum",
            member => member.ShareAll()
        );
        yield return Erase();
    }

    private static Command Step(string name, string description, string done, Func<CommitteeMember, StepOutcome> step)
    {
        var board = new BoardOptions();
        return BoardOptions
            .With(new Command(name, description), board, [board.State, .. board.NamedSession, board.Wait])
            .Action(
                (parsed, report, token) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    CommitteeMember member = Member(board, parsed, open, report);
                    return SessionReport.Step(open.Board, board.Run(parsed, () => step(member), token), done, report);
                }
            );
    }

    private static Command CutOff()
    {
        var number = new Argument<int>("NUMBER")
        {
            Description =
                "1: no more dealing; 2: no more receipts and complaints; 3: no more deliveries; 4: no more complaints about what was delivered; 5, by members: no more signatures, which ends a session that is not frozen.",
        };
        number.Validators.Add(result =>
        {
            if (result.Tokens is not [{ Value: "1" or "2" or "3" or "4" or "5" }])
            {
                result.AddError("NUMBER: expected 1 to 5");
            }
        });
        var board = new BoardOptions();
        return BoardOptions
            .With(
                new Command("cut-off", "Say that a cut-off has come. It has when as many closers as the terms ask for say so.")
                {
                    number,
                },
                board,
                [board.State, .. board.NamedSession, board.Wait]
            )
            .Action(
                (parsed, report, token) =>
                {
                    int n = parsed.GetValue(number);
                    using OpenBoard open = board.Open(parsed);
                    CommitteeMember member = Member(board, parsed, open, report);
                    return SessionReport.Step(
                        open.Board,
                        board.Run(parsed, () => member.CloseCutOff(n), token),
                        $"said that cut-off {n} has come",
                        report
                    );
                }
            );
    }

    private static Command Erase()
    {
        var board = new BoardOptions();
        return BoardOptions
            .With(
                new Command(
                    "erase",
                    "Erase the key of a session that is over: what was dealt to you can then no longer be decrypted by anyone."
                ),
                board,
                [board.State, .. board.NamedSession]
            )
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    byte[] sid = board.NamedSid(parsed, open.Board);
                    AggregateOutcome outcome = AggregateVerifier.Verify(open.Board, sid, OpenBoard.Rules);
                    if (outcome.Status == OutcomeStatus.Waiting || outcome.Session is null)
                    {
                        report.Add("status", "pending");
                        report.Add(
                            "reason",
                            $"the session is not over: {outcome.Reason}",
                            $"not yet: the session is not over: {outcome.Reason}"
                        );
                        return ExitCode.Rejected;
                    }

                    var state = new MemberFolder(board.StateFolder(parsed));
                    new CommitteeMember(open.Board, sid, state).EraseKey(outcome.Session.Terms);
                    report.Add(
                        "status",
                        "done",
                        $"the key of session {Convert.ToHexStringLower(sid)} is erased from {state.Folder}"
                    );
                    return ExitCode.Accepted;
                }
            );
    }

    private static CommitteeMember Member(BoardOptions board, ParseResult parsed, OpenBoard open, Report report)
    {
        byte[] sid = board.NamedSid(parsed, open.Board);
        report.Add("session", Convert.ToHexStringLower(sid));
        return new CommitteeMember(open.Board, sid, new MemberFolder(board.StateFolder(parsed)), OpenBoard.Rules);
    }
}
