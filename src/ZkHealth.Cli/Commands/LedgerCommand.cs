using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth ledger init|show|audit|export|tick|members|proposals|forget|policy|budget|beacon|release`.</summary>
internal static partial class LedgerCommand
{
    public static Command Create() =>
        new("ledger", "The embedded ledger: a file with an append-only log of signed entries.")
        {
            Init(),
            Show(),
            Audit(),
            Export(),
            Tick(),
            Members(),
            Proposals(),
            Forget(),
            Policy(),
            Columns(),
            BudgetOf(),
            Beacon(),
            ReleaseCommand.Create(),
        };

    private static Command Init()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file to make." };
        var origin = new Option<string>("--origin")
        {
            Description = "The ledger's name for ever, such as ledger.example.org/health.",
            Required = true,
        };
        var key = new Option<string?>("--ledger-secret-key")
        {
            Description = "Its secret key file; made as LEDGER.key if left out.",
        };
        return new Command("init", "Make an empty ledger.") { file, origin, key }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!,
                    name = parsed.GetValue(origin)!,
                    keyPath = parsed.GetValue(key) ?? path + ".key";
                if (!NoteKey.IsName(name))
                {
                    throw new UsageException("--origin: expected 1 to 255 characters, no space, no +");
                }

                if (File.Exists(path))
                {
                    throw new UsageException($"{path} exists; a ledger is never replaced: give another name");
                }

                NoteKey made = NewFiles.Ledger(path, name, keyPath, parsed.GetValue(key) is null);
                report.Add("ledger", path, $"ledger: {path}");
                report.Add("keyFile", keyPath, $"secret key: {keyPath} (keep it; whoever has it can sign for the ledger)");
                report.Add("key", made.ToString(), $"public key, to be told to everybody: {made}");
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Show()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var checkpoint = new Option<string?>("--save-checkpoint")
        {
            Description = "Keep the latest checkpoint in this file, to audit against it later.",
        };
        return new Command("show", "Show a ledger's key, its latest checkpoint and its entries.") { file, checkpoint }.Action(
            (parsed, report, token) =>
            {
                using SqliteLedger ledger = Inputs.Ledger(parsed.GetValue(file)!);
                Checkpoint latest = ledger.GetCheckpoint();
                report.Add("key", ledger.Key.ToString(), $"key:  {ledger.Key}");
                report.Add("size", latest.Size, $"size: {latest.Size}");
                report.Add("root", Report.Hex(latest.Root), $"root: {Report.Hex(latest.Root)}");
                report.Add("checkpoint", latest.ToString());
                var entries = new JsonArray();
                for (long i = 0; i < latest.Size; i++)
                {
                    token.ThrowIfCancellationRequested();
                    entries.Add((JsonNode)Entry(ledger, i, report));
                }

                report.Add("entries", entries);
                if (parsed.GetValue(checkpoint) is string path)
                {
                    AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(latest.ToString()));
                    report.Line($"checkpoint kept in {path}");
                }

                return ExitCode.Accepted;
            }
        );
    }

    private static JsonObject Entry(SqliteLedger ledger, long index, Report report)
    {
        string number = index.ToString(CultureInfo.InvariantCulture);
        if (!LedgerLeaf.TryDecode(ledger.Read(index) ?? [], out LedgerLeaf? leaf, out string? reason))
        {
            report.Line($"  {number}: damaged: {reason}; audit the ledger");
            return new JsonObject { ["entry"] = index, ["damaged"] = reason };
        }

        string time = DateTimeOffset
            .FromUnixTimeMilliseconds(leaf.Time)
            .ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (leaf.Entry is not LedgerEntry entry)
        {
            report.Line($"  {number}: tick: time passed, {time} by the ledger's clock");
            return new JsonObject
            {
                ["entry"] = index,
                ["time"] = leaf.Time,
                ["tick"] = true,
            };
        }

        var json = new JsonObject
        {
            ["entry"] = index,
            ["time"] = leaf.Time,
            ["kind"] = entry.Body.Kind,
            ["subject"] = Report.Hex(entry.Body.Subject),
            ["signer"] = entry.Signer.ToString(),
            ["owner"] = Report.Hex(entry.Signer.OwnerId),
            ["sequence"] = entry.Sequence,
        };
        string what = $"{entry.Body.Kind}: {Report.Hex(entry.Body.Subject)}";
        if (TableEntry.TryRead(entry.Body, out TablePublication? table))
        {
            what =
                $"table of {table.Rows} rows, root {Report.Hex(table.Root)}"
                + (table.DataSet.Length == 0 ? "" : $", data set '{table.DataSet}'");
            json["dataSet"] = table.DataSet;
            json["rows"] = table.Rows;
            json["schemaDigest"] = Report.Hex(table.SchemaDigest);
        }
        else if ((Words(entry.Body) ?? Words(entry)) is string words)
        {
            what = words;
            json["says"] = words;
        }

        report.Line($"  {number}: {what}");
        string which = entry.Sequence is long own ? $"its number {own}" : "restricting";
        report.Line($"     signed by {entry.Signer}, owner {Report.Hex(entry.Signer.OwnerId)[..8]}…, {which}, taken {time}");
        return json;
    }

    private static Command Audit()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var key = new Option<string?>("--ledger-key")
        {
            Description = "The ledger's public key, name+id+base64, as you were told it.",
        };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "A checkpoint that was kept: the ledger must still begin with it.",
        };
        return new Command("audit", "Check every entry, signature, hash and checkpoint; name the first bad entry.")
        {
            file,
            key,
            checkpoint,
        }.Action(
            (parsed, report, _) =>
            {
                string? kept = parsed.GetValue(checkpoint);
                return AuditRun.Run(
                    parsed.GetValue(file)!,
                    parsed.GetValue(key),
                    kept is null ? null : Inputs.Text(kept),
                    kept ?? "",
                    report,
                    CheckpointMemory.OfUser()
                );
            }
        );
    }

    private static Command Export()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var target = new Argument<string>("FILE") { Description = "The copy to make." };
        return new Command(
            "export",
            "Copy a ledger, as it is now, into one file; nothing need be written beside the copy to read it."
        )
        {
            file,
            target,
        }.Action(
            (parsed, report, _) =>
            {
                using SqliteLedger ledger = Inputs.Ledger(parsed.GetValue(file)!);
                ledger.Export(parsed.GetValue(target)!);
                Checkpoint latest = ledger.GetCheckpoint();
                report.Add("size", latest.Size);
                report.Add(
                    "file",
                    parsed.GetValue(target)!,
                    $"{parsed.GetValue(target)}: {latest.Size} entries, root {Report.Hex(latest.Root)}"
                );
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Tick()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        var key = new Option<string?>("--ledger-secret-key")
        {
            Description = "The ledger's secret key file; LEDGER.key if left out.",
        };
        return new Command(
            "tick",
            "Let the ledger say that time has passed, where its newest leaf is older than a minute: what has fallen due is on it then."
        )
        {
            file,
            key,
        }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!;
                using SigningKey secret = Inputs.LedgerKey(path, parsed.GetValue(key));
                long before;
                using (SqliteLedger read = Inputs.Ledger(path))
                {
                    before = read.GetCheckpoint().Size;
                }

                // whoever opens a ledger to append lets it tick
                using SqliteLedger ledger = Inputs.Ledger(path, secret);
                long size = ledger.GetCheckpoint().Size;
                report.Add("size", size);
                report.Add(
                    "entry",
                    size > before ? size - 1 : null,
                    size > before ? $"entry {size - 1}: tick" : "its newest leaf is younger than a minute, or it has none"
                );
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Forget()
    {
        var file = new Argument<string>("LEDGER") { Description = "The ledger file." };
        return new Command(
            "forget",
            "Drop what you have seen of a ledger, so that a shorter or another history under its name and key is taken."
        )
        {
            file,
        }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!;
                LedgerFiles.Require(path);
                using SqliteLedger ledger = SqliteLedger.Open(path);
                bool dropped = CheckpointMemory.OfUser().Forget(ledger.Key);
                report.Add(
                    "dropped",
                    dropped,
                    dropped ? $"what was seen of {ledger.Key.Name} is dropped" : $"nothing had been seen of {ledger.Key.Name}"
                );
                return ExitCode.Accepted;
            }
        );
    }
}
