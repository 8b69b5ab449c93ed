using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth append`: a data set grows by a segment, or one of its segments is replaced.</summary>
internal static class AppendCommand
{
    public static Command Create()
    {
        var list = new Argument<string>("LIST")
        {
            Description = "The list of the segments (.zks), which is kept beside the tables; made where there is none.",
        };
        var table = new Argument<string>("TABLE") { Description = "The committed table of the new segment (.zkt)." };
        var replace = new Option<string?>("--replace") { Description = "The segment that it replaces; else it is appended." };
        var dataSet = new Option<string?>("--data-set") { Description = "Your name of the data set, for a new list." };
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        var key = new Option<string>("--key") { Description = "The owner's secret key.", Required = true };
        var ledgerKey = new Option<string?>("--ledger-secret-key")
        {
            Description = "The ledger's secret key file; LEDGER.key if left out.",
        };
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Where the receipt goes; LIST with .receipt if left out.",
        };
        Option<bool> byPerson = VersionPublication.CutByPerson();
        return new Command(
            "append",
            "Publish a version of a data set with one more segment, or one replaced. The other segments stay as they are."
        )
        {
            list,
            table,
            replace,
            dataSet,
            ledger,
            key,
            ledgerKey,
            receipt,
            byPerson,
        }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(list)!;
                SegmentFile before = Before(path, parsed.GetValue(dataSet));
                SegmentFile after = before.With(parsed.GetValue(table)!, parsed.GetValue(replace));
                CheckNewest(path, before, after, parsed.GetValue(ledger)!);
                int code = VersionPublication.Run(
                    [.. after.Paths],
                    parsed.GetValue(ledger)!,
                    parsed.GetValue(key)!,
                    parsed.GetValue(ledgerKey),
                    parsed.GetValue(receipt) ?? Path.ChangeExtension(path, ".receipt"),
                    report,
                    after.DataSet,
                    parsed.GetValue(byPerson)
                );
                if (code == ExitCode.Accepted)
                {
                    after.Write();
                    report.Add("segments", after.Paths.Count, $"segments: {after.Paths.Count}, listed in {path}");
                }

                return code;
            }
        );
    }

    private static SegmentFile Before(string path, string? dataSet)
    {
        if (!SegmentFile.IsNameOf(path))
        {
            throw new UsageException($"{path}: expected a list of segments, whose name ends with .zks");
        }

        if (!File.Exists(path))
        {
            if (string.IsNullOrEmpty(dataSet))
            {
                throw new UsageException($"there is no {path} yet: a new list needs --data-set NAME");
            }

            return new SegmentFile(path, dataSet, []);
        }

        SegmentFile list = SegmentFile.Read(path);
        return dataSet is null || dataSet == list.DataSet
            ? list
            : throw new UsageException($"--data-set: {path} lists the segments of '{list.DataSet}'");
    }

    /// <summary>A list that somebody has appended to elsewhere would take back what was appended there. Where what this run would
    /// publish is the newest version, a run before was stopped between the entry and the list: this one finishes it.</summary>
    private static void CheckNewest(string path, SegmentFile before, SegmentFile after, string ledger)
    {
        if (before.Paths.Count == 0)
        {
            return;
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        var publications = new LedgerPublications(log);
        if (Find(publications, before) is not PublishedEntry found)
        {
            throw new UsageException($"the segments of {path} are no version on {ledger}: is it the ledger of the data set?");
        }

        if (found.NewerEntry is long newer && Find(publications, after) is not { NewerEntry: null })
        {
            throw new UsageException($"{path} is not the newest version of '{before.DataSet}': entry {newer} is newer");
        }
    }

    private static PublishedEntry? Find(LedgerPublications publications, SegmentFile list)
    {
        DataSetVersion version = VersionPublication.Version([.. list.Paths], out _);
        return publications.FindVersion(version, out PublishedEntry? entry).IsAccepted ? entry : null;
    }
}
