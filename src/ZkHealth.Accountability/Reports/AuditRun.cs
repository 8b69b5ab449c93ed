using System.Text.Json.Nodes;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Reports;

/// <summary>An audit of a ledger file as it is reported: by the command and by the native library in the same words.</summary>
internal static class AuditRun
{
    /// <summary>Audits a ledger file and reports it.</summary>
    /// <param name="path">The ledger file.</param>
    /// <param name="ledgerKey">The ledger's key, as the auditor was told it; null to take the file's word.</param>
    /// <param name="checkpoint">A checkpoint that was kept, a signed note; null for none.</param>
    /// <param name="checkpointName">What the checkpoint is called in an error.</param>
    /// <param name="report">Takes the verdict, flags and notes.</param>
    /// <param name="memory">What the auditor has seen of ledgers, to which this one is held; null for nothing.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The file is no ledger, the key or the checkpoint is none.</exception>
    public static int Run(
        string path,
        string? ledgerKey,
        string? checkpoint,
        string checkpointName,
        Report report,
        CheckpointMemory? memory = null
    )
    {
        report.Verifies = true;
        LedgerFiles.Require(path);
        NoteKey? expected = ledgerKey is null ? null : LedgerFiles.Key(ledgerKey);
        Checkpoint? earlier = checkpoint is null
            ? null
            : KeptCheckpoint.Read(checkpoint, checkpointName, expected ?? KeyOf(path));
        AuditResult result = Held(path, LedgerAudit.Run(path, expected, earlier, AccountabilityRules.Instance), memory);
        report.Json["file"] = path;
        report.Add("entries", result.Size);
        report.Add("firstBadEntry", result.FirstBadEntry);
        report.Add("reason", result.Reason ?? (result.Flags.Count > 0 ? result.Flags[0] : null), $"{path}: {result}");
        Add("flags", "FLAGGED", result.Flags, report);
        Add("notes", "note", result.Notes, report);
        return result.IsAccepted && result.Flags.Count == 0 ? ExitCode.Accepted : ExitCode.Rejected;
    }

    /// <summary>An accepted ledger is rejected where it is not what was seen of it.</summary>
    private static AuditResult Held(string path, AuditResult result, CheckpointMemory? memory)
    {
        if (!result.IsAccepted || memory is null)
        {
            return result;
        }

        using SqliteLedger ledger = SqliteLedger.Open(path);
        try
        {
            memory.Hold(ledger);
            return result;
        }
        catch (IOException e)
        {
            return new AuditResult(false, result.Size, null, e.Message);
        }
    }

    private static NoteKey KeyOf(string path)
    {
        using SqliteLedger ledger = LedgerFiles.Open(path);
        return ledger.Key;
    }

    private static void Add(string name, string word, IReadOnlyList<string> found, Report report)
    {
        report.Add(name, new JsonArray([.. found.Select(f => (JsonNode)f)]));
        foreach (string line in found)
        {
            report.Line($"  {word}: {line}");
        }
    }
}
