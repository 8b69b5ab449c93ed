using System.CommandLine;
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
        Option<string?> kept = PartyCommands.KeptOption();
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
            kept,
            approval.Option,
        };
        return PartyCommands
            .With(command, board, board.State)
            .Action(
                (parsed, report, token) =>
                {
                    AggregationTerms asked = TermsCommand.Read(parsed.GetValue(terms)!);
                    using OpenBoard open = board.Open(parsed);
                    byte[]? approved = parsed.GetValue(table) is null
                        ? null
                        : approval.OfTerms(parsed, asked, open.Board, report);
                    if (parsed.GetValue(name) is string legal)
                    {
                        PartyCommands.RegisterName(open.Board, legal, report);
                    }

                    MemberFolder? state =
                        asked.ShareIndexOf(open.Board.Author!.Value) > 0
                        || asked.EffectiveClosers.Contains(open.Board.Author.Value)
                            ? new MemberFolder(board.StateFolder(parsed))
                            : null;
                    // once the session is open its keys are settled; that of a session that is over may be erased
                    if (
                        asked.ShareIndexOf(open.Board.Author.Value) > 0
                        && !Combiner.Open(open.Board, asked, OpenBoard.Rules).Outcome.IsDone
                    )
                    {
                        PartyCommands.RegisterKey(open.Board, asked, state!, report);
                    }

                    var run = new SessionRun(
                        open,
                        asked,
                        approved,
                        state,
                        parsed.GetValue(table),
                        parsed.GetValue(minimum),
                        PartyCommands.Kept(parsed.GetValue(kept), parsed.GetValue<string>("--key")!),
                        parsed.GetValue(patience),
                        report
                    );
                    return run.ToEnd(TimeSpan.FromSeconds(parsed.GetValue(timeout)), token);
                }
            );
    }
}

