using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Reports;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth act`: signs and appends an entry of any kind that the region's rules know; or checks or explains
/// it.</summary>
internal static class ActCommand
{
    /// <summary>For how long an entry that is signed here is valid, in ms: an hour.</summary>
    private const long Validity = 60 * 60 * 1000;

    private static readonly Argument<string?> KindName = new("KIND")
    {
        Description = "The kind, such as consent-granted; --explain lists all, or says what this one needs.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Body = new("--file") { Description = "The body, a JSON file." };
    private static readonly Option<string?> LedgerFile = new("--ledger") { Description = "The ledger file." };
    private static readonly Option<string?> KeyFile = new("--key") { Description = "The secret key of the signer." };
    private static readonly Option<string[]> Cosigners = new("--cosign")
    {
        Description = "Secret keys of those who sign along.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> LedgerKey = new("--ledger-secret-key")
    {
        Description = "The ledger's secret key file; LEDGER.key if left out.",
    };
    private static readonly Option<bool> Check = new("--check") { Description = "Say what would become of it; append nothing." };
    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Explain the kind: who signs, its fields as a JSON schema, its refusals, its effect.",
    };

    public static Command Create() =>
        new Command("act", "Do something under the region's rules: sign an entry and have it appended.")
        {
            KindName,
            Body,
            LedgerFile,
            KeyFile,
            Cosigners,
            LedgerKey,
            Check,
            Explain,
        }.Action(
            (parsed, report, _) =>
                !parsed.GetValue(Explain) ? Run(parsed, report)
                : parsed.GetValue(KindName) is null ? List(report)
                : Describe(Kind(parsed), report)
        );

    private static ActKind Kind(ParseResult parsed)
    {
        string name =
            parsed.GetValue(KindName) ?? throw new UsageException("expected a KIND; 'zkhealth act --explain' lists all of them");
        return ActKind.All.TryGetValue(name.Replace('-', ' '), out ActKind? kind)
            ? kind
            : throw new UsageException(
                $"there is no kind '{name}'{ParseFaults.Suggestion(name, ActKind.All.Keys.Select(Word))}; 'zkhealth act --explain' lists all of them"
            );
    }

    /// <summary>The name of a kind as one word of a command.</summary>
    private static string Word(string kind) => kind.Replace(' ', '-');

    private static string SignerOf(ActKind kind) =>
        kind.SignedBy switch
        {
            SignedBy.Member => $"a member's key with scope '{kind.Scope}'",
            SignedBy.Handle => "the key of a consent (handle)",
            SignedBy.MemberOrHandle => $"a member's key with scope '{kind.Scope}', or the key of a consent (handle)",
            _ => "every first member",
        };

    private static int List(Report report)
    {
        var kinds = new JsonArray();
        foreach (ActKind kind in ActKind.All.Values)
        {
            string effect = ActHelp.All[kind.Name].Effect;
            kinds.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["kind"] = kind.Name,
                        ["signedBy"] = SignerOf(kind),
                        ["effect"] = effect,
                    }
            );
            report.Line($"{Word(kind.Name)}: {effect}; signed by {SignerOf(kind)}");
        }

        report.Add("kinds", kinds);
        report.Line("'zkhealth act KIND --explain' says what one of them needs");
        return ExitCode.Accepted;
    }

    private static int Describe(ActKind kind, Report report)
    {
        ActHelp help = ActHelp.All[kind.Name];
        string who = SignerOf(kind);
        string? along = ActHelp.SignedAlongBy(kind.Name);
        report.Add("kind", kind.Name, $"{kind.Name}: {help.Effect}");
        report.Add("signedBy", who, $"signed by: {who}");
        report.Add("signedAlongBy", along, along is null ? null : $"signed along (--cosign) by: {along}");
        report.Add("restricting", kind.IsRestricting, kind.IsRestricting ? "restricting: no number, no end, taken once" : null);
        report.Add(
            "confession",
            kind.IsConfession,
            kind.IsConfession ? "a confession: never refused for its signer's standing" : null
        );
        IReadOnlyList<string> refusals = [.. help.Refusals.Concat(ActExample.SignerRefusals(kind)).Distinct()];
        report.Add("refusals", Codes(refusals), $"refused as: {string.Join(", ", refusals)}");
        report.Add(
            "denials",
            Codes(help.Denials),
            help.Denials.Count == 0 ? null : $"denied as: {string.Join(", ", help.Denials)}"
        );
        DescribeCodes([.. refusals, .. help.Denials], kind, report);
        JsonObject schema = kind.Body.Schema();
        report.Add("schema", schema);
        report.Line("fields (keys are those that keygen prints; bytes are hexadecimal; a list that is left out is empty):");
        DescribeFields(kind.Body, "  ", report);
        JsonObject example = ActExample.Of(kind);
        report.Add("example", example, "a body to begin with (--file), its values to be replaced:");
        foreach (string line in ActExample.Text(example).Split('\n'))
        {
            report.Line(line);
        }

        return ExitCode.Accepted;
    }

    private static void DescribeFields(Shape shape, string indent, Report report)
    {
        foreach (Field field in shape.Fields)
        {
            Shape? inner = field.Type.Inner;
            string type = inner is null ? field.Type.ToString()! : $"{(field.Type.IsList ? "list of objects" : "object")}";
            report.Line($"{indent}{field.Name} ({type}): {FieldHelp.Of(shape, field)}");
            if (inner is not null)
            {
                DescribeFields(inner, indent + "  ", report);
            }
        }
    }

    private static int Run(ParseResult parsed, Report report)
    {
        report.Verifies = true;
        ActKind kind = Kind(parsed);
        byte[] body = ReadBody(kind, Required(parsed, Body));
        using SigningKey key = Inputs.SecretKey(Required(parsed, KeyFile));
        List<SigningKey> cosigners = ReadCosigners(parsed, key);
        report.Add("kind", kind.Name);
        try
        {
            return parsed.GetValue(Check)
                ? CheckOnly(parsed, kind, body, key, cosigners, report)
                : Append(parsed, kind, body, key, cosigners, report);
        }
        finally
        {
            cosigners.ForEach(c => c.Dispose());
        }
    }

    /// <summary>The keys of those who sign along: each once, and not the signer's own.</summary>
    private static List<SigningKey> ReadCosigners(ParseResult parsed, SigningKey signer)
    {
        var seen = new HashSet<string> { Report.Hex(signer.Public.Encode()) };
        var cosigners = new List<SigningKey>();
        foreach (string file in parsed.GetValue(Cosigners) ?? [])
        {
            SigningKey cosigner = Inputs.SecretKey(file);
            cosigners.Add(cosigner);
            if (!seen.Add(Report.Hex(cosigner.Public.Encode())))
            {
                throw new UsageException($"--cosign: {file} is the signer's own key, or is named twice: each key signs once");
            }
        }

        return cosigners;
    }

    private static int CheckOnly(
        ParseResult parsed,
        ActKind kind,
        byte[] body,
        SigningKey key,
        List<SigningKey> cosigners,
        Report report
    )
    {
        ContractState state = ContractState.Empty;
        long time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            next = 0;
        string origin;
        if (parsed.GetValue(LedgerFile) is string path)
        {
            using SqliteLedger ledger = Inputs.Ledger(path);
            state = RegionLog.Follow(path, ledger).LastOrDefault()?.After ?? state;
            (origin, time, next) = (ledger.Key.Name, ledger.GetTime(), ledger.NextSequence(key.Public));
            RefuseOtherRoot(kind, body, ledger);
        }
        else
        {
            origin =
                kind.Body.TryDecode(body, out Row? row) && kind.Name == "charter"
                    ? CharterRules.Origin(row.Code("name"), body)
                    : throw new UsageException("--ledger is missing");
            report.Add("origin", origin, $"this charter founds the ledger --origin {origin}");
        }

        Act act = new(
            kind.Name,
            key.Public.Encode(),
            body,
            kind.IsRestricting ? null : next,
            kind.IsRestricting ? null : time + Validity,
            [.. cosigners.Select(c => c.Public.Encode())]
        )
        {
            Origin = origin,
        };
        Outcome outcome = state.Check(act, time);
        report.Line($"would be {outcome}");
        return Tell(outcome, kind, report);
    }

    private static int Append(
        ParseResult parsed,
        ActKind kind,
        byte[] body,
        SigningKey key,
        List<SigningKey> cosigners,
        Report report
    )
    {
        string path = Required(parsed, LedgerFile);
        using SigningKey ledgerKey = Inputs.LedgerKey(path, parsed.GetValue(LedgerKey));
        using SqliteLedger ledger = Inputs.Ledger(path, ledgerKey);
        RefuseOtherRoot(kind, body, ledger);
        var content = new EntryBody(Act.EntryKind(kind.Name), key.Public.Encode(), body, [.. cosigners.Select(c => c.Public)]);
        LedgerEntry entry = kind.IsRestricting
            ? LedgerEntry.SignRestricting(key, ledger.Key.Name, content)
            : LedgerEntry.Sign(key, ledger.Key.Name, ledger.NextSequence(key.Public), ledger.GetTime() + Validity, content);
        foreach (SigningKey cosigner in cosigners)
        {
            entry = entry.Countersign(cosigner);
        }

        AppendResult result = ledger.Append(entry.Encode());
        if (result.Status == AppendStatus.Refused)
        {
            report.Add("outcome", "refused");
            report.Add("codes", Codes(result.Reason!.Split(", ")));
            report.Add("reason", result.Reason, $"refused: {result.Reason}");
            DescribeCodes(result.Reason!.Split(", "), kind, report);
            return ExitCode.Rejected;
        }

        RegionLeaf leaf = RegionLog.Follow(path, ledger).First(l => l.Index == result.Index);
        string id = Report.Hex(leaf.Act!.Id);
        report.Add("entry", result.Index, $"entry {result.Index}: {leaf.Outcome}");
        report.Add("id", id, $"id: {id}");
        return Tell(leaf.Outcome, kind, report);
    }

    /// <summary>A spot check draws by a root of this log: the rules cannot see that, and the command can.</summary>
    private static void RefuseOtherRoot(ActKind kind, byte[] body, SqliteLedger ledger)
    {
        if (
            kind.Body == Bodies.ConsentsChecked
            && kind.Body.TryDecode(body, out Row? checks)
            && !CheckRules.IsRootOf(checks, ledger)
        )
        {
            throw new UsageException(
                $"body.root: expected the root of this ledger at size {checks.Whole("size")}; 'zkhealth ledger show' prints that of the newest checkpoint"
            );
        }
    }

    /// <summary>Says what codes mean, so that nobody has to look them up.</summary>
    private static void DescribeCodes(IEnumerable<string> codes, ActKind kind, Report report)
    {
        foreach (string code in codes.Distinct())
        {
            if (ActCodes.Of(code) is string words)
            {
                bool along = code == "COUNTERSIGNATURE" && ActHelp.SignedAlongBy(kind.Name) is not null;
                report.Line($"  {code}: {words}{(along ? $"; here {ActHelp.SignedAlongBy(kind.Name)}" : "")}");
            }
        }
    }

    private static int Tell(Outcome outcome, ActKind kind, Report report)
    {
        report.Add("outcome", outcome.Kind.ToString().ToLowerInvariant());
        report.Add("codes", Codes(outcome.Codes));
        DescribeCodes(outcome.Codes, kind, report);
        report.Json["reason"] = outcome.Codes.Count == 0 ? null : string.Join(", ", outcome.Codes);
        return outcome.Kind is OutcomeKind.Accepted or OutcomeKind.Permitted ? ExitCode.Accepted : ExitCode.Rejected;
    }

    private static byte[] ReadBody(ActKind kind, string path)
    {
        string text = Inputs.Text(path),
            next = $"see 'zkhealth act {Word(kind.Name)} --explain'";
        try
        {
            JsonNode? json = JsonNode.Parse(text, null, new JsonDocumentOptions { AllowDuplicateProperties = false });
            byte[] body = kind.Body.FromJson(json, "body").Encode();
            return body.Length <= kind.MaxSize
                ? body
                : throw new UsageException(
                    $"{path}: expected at most {kind.MaxSize} bytes in a body of this kind, got {body.Length}"
                );
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

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? throw new UsageException($"{option.Name} is missing");

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(c => (JsonNode)c)]);
}
