using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The entry of a version of a data set, from the files of its tables, and its receipt.</summary>
internal static class VersionPublication
{
    /// <summary>The option by which an owner answers for segments that are cut by person.</summary>
    public static Option<bool> CutByPerson() =>
        new("--cut-by-person")
        {
            Description =
                "Say that nobody is in two segments, which you answer for: needed where rows are of persons (a column of the kind person or key).",
        };

    public static int Run(
        string[] tablePaths,
        string ledgerPath,
        string keyPath,
        string? ledgerKeyPath,
        string receiptPath,
        Report report,
        string dataSet,
        bool isCutByPerson
    )
    {
        if (!Statistics.DataSetName.IsValid(dataSet))
        {
            throw new UsageException("--data-set: expected at most 200 printable characters");
        }

        using SigningKey ledgerKey = Inputs.LedgerKey(ledgerPath, ledgerKeyPath),
            owner = Inputs.SecretKey(keyPath);
        DataSetVersion version = Version(tablePaths, out string? persons);
        if (persons is not null && version.Segments.Count > 1 && !isCutByPerson)
        {
            throw new UsageException(
                $"{persons} says whose its rows are, and each segment numbers its persons anew: who is in two of them would be counted as two people, by the "
                    + "guard, the least count and the bounds of noise\n  if every person has all rows in one segment, say so by --cut-by-person; else commit all "
                    + "rows as one table, and publish that"
            );
        }

        if (!version.Owner.Span.SequenceEqual(owner.Public.OwnerId.Span))
        {
            throw new UsageException($"{keyPath} is not the key of the owner that {tablePaths[0]} names");
        }

        if (version.Segments.Count > 1 && dataSet.Length == 0)
        {
            throw new UsageException("--data-set: expected a name, as several tables are segments of one data set");
        }

        using SqliteLedger ledger = Inputs.Ledger(ledgerPath, ledgerKey);
        LedgerReceipt receipt;
        try
        {
            receipt = PublishedTables.PublishVersion(ledger, version, owner, dataSet);
        }
        catch (InvalidOperationException e)
        {
            report.Add("reason", e.Message, e.Message);
            return ExitCode.Rejected;
        }

        AtomicFile.Write(receiptPath, receipt.Encode());
        report.Add("root", Report.Hex(version.Root), $"root:    {Report.Hex(version.Root)}");
        report.Add("ledger", ledger.Key.Name, $"ledger:  {ledger.Key.Name}");
        report.Add("entry", receipt.Index, $"entry:   {receipt.Index}");
        report.Add("receipt", receiptPath, $"receipt: {receiptPath} (proves the entry without the ledger file)");
        return ExitCode.Accepted;
    }

    /// <summary>The commitments of the tables, whose rows are read one after the other and forgotten.</summary>
    /// <param name="paths">The files of the tables.</param>
    /// <param name="persons">The first that says whose its rows are; null where none does.</param>
    public static DataSetVersion Version(string[] paths, out string? persons)
    {
        string? named = null;
        try
        {
            var version = new DataSetVersion([
                .. paths.Select(path =>
                {
                    using TableOpeningFile table = Inputs.Table(path);
                    if (!table.Persons.IsEmpty || table.Coded.Schema.Columns.Any(c => c is KeyColumn))
                    {
                        named ??= path;
                    }

                    return table.Committed.Commitment;
                }),
            ]);
            persons = named;
            return version;
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{string.Join(", ", paths)}: {UsageException.Problem(e)}");
        }
    }
}
