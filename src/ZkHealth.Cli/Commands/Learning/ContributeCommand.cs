using System.CommandLine;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning contribute`: from the numbers of an update to the one message of a round.</summary>
internal static class ContributeCommand
{
    public static Command Create()
    {
        var (board, round) = (new BoardOptions(), new RoundOptions());
        var update = new Argument<string>("UPDATE")
        {
            Description =
                "The update: text (numbers with commas, spaces or lines between them), or little-endian numbers, UPDATE.f32 or .f64.",
        };
        var weight = new Option<long>("--weight")
        {
            Description = "The public weight, such as the number of patients; up to the cap of the terms.",
            DefaultValueFactory = _ => 1,
        }.Within(1, RoundTerms.MaxWeight);
        var minimum = new Option<int>("--minimum")
        {
            Description = "Count me in only if there are at least so many contributors.",
        }.Within(0);
        var clipNorm = new Option<bool>("--clip-norm")
        {
            Description = "Scale the update down where its norm could exceed the bound after rounding.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "What you need to account for the update and to open it, for you alone; UPDATE.zku if left out.",
        };
        var approval = new ApprovalOption();
        var command = new Command(
            "contribute",
            "Commit to an update, prove its range and norm, and deal it to the committee: one message, after which nothing more is needed."
        )
        {
            update,
            weight,
            minimum,
            clipNorm,
            output,
            board.KeptFolder,
            approval.Option,
        };
        return RoundOptions
            .With(BoardOptions.With(command, board), round)
            .Action(
                (parsed, report, token) =>
                {
                    string source = parsed.GetValue(update)!,
                        target = parsed.GetValue(output) ?? source + ".zku";
                    using OpenBoard open = board.Open(parsed);
                    (AggregationSession session, RoundTerms terms) = approval.FindRound(parsed, round, open.Board);
                    report.Add("session", Report.Hex(session.Sid));
                    report.Add(
                        "round",
                        terms.Round,
                        $"round {terms.Round} of model {Report.Hex(terms.Model.Id)}, session {Report.Hex(session.Sid)}"
                    );
                    var dealer = new Dealer(open.Board, session.Sid.Span, OpenBoard.Rules);
                    approval.Ensure(parsed, open.Board, session.Sid.ToArray(), dealer, report);
                    using ProvenUpdateOpening? proven =
                        Kept(target, session, open, report)
                        ?? Make(source, parsed.GetValue(clipNorm), session, terms, open, report, token);
                    if (proven is null)
                    {
                        return ExitCode.Rejected;
                    }

                    if (!File.Exists(target))
                    {
                        // kept before anybody sees its commitment: killed after that, the same update is dealt again, and it can
                        // be accounted for
                        using var secret = new SecretArray<byte>(proven.EncodeSecret());
                        AtomicFile.Write(target, secret.Values, ownerOnly: true, overwrite: false);
                    }

                    report.Add(
                        "update",
                        target,
                        $"  kept: {target} (for you alone: with it you account for the update, and open it if the quorum asks)"
                    );
                    report.Add(
                        "root",
                        Report.Hex(proven.Update.Commitment.Root),
                        $"  root: {Report.Hex(proven.Update.Commitment.Root)}"
                    );
                    report.Add(
                        "clipped",
                        proven.Update.Clipped,
                        $"  {proven.Update.Clipped} of {terms.Entries} entries were clipped"
                    );
                    report.Add("tableEntry", Publish(open, proven.Update.Commitment, session.Terms.DataSet));
                    var options = new DealOptions { Minimum = parsed.GetValue(minimum), Kept = board.Kept(parsed) };
                    StepOutcome outcome = proven.Deal(dealer, (ulong)parsed.GetValue(weight), options, token);
                    return SessionReport.Step(
                        open.Board,
                        outcome,
                        $"dealt the update with weight {parsed.GetValue(weight)}",
                        report
                    );
                }
            );
    }

    /// <summary>The update is published as the table that it is, under the name of model and round: by this command of its owner,
    /// who approved the model.</summary>
    private static long Publish(OpenBoard open, TableCommitment update, string dataSet)
    {
        try
        {
            return PublishedTables.Publish(open.Ledger, update, open.Party!, dataSet).Index;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new UsageException(e.Message);
        }
    }

    private static ProvenUpdateOpening? Kept(string path, AggregationSession session, OpenBoard open, Report report)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        ProvenUpdateOpening update = Inputs.Update(path);
        if (
            !update.Update.Session.Span.SequenceEqual(session.Sid.Span)
            || !update.Update.Commitment.Owner.Span.SequenceEqual(open.Party!.Public.OwnerId.Span)
        )
        {
            update.Dispose();
            throw new UsageException(
                $"{path} exists, and is the update of another round or another hospital; give another name by --out"
            );
        }

        report.Line($"  {path} is there: the update that it holds is dealt");
        return update;
    }

    /// <summary>Quantises, commits, proves; null where the norm is above the bound.</summary>
    private static ProvenUpdateOpening? Make(
        string source,
        bool clipNorm,
        AggregationSession session,
        RoundTerms terms,
        OpenBoard open,
        Report report,
        CancellationToken token
    )
    {
        using var entries = new SecretArray<double>(VectorFile.Read(source));
        double[] values = entries.Values;
        if (values.Length != terms.Entries)
        {
            throw new UsageException($"{source}: {values.Length} numbers, an update of this round has {terms.Entries} entries");
        }

        if (!values.All(double.IsFinite))
        {
            throw new UsageException($"{source}: a number is infinite or none");
        }

        double safe = terms.Quantiser.SafeNorm(terms.SquaredNorm, terms.Entries);
        bool scaled = clipNorm && Quantiser.ClipNorm(values, safe);
        report.Add(
            "scaledDown",
            scaled,
            scaled ? string.Create(CultureInfo.InvariantCulture, $"  scaled down to norm {safe:g6}") : null
        );
        using var secret = TableSecret.Create();
        UpdateOpening committed = UpdateOpening.Commit(
            terms.Quantiser.Quantise(values),
            terms,
            session.Sid.Span,
            open.Board.Author!.Value,
            secret,
            Environment.ProcessorCount,
            token
        );
        try
        {
            return ProvenUpdateOpening.Prove(committed, Environment.ProcessorCount);
        }
        catch (ArgumentException e)
        {
            committed.Dispose();
            report.Add("status", "refused");
            report.Add("reason", UsageException.Problem(e), $"refused: {UsageException.Problem(e)}; --clip-norm scales it down");
            return null;
        }
    }
}
