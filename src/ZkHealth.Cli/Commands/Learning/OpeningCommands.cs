using System.CommandLine;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// `zkhealth learning auditor-key|request|approve|seal|unseal`: an update is opened to one auditor, after the quorum of the terms
/// has signed, and to nothing else than what was committed.
/// </summary>
internal static class OpeningCommands
{
    public static IEnumerable<Command> Create() => [AuditorKeys(), Request(), Approve(), Seal(), Unseal()];

    private static Command AuditorKeys()
    {
        var output = new Option<string>("--out")
        {
            Description = "The secret key; the public one goes to the same name with .pub.",
            Required = true,
        };
        return new Command("auditor-key", "Make an auditor's key, to which updates are opened.") { output }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(output)!;
                using AuditorKey key = File.Exists(path) ? SecretOf(path) : AuditorKey.Create();
                return NewFiles.PointKey(
                    path,
                    key.EncodeSecret(),
                    key.Public,
                    "whoever has it reads what was opened to you",
                    report
                );
            }
        );
    }

    private static AuditorKey SecretOf(string path) =>
        AuditorKey.TryDecodeSecret(Inputs.Text(path), out AuditorKey? read)
            ? read
            : throw new UsageException($"{path} holds no auditor's secret key");

    private static Command Request()
    {
        var (board, round) = (new BoardOptions(), new RoundOptions());
        var hospital = new Argument<string>("HOSPITAL")
        {
            Description = "Whose update: its public key file, or its identifier in hexadecimal.",
        };
        var auditor = new Option<string>("--auditor") { Description = "The auditor's public key file.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, in words.", Required = true };
        var command = new Command(
            "request",
            "Demand that a hospital opens its update of a round to an auditor. Nothing happens before the quorum of the terms has signed."
        )
        {
            hospital,
            auditor,
            reason,
        };
        return RoundOptions
            .With(BoardOptions.With(command, board), round)
            .Action(
                (parsed, report, _) =>
                {
                    PartyId party = AgreementOptions.PartyOf(parsed.GetValue(hospital)!);
                    using OpenBoard open = board.Open(parsed);
                    RoundView view = round.Read(parsed, open.Board);
                    RoundContribution contribution =
                        view.Contributions.FirstOrDefault(c => c.Hospital == party)
                        ?? throw new UsageException(
                            $"{PartyNames.Name(open.Board, party)} has no update in the sum of round {view.Round}"
                        );
                    OpeningRequest request = UsageException.Of(() =>
                        new OpeningRequest(
                            view.Session.Span,
                            party,
                            contribution.Proof.Table.Root.Span,
                            Inputs.PublicPoint(parsed.GetValue(auditor)!, "auditor"),
                            parsed.GetValue(reason)!
                        )
                    );

                    long position = new RoundLog(open.Board, view.Terms.Model.Id.Span).Demand(request);
                    report.Add("request", position);
                    return SessionReport.Step(
                        open.Board,
                        StepOutcome.Done(position),
                        $"demanded the full opening of {PartyNames.Name(open.Board, party)}'s update of round {view.Round}; {view.Terms.Quorum.Threshold} members of the quorum have to sign",
                        report
                    );
                }
            );
    }

    private static Command Approve()
    {
        var (board, number) = (new BoardOptions(), Number());
        return BoardOptions
            .With(
                new Command(
                    "approve",
                    "Sign a demand as a member of the quorum: with enough signatures the hospital opens its update to the auditor named there."
                )
                {
                    number,
                },
                board
            )
            .Action(
                (parsed, report, _) =>
                {
                    using OpenBoard open = board.Open(parsed);
                    (RoundView view, RoundOpening opening, RoundLog log) = Find(parsed.GetValue(number), open.Board);
                    Describe(open.Board, view, opening, report);
                    PartyId self = open.Board.Author!.Value;
                    StepOutcome outcome =
                        !view.Terms.Quorum.Members.Contains(self)
                            ? StepOutcome.Refused("the terms of the round do not name it in the quorum")
                        : opening.Signers.Contains(self) ? StepOutcome.AlreadyDone(-1)
                        : StepOutcome.Done(log.Approve(opening.Request));
                    return SessionReport.Step(open.Board, outcome, "signed the demand", report);
                }
            );
    }

    private static Command Seal()
    {
        var (board, number) = (new BoardOptions(), Number());
        var update = new Argument<string>("KEPT") { Description = "What you kept of the update (.zku)." };
        return BoardOptions
            .With(
                new Command(
                    "seal",
                    "Open your update to the auditor of a demand that the quorum has signed: encrypted to it alone, beside the ledger."
                )
                {
                    update,
                    number,
                },
                board
            )
            .Action(
                (parsed, report, _) =>
                {
                    using ProvenUpdateOpening proven = Inputs.Update(parsed.GetValue(update)!);
                    using OpenBoard open = board.Open(parsed);
                    (RoundView view, RoundOpening opening, RoundLog log) = Find(parsed.GetValue(number), open.Board);
                    Describe(open.Board, view, opening, report);
                    if (!opening.IsMet || opening.Sealed is not null)
                    {
                        StepOutcome none = opening.IsMet
                            ? StepOutcome.AlreadyDone(-1)
                            : StepOutcome.Pending(
                                $"{opening.Signers.Count} members of the quorum have signed, {view.Terms.Quorum.Threshold} are needed"
                            );
                        return SessionReport.Step(open.Board, none, "opened the update to the auditor", report);
                    }

                    if (opening.Request.Hospital != open.Board.Author)
                    {
                        throw new UsageException("the demand is about another hospital's update");
                    }

                    return SessionReport.Step(
                        open.Board,
                        StepOutcome.Done(log.Deliver(proven.Update, opening.Request)),
                        "opened the update to the auditor",
                        report
                    );
                }
            );
    }

    private static Command Unseal()
    {
        var (ledger, number) = (RoundOptions.LedgerArgument(), Number());
        var key = new Option<string>("--auditor-key") { Description = "The auditor's secret key.", Required = true };
        var output = new Option<string?>("--out")
        {
            Description = "Where the update goes, for you alone: text, or numbers in binary where the name ends in .f32 or .f64.",
        };
        return new Command("unseal", "As the auditor: decrypt what a hospital opened and check it against what it committed.")
        {
            ledger,
            number,
            key,
            output,
        }.Action(
            (parsed, report, token) =>
            {
                report.Verifies = true;
                using AuditorKey auditor = SecretOf(parsed.GetValue(key)!);
                using OpenBoard open = OpenBoard.ToRead(parsed.GetValue(ledger)!);
                (RoundView view, RoundOpening opening, RoundLog _) = Find(parsed.GetValue(number), open.Board);
                Describe(open.Board, view, opening, report);
                UpdateProof? proof = view.Contributions.FirstOrDefault(c => c.Hospital == opening.Request.Hospital)?.Proof;
                string? reason =
                    proof is null ? "the hospital has no update in the sum"
                    : opening.Sealed is null ? "the hospital has not opened its update"
                    : null;
                OpenedUpdate? update = null;
                if (
                    reason is null
                    && open.Board.Blobs.Read(opening.Sealed!.Value.Span, SealedOpening.Size(proof!.Terms)) is byte[] bytes
                )
                {
                    SealedOpening.TryOpen(auditor, opening.Request, proof, bytes, out update, out reason);
                }

                if (update is null)
                {
                    reason ??= "what it opened does not lie beside the ledger";
                    report.Add("reason", reason, $"rejected: {reason}");
                    return ExitCode.Rejected;
                }

                double[] values = update.Values();
                double norm = Math.Sqrt(values.Sum(x => x * x));
                report.Add(
                    "norm",
                    norm,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  it is the committed update: {values.Length} entries, norm {norm:g6}"
                    )
                );
                report.Add(
                    "cleanPadding",
                    update.HasCleanPadding,
                    update.HasCleanPadding
                        ? null
                        : "  behind its entries it holds something else than the code of 0: the norm that it accounts for is larger than that of its entries"
                );
                if (parsed.GetValue(output) is string path)
                {
                    VectorFile.Write(path, values, ownerOnly: true);
                    report.Add("update", path, $"  written to {path}");
                }

                return ExitCode.Accepted;
            }
        );
    }

    private static Argument<long> Number() =>
        new Argument<long>("REQUEST") { Description = "The entry of the demand on the ledger." }.Within(0);

    /// <summary>The demand of an entry, with its round as it follows from the ledger.</summary>
    private static (RoundView View, RoundOpening Opening, RoundLog Log) Find(long position, LedgerBoard board)
    {
        if (
            board.Read(position) is { Kind: LearningKinds.OpeningAsked, Subject.Length: 32 } entry
            && OpeningRequest.TryDecode(entry.Body, out OpeningRequest? request, out _)
            && new SessionReader(board, request.Session, OpenBoard.Rules).TryRead(out SessionStatus? status, out _)
            && UpdatePolicy.TryTerms(status.Session.Terms, out RoundTerms? terms, out _)
        )
        {
            var log = new RoundLog(board, entry.Subject.Span);
            foreach (RoundView view in log.Read(terms.Round))
            {
                if (view.Openings.FirstOrDefault(o => o.Position == position) is RoundOpening opening)
                {
                    return (view, opening, log);
                }
            }
        }

        throw new UsageException($"entry {position} of the ledger demands no opening of an update");
    }

    private static void Describe(LedgerBoard board, RoundView view, RoundOpening opening, Report report)
    {
        report.Add("hospital", PartyNames.Party(board, opening.Request.Hospital));
        report.Add("round", view.Round);
        report.Add("auditor", opening.Request.Auditor.ToString());
        report.Add("signers", PartyNames.Parties(board, opening.Signers));
        report.Add(
            "demandReason",
            opening.Request.Reason,
            $"round {view.Round}, {PartyNames.Name(board, opening.Request.Hospital)}, to auditor {opening.Request.Auditor}: \"{opening.Request.Reason}\""
        );
    }
}
