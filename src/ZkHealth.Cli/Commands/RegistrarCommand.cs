using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth registrar`: a registrar's table, such as of consents, for the persons of a hospital.</summary>
internal static class RegistrarCommand
{
    public static Command Create()
    {
        var people = new Argument<string>("PERSONS")
        {
            Description = "The hospital's list of persons: CSV with their identifiers.",
        };
        var records = new Option<string>("--records")
        {
            Description = "What the registrar has recorded of persons, such as consents: CSV.",
            Required = true,
        };
        var schema = new Option<string?>("--schema")
        {
            Description = "The schema of the records, with a column of identifiers; the one beside them if left out.",
        };
        var identifier = new Option<string>("--identifier")
        {
            Description = "The column of identifiers in the list.",
            DefaultValueFactory = _ => "person_id",
        };
        var dataSet = new Option<string>("--data-set")
        {
            Description = "Your name of the data set, such as consents for north: another for each hospital.",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The table with its secret, for the hospital alone (.zkt); NAME.registrar.json goes beside it.",
            Required = true,
        };
        var force = new Option<bool>("--force") { Description = "Replace the table: a new version." };
        var writer = new LedgerWriter("the registrar");
        return writer.Appending(
            new Command(
                "registrar",
                "Make a table of what a registrar has recorded of a hospital's persons, hand it over, publish its root."
            )
            {
                people,
                records,
                schema,
                identifier,
                dataSet,
                output,
                force,
            },
            (parsed, report, token, ledger, key) =>
            {
                string source = parsed.GetValue(records)!,
                    target = parsed.GetValue(output)!,
                    name = parsed.GetValue(dataSet)!;
                if (name.Length == 0 || !DataSetName.IsValid(name))
                {
                    throw new UsageException("--data-set: expected 1 to 200 printable characters");
                }

                CommittedFile.RefuseTarget(target, parsed.GetValue(force));
                IReadOnlyList<string> persons = RegistrarTable.ReadPersons(
                    parsed.GetValue(people)!,
                    parsed.GetValue(identifier)!
                );
                string list = target + ".persons";
                CheckAppended(list, name, persons);
                if (!File.Exists(list) && PublishedTables.FirstVersion(ledger, key.Public, name) is long first)
                {
                    throw new UsageException(
                        $"--out: entry {first} published a version of '{name}', whose list of persons, {list}, is not there: "
                            + "write the new version where that one is, as its rows are only appended to"
                    );
                }

                ImportSchema how = Inputs.Schema(parsed.GetValue(schema) ?? CommittedFile.SchemaBeside(source));
                if (how.IdentifierColumn is null)
                {
                    throw new UsageException(
                        "--schema: expected a column of the kind \"identifier\", which names the persons; "
                            + "in a drafted schema write \"kind\": \"identifier\" in the place of \"person\", "
                            + "or add { \"name\": \"person_id\", \"kind\": \"identifier\" }"
                    );
                }

                using Stream stream = SourceFile.Open(source);
                ImportResult imported = CsvImporter.Import(stream, SourceFile.Name(source), how, cancellationToken: token);
                CodedTable coded = RegistrarTable.Of(persons, imported, out int found);
                using var table = TableOpeningFile.Commit(
                    coded,
                    key.Public.OwnerId.Span,
                    default,
                    Environment.ProcessorCount,
                    null,
                    token
                );
                CommittedFile.Write(target, table, parsed.GetValue(force));
                string beside = Path.ChangeExtension(target, ".registrar.json");
                var handover = new RegistrarHandover(
                    coded.Schema.Name,
                    Convert.ToHexStringLower(key.Public.OwnerId.Span),
                    name,
                    Path.GetFileName(parsed.GetValue(people)!),
                    parsed.GetValue(identifier)!,
                    persons.Count,
                    PersonList.Digest(persons)
                );
                AtomicFile.Write(beside, handover.Encode());
                AtomicFile.Write(list, new PersonList(name, persons).Encode(), ownerOnly: true);
                LedgerReceipt receipt = PublishedTables.Publish(ledger, table.Committed.Commitment, key, name);
                string root = Report.Hex(table.Committed.Commitment.Root);
                report.Add("table", target, $"table:    {target} (with its secret: for the hospital alone)");
                report.Add("handover", beside, $"handover: {beside} (for the hospital's `commit --registrar`)");
                report.Add("root", root, $"root:     {root}");
                report.Add("entry", receipt.Index, $"entry:    {receipt.Index} of {ledger.Key.Name}");
                report.Add("rows", persons.Count);
                report.Add("found", found, $"persons:  {persons.Count}, of {found} of whom there are records");
            }
        );
    }

    /// <summary>The hospital's keys count the rows of the version before: the list may be longer, and nothing else.</summary>
    private static void CheckAppended(string kept, string dataSet, IReadOnlyList<string> persons)
    {
        if (!File.Exists(kept))
        {
            return;
        }

        PersonList before =
            PersonList.Decode(Inputs.Text(kept))
            ?? throw new UsageException($"{kept}: expected the list of persons that an earlier version left there");
        if (before.DataSet != dataSet)
        {
            throw new UsageException($"--out: {kept} is the list of '{before.DataSet}': write '{dataSet}' to another file");
        }

        if (!before.IsBeginOf(persons))
        {
            throw new UsageException(
                $"the list does not begin with the {before.Persons.Count} persons of the version before ({kept}), in their order: rows are only appended"
            );
        }
    }
}
