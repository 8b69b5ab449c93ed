using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>One entry of `zkhealth act` on its way to the ledger: signed, shown to others who sign it along, checked,
/// appended.</summary>
internal static class ActEntry
{
    /// <summary>Reads a body from a file; a mistake is named by its place.</summary>
    public static byte[] ReadBody(ActKind kind, string path)
    {
        string text = Inputs.Text(path),
            next = $"see 'zkhealth act {ActCommand.Word(kind.Name)} --explain'";
        try
        {
            JsonNode? json = JsonNode.Parse(text, null, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Encode(kind, json);
        }
        catch (JsonException e)
        {
            // people count lines from 1, and the reader's own place is in bytes
            int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string where = text.Trim().Length == 0 ? "" : $", line {e.LineNumber + 1}",
                what = text.Trim().Length == 0 ? "the file is empty" : e.Message[..(end < 0 ? e.Message.Length : end)];
            throw new UsageException($"{path}{where}: expected an object of JSON: {what}; {next}");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UsageException($"{path}: {UsageException.Problem(e)}; {next}");
        }
    }

    /// <summary>Encodes a body; a <see cref="FormatException"/> names the member that is not as expected.</summary>
    public static byte[] Encode(ActKind kind, JsonNode? json)
    {
        byte[] body = kind.Body.FromJson(json, "body").Encode();
        return body.Length <= kind.MaxSize
            ? body
            : throw new FormatException($"expected at most {kind.MaxSize} bytes in a body of this kind, got {body.Length}");
    }

    /// <summary>Signs a body as the next entry of a key.</summary>
    /// <param name="ledger">The ledger that it is for, or a copy of it.</param>
    /// <param name="kind">The kind of entry.</param>
    /// <param name="body">The encoded body.</param>
    /// <param name="key">The key of the signer.</param>
    /// <param name="along">Those who sign along.</param>
    /// <param name="validity">For how long it is valid, in ms; less where the charter allows less.</param>
    public static LedgerEntry Sign(
        SqliteLedger ledger,
        ActKind kind,
        byte[] body,
        SigningKey key,
        ActCosigners along,
        long validity
    )
    {
        var content = new EntryBody(Act.EntryKind(kind.Name), key.Public.Encode(), body, along.All);
        if (kind.IsRestricting)
        {
            return along.Countersign(LedgerEntry.SignRestricting(key, ledger.Key.Name, content));
        }

        long life =
                RegionLog.StateOf(ledger).Find(Records.Param, Parameter.EntryLife.Name)?.Whole("value")
                ?? Parameter.EntryLife.Default,
            end = ledger.GetTime() + Math.Min(validity, life - (life / 24));
        return along.Countersign(LedgerEntry.Sign(key, ledger.Key.Name, ledger.NextSequence(key.Public), end, content));
    }

    /// <summary>Says what would become of a charter, and the name of the ledger that it founds.</summary>
    public static int CheckCharter(ActKind kind, byte[] body, VerifyingKey key, ActCosigners along, bool isCheck, Report report)
    {
        if (!isCheck || kind.Name != "charter" || !kind.Body.TryDecode(body, out Row? row))
        {
            throw new UsageException(
                "--ledger is missing; it may be left out where a charter is checked (act charter --check), which names the ledger"
            );
        }

        string origin = CharterRules.Origin(row.Code("name"), body);
        report.Add("origin", origin, $"this charter founds the ledger --origin {origin}");
        long time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Act act = new(kind.Name, key.Encode(), body, 0, time + 1, [.. along.All.Select(c => c.Encode())]) { Origin = origin };
        return Tell(ContractState.Empty.Check(act, time), kind, report, "would be ");
    }

    /// <summary>Says what would become of an entry.</summary>
    public static int Check(string path, SqliteLedger ledger, ActKind kind, LedgerEntry entry, Report report)
    {
        RefuseOtherRoot(kind, entry, ledger);
        ContractState state = RegionLog.Follow(path, ledger).LastOrDefault()?.After ?? ContractState.Empty;
        return Tell(state.Check(Act.Of(entry)!, ledger.GetTime()), kind, report, "would be ");
    }

    /// <summary>Writes an entry for others to sign along and append, where the rules would take it with the signatures of
    /// all.</summary>
    public static int Write(string path, SqliteLedger ledger, ActKind kind, LedgerEntry entry, string file, Report report)
    {
        int code = Check(path, ledger, kind, entry, report);
        if ((string?)report.Json["outcome"] == "refused")
        {
            return code;
        }

        AtomicFile.Write(file, entry.Encode(), overwrite: false);
        report.Add("file", file, $"written: {file}");
        TellMissing(entry, file, report);
        if (entry.NotAfter is long end)
        {
            report.Line($"valid until {Trace.Text(end)}, and while no other entry of its signer is appended");
        }

        return code;
    }

    /// <summary>Reads an entry of --out: the signatures of all copies together.</summary>
    public static LedgerEntry Read(IReadOnlyList<string> files, out ActKind kind)
    {
        LedgerEntry? entry = null;
        foreach (string file in files)
        {
            if (!LedgerEntry.TryDecodePart(Inputs.Bytes(file), out LedgerEntry? copy, out string? reason))
            {
                throw new UsageException($"{file} holds no entry of 'act --out': {reason}");
            }

            entry =
                (entry is null ? copy : entry.With(copy))
                ?? throw new UsageException($"{file} holds another entry than {files[0]}: expected copies of one");
        }

        kind = Act.Of(entry!) is Act act
            ? ActKind.All[act.Kind]
            : throw new UsageException($"{files[0]} holds no entry of 'act --out': its kind is '{entry!.Body.Kind}'");
        return entry!;
    }

    /// <summary>Shows what an entry says before somebody signs it.</summary>
    public static void Show(LedgerEntry entry, ActKind kind, Report report)
    {
        if (!kind.Body.TryDecode(entry.Body.Payload.ToArray(), out Row? row))
        {
            throw new UsageException($"its body is none of '{kind.Name}': nobody should sign it");
        }

        report.Add("origin", entry.Origin, $"{kind.Name}, for the ledger {entry.Origin}");
        report.Add("signer", entry.Signer.ToString(), $"signed by {entry.Signer}");
        report.Json["until"] = entry.NotAfter;
        if (entry.NotAfter is long end)
        {
            report.Line($"valid until {Trace.Text(end)}");
        }

        JsonObject body = kind.Body.ToJson(row).AsObject();
        report.Json["body"] = body;
        foreach (string line in ActExample.Text(body).Split('\n'))
        {
            report.Line(line);
        }
    }

    /// <summary>Signs an entry along.</summary>
    public static LedgerEntry Cosign(LedgerEntry entry, SigningKey key, string keyFile, string file)
    {
        if (!entry.Countersigners.Contains(key.Public))
        {
            string expected = string.Join(", ", entry.Missing);
            throw new UsageException(
                $"--key: {keyFile} is not among those who sign {file} along; missing: {(expected.Length == 0 ? "nobody" : expected)}"
            );
        }

        return entry.Missing.Contains(key.Public) ? entry.Countersign(key) : entry;
    }

    /// <summary>Names those who have not signed yet, and the next step.</summary>
    public static void TellMissing(LedgerEntry entry, string file, Report report)
    {
        VerifyingKey[] missing = [.. entry.Missing];
        report.Json["missing"] = new JsonArray([.. missing.Select(k => (JsonNode)k.ToString())]);
        foreach (VerifyingKey key in missing)
        {
            report.Line($"not signed yet by {key}");
        }

        report.Line(
            missing.Length > 0
                ? $"each signs by: zkhealth act --entry {file} --key KEY"
                : $"all have signed; whoever has the ledger's key appends it: zkhealth act --entry {file} --ledger LEDGER"
        );
    }

    /// <summary>Refuses to append what somebody has not signed yet.</summary>
    public static void RequireWhole(LedgerEntry entry, string file)
    {
        if (entry.Missing.Any())
        {
            throw new UsageException(
                $"{file} is not signed yet by {string.Join(", ", entry.Missing)}: each signs by 'zkhealth act --entry {file} --key KEY'"
            );
        }
    }

    /// <summary>Appends an entry, and says what became of it.</summary>
    public static int Append(string path, SqliteLedger ledger, ActKind kind, LedgerEntry entry, Report report)
    {
        RefuseOtherRoot(kind, entry, ledger);
        AppendResult result = ledger.Append(entry.Encode());
        if (result.Status == AppendStatus.Refused)
        {
            string[] codes = result.Reason!.Split(", ");
            report.Add("outcome", "refused");
            report.Add("codes", Codes(codes));
            report.Add("reason", result.Reason, $"refused: {result.Reason}");
            ActExplanation.DescribeCodes(codes, kind, report);
            return ExitCode.Rejected;
        }

        RegionLeaf leaf = RegionLog.Follow(path, ledger).First(l => l.Index == result.Index);
        string id = Report.Hex(leaf.Act!.Id);
        report.Add("entry", result.Index);
        int code = Tell(leaf.Outcome, kind, report, $"entry {result.Index}: ");
        report.Add("id", id, $"id: {id}");
        return code;
    }

    private static int Tell(Outcome outcome, ActKind kind, Report report, string before)
    {
        report.Add("outcome", outcome.Kind.ToString().ToLowerInvariant(), $"{before}{outcome}");
        report.Add("codes", Codes(outcome.Codes));
        ActExplanation.DescribeCodes(outcome.Codes, kind, report);
        report.Json["reason"] = outcome.Codes.Count == 0 ? null : string.Join(", ", outcome.Codes);
        return outcome.Kind is OutcomeKind.Accepted or OutcomeKind.Permitted ? ExitCode.Accepted : ExitCode.Rejected;
    }

    /// <summary>A spot check draws by a root of this log: the rules cannot see that, and the command can.</summary>
    private static void RefuseOtherRoot(ActKind kind, LedgerEntry entry, SqliteLedger ledger)
    {
        if (
            kind.Body == Bodies.ConsentsChecked
            && kind.Body.TryDecode(entry.Body.Payload.ToArray(), out Row? checks)
            && !CheckRules.IsRootOf(checks, ledger)
        )
        {
            throw new UsageException(
                $"body.root: expected the root of this ledger at size {checks.Whole("size")}; 'zkhealth ledger show' prints that of the newest checkpoint"
            );
        }
    }

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(c => (JsonNode)c)]);
}
