using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove row|membership|non-membership`: proof files about one row of a committed table.</summary>
internal static class ProveRecordCommand
{
    public static IEnumerable<Command> Create()
    {
        var columns = new Option<string>("--columns")
        {
            Description = "Which columns, with commas between them.",
            Required = true,
        };
        var hidden = new Option<bool>("--hidden")
        {
            Description = "Show nothing: commit to the entries, and keep what opens them in the file of --openings.",
        };
        yield return Make(
            "row",
            "Prove what a row holds in some columns; nothing else of the table is shown.",
            [columns, hidden],
            (parsed, schema, _) =>
                [
                    .. AskedColumns
                        .CommittedColumnsOf("--columns", parsed.GetValue(columns)!, schema)
                        .Select(c => parsed.GetValue(hidden) ? EntryQuestion.Hide(c) : EntryQuestion.Show(c)),
                ]
        );
        yield return MakeSet(
            "membership",
            "Prove that a row's entry is one of a public set, and not which.",
            EntryQuestion.Inside
        );
        yield return MakeSet(
            "non-membership",
            "Prove that a row's entry has a value that is none of a public set, and not which.",
            EntryQuestion.Outside
        );
    }

    private static Command MakeSet(string name, string description, Func<string, IEnumerable<uint>, EntryQuestion> ask)
    {
        var column = new Option<string>("--column") { Description = "The column.", Required = true };
        var set = new Option<string>("--set") { Description = "The public set: a file with one value a line.", Required = true };
        Option<string> unknown = ProofChecks.Unknown();
        return Make(
            name,
            description,
            [column, set, unknown],
            (parsed, schema, report) =>
            {
                string which = parsed.GetValue(column)!;
                SortedSet<uint> codes = Inputs.Set(
                    parsed.GetValue(set)!,
                    schema,
                    which,
                    parsed.GetValue(unknown) == "ignore",
                    out int ignored
                );
                report.Add(
                    "ignored",
                    ignored,
                    ignored > 0 ? $"left out of the set: {ignored} values that the column does not have" : null
                );
                return [ask(which, codes)];
            }
        );
    }

    private static Command Make(
        string name,
        string description,
        Option[] own,
        Func<ParseResult, TableSchema, Report, EntryQuestion[]> ask
    )
    {
        var table = new Argument<string>("TABLE") { Description = "A committed table (.zkt)." };
        var row = new Option<long>("--row")
        {
            Description = "The row, counted from 0 in the order of the file that was committed; it is public.",
            Required = true,
        }.Within(0);
        var openings = new Option<string?>("--openings")
        {
            Description =
                "For you alone: what opens the commitments to hidden entries. Made, or used again and added to; the proof file with .openings if left out.",
        };
        var shared = new ProveOptions();
        var command = new Command(name, description) { table, row, openings };
        foreach (Option option in (Option[])[.. own, .. shared.WithoutGuard])
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, token) =>
            {
                string path = parsed.GetValue(table)!;
                ProofOutput output = shared.Output(parsed, path);
                string secret = parsed.GetValue(openings) ?? Path.ChangeExtension(output.Path, ".openings");
                StatisticContext context = shared.Context(parsed);
                using TableOpeningFile owned = Inputs.Table(path);
                shared.Ledger(parsed).CheckPublished(new DataSetVersion(owned.Committed.Commitment), report);
                EntryQuestion[] questions = ask(parsed, owned.Coded.Schema, report);
                shared
                    .Ledger(parsed)
                    .CheckRules(
                        new DataSetVersion(owned.Committed.Commitment),
                        () => new ColumnUse([.. questions.Select(q => q.Column)], opensRow: true, [])
                    );
                using RecordOpenings held = questions.All(q => q.Kind == EntryKind.Shown)
                    ? new RecordOpenings()
                    : Inputs.Openings(secret, mustExist: false);
                RecordProof proof = UsageException.Of(() =>
                    RecordProof.Prove(owned.Committed, owned.Coded.Schema, parsed.GetValue(row), questions, context, held)
                );

                byte[] file = proof.Encode();
                token.ThrowIfCancellationRequested();
                if (held.Count > 0)
                {
                    using var bytes = new SecretArray<byte>(held.EncodeSecret());
                    AtomicFile.Write(secret, bytes.Values, ownerOnly: true);
                    report.Add("openings", secret, $"openings: {secret} (keep it; whoever has it knows the hidden entries)");
                }

                output.Write(file, report);
                RecordReport.Describe(proof, report);
                return ExitCode.Accepted;
            }
        );
    }
}