/// <summary>A party's way through a session: looks at the board, does what is due, and looks again.</summary>
internal sealed class SessionRun(
    OpenBoard open,
    AggregationTerms terms,
    byte[]? approved,
    MemberFolder? state,
    string? table,
    int minimum,
    BlobFolder kept,
    double? patience,
    Report report
)
{
    private const int PollMilliseconds = 150;

    private readonly LedgerBoard _board = open.Board;
    private readonly PartyId _self = open.Board.Author!.Value;
    private (int Stage, int Count) _seen;
    private long _changed;
    private readonly HashSet<string> _said = [];

    public int ToEnd(TimeSpan timeout, CancellationToken token)
    {
        long end = Environment.TickCount64 + (long)Math.Min(timeout.TotalMilliseconds, long.MaxValue / 4);
        if (WaitForOpening(end, token) is not AggregationSession session)
        {
            return ExitCode.Rejected;
        }

        byte[] sid = session.Sid.ToArray();
        Say($"session {Report.Hex(session.Sid)} is open");
        report.Add("session", Report.Hex(session.Sid));
        AggregationRules rules = OpenBoard.Rules.Remembering(state);
        var reader = new SessionReader(_board, sid, rules);
        var dealer = new Dealer(_board, sid, rules);
        CommitteeMember? member = state is null ? null : new CommitteeMember(_board, sid, state, OpenBoard.Rules);
        var combiner = new Combiner(_board, sid, rules);
        _changed = Environment.TickCount64;
        for (long size = -1; ; )
        {
            token.ThrowIfCancellationRequested();
            long now = _board.GetCheckpoint().Size;
            SessionStatus? status = null;
            string? reason = null;
            if ((now != size || IsQuiet) && !reader.TryRead(out status, out reason))
            {
                report.Add("reason", reason, $"refused: {reason}");
                return ExitCode.Rejected;
            }

            if (status is not null)
            {
                size = now;
                if (Look(status, sid, dealer, member, combiner, token) is int code)
                {
                    return code;
                }
            }

            if (Environment.TickCount64 > end)
            {
                reader.TryRead(out status, out reason);
                report.Add("status", "waiting");
                report.Add("reason", "gave up waiting", "gave up waiting");
                SessionReport.Status(_board, status!, report);
                return ExitCode.Rejected;
            }

            token.WaitHandle.WaitOne(PollMilliseconds);
        }
    }

    /// <summary>One look: every step that is due. The exit code at the end of the session, else null.</summary>
    private int? Look(
        SessionStatus status,
        byte[] sid,
        Dealer dealer,
        CommitteeMember? member,
        Combiner combiner,
        CancellationToken token
    )
    {
        if (status.CutOffs[0] < 0)
        {
            Deal(status, sid, dealer, token);
        }
        else if (status.CutOffs[3] < 0)
        {
            Check(status, dealer, member);
        }
        else if (status.Ended is not null && member is not null && terms.ShareIndexOf(_self) > 0 && status.CutOffs[4] < 0)
        {
            member.Freeze(); // says that it is over, which frees the data set
        }
        else if (status.Ended is null && member is not null && terms.ShareIndexOf(_self) > 0 && !status.SumShares.Contains(_self))
        {
            Note(member.Freeze(), "signed the set of contributors");
            Note(MemberCommands.Share(member), "gave the share of the sum");
        }

        if (member is not null && status.CutOffs[3] < 0 && IsCutOffDue(status))
        {
            int number = 1 + status.CutOffs.TakeWhile(p => p >= 0).Count();
            Note(member.CloseCutOff(number), $"said that cut-off {number} has come");
        }

        if (status.Ended is null && status.SumShares.Count < terms.Threshold)
        {
            return null;
        }

        AggregateOutcome outcome = combiner.Combine();
        if (outcome.Status == OutcomeStatus.Waiting)
        {
            return null;
        }

        member?.EraseKey(terms);
        return SessionReport.Outcome(_board, outcome, report);
    }

    private void Deal(SessionStatus status, byte[] sid, Dealer dealer, CancellationToken token)
    {
        if (
            terms.Noise is not null
            && terms.ShareIndexOf(_self) > 0
            && !status.Deals.Contains(new DealId(DealRole.Beacon, _self))
        )
        {
            Note(dealer.DealBeacon(kept), "dealt a part of the beacon");
        }

        if (
            table is not null
            && terms.Hospitals.Contains(_self)
            && !status.Deals.Contains(new DealId(DealRole.Contribution, _self))
        )
        {
            if (!dealer.HasApproved())
            {
                Note(dealer.Approve(approved), "approved the terms");
            }

            Note(
                PartyCommands.Contribute(open, sid, dealer, table, minimum, kept, report, token),
                $"dealt the counts of {table}"
            );
        }
    }

    private void Check(SessionStatus status, Dealer dealer, CommitteeMember? member)
    {
        if (status.CutOffs[2] < 0 && status.Undelivered.Any(u => u.Deal.Dealer == _self))
        {
            Note(dealer.AnswerComplaints(kept), "posted what had not come to a member");
        }

        if (
            member is not null
            && terms.ShareIndexOf(_self) > 0
            && (status.CutOffs[1] < 0 ? !status.Receipts.Contains(_self) : status.Receipts.Contains(_self))
        )
        {
            Note(member.Check(), "checked what was dealt");
        }
    }

    /// <summary>Nothing more can come; or the planned time is here; or, for who has patience, nothing came for a while and enough
    /// had come.</summary>
    private bool IsCutOffDue(SessionStatus status)
    {
        int stage = status.CutOffs.TakeWhile(p => p >= 0).Count();
        int beacons = terms.Noise is null ? 0 : terms.CommitteeSize;
        (int there, int all, int enough) = stage switch
        {
            0 => (status.Deals.Count, terms.Hospitals.Count + beacons, terms.Minimum + (beacons > 0 ? terms.Threshold : 0)),
            1 => (status.Receipts.Count - status.Undelivered.Count, terms.CommitteeSize, terms.Quorum),
            2 => (-status.Undelivered.Count, 0, int.MinValue),
            _ => (status.Holders.Count, status.Receipts.Count, int.MinValue),
        };
        if ((stage, there) != _seen)
        {
            (_seen, _changed) = ((stage, there), Environment.TickCount64);
        }

        long planned = terms.PlannedCutOffs[stage];
        return there >= all
            || (planned > 0 && DateTimeOffset.UtcNow.ToUnixTimeSeconds() >= planned)
            || (IsQuiet && there >= enough);
    }

    private bool IsQuiet => patience is double seconds && Environment.TickCount64 - _changed > 1000 * seconds;

    private AggregationSession? WaitForOpening(long end, CancellationToken token)
    {
        while (true)
        {
            (AggregationSession? session, StepOutcome outcome) = Combiner.Open(_board, terms, OpenBoard.Rules);
            if (outcome.IsDone || outcome.Status == StepStatus.Refused || Environment.TickCount64 > end)
            {
                if (!outcome.IsDone)
                {
                    SessionReport.Step(_board, outcome, "", report);
                }

                return outcome.IsDone ? session : null;
            }

            token.WaitHandle.WaitOne(PollMilliseconds);
            token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Describes what happens while the run lasts goes to standard error; the report at its end to standard
    /// output.</summary>
    private static void Say(string text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss.f} {text}"));

    private void Note(StepOutcome outcome, string done)
    {
        string text = outcome.Status == StepStatus.Done ? $"{done}, entry {outcome.Position}" : outcome.Reason;
        if (outcome.Status is StepStatus.Done or StepStatus.Refused && _said.Add(text))
        {
            Say(text);
        }
    }
}
