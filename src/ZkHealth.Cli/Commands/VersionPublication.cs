using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The entry of a version of a data set, from the files of its tables, and its receipt.</summary>
internal static class VersionPublication
{
    public static int Run(
        string[] tablePaths,
        string ledgerPath,
        string keyPath,
        string? ledgerKeyPath,
        string receiptPath,
        Report report,
        string dataSet = ""
    )
    {
        if (!Statistics.DataSetName.IsValid(dataSet))
        {
            throw new UsageException("--data-set: expected at most 200 printable characters");
        }

        using SigningKey ledgerKey = Inputs.LedgerKey(ledgerPath, ledgerKeyPath),
            owner = Inputs.SecretKey(keyPath);
        DataSetVersion version = Version(tablePaths);
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
    public static DataSetVersion Version(string[] paths)
    {
        try
        {
            return new DataSetVersion([
                .. paths.Select(path =>
                {
                    using TableOpeningFile table = Inputs.Table(path);
                    return table.Committed.Commitment;
                }),
            ]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{string.Join(", ", paths)}: {UsageException.Problem(e)}");
        }
    }
}
