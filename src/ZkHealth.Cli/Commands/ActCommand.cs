using System.CommandLine;
using System.CommandLine.Parsing;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth act`: signs and appends an entry of any kind that the region's rules know; or checks or explains
/// it.</summary>
internal static class ActCommand
{
    /// <summary>For how long an entry that is signed here is valid, in ms: an hour where it is appended at once, else nearly the
    /// longest time, since others sign it.</summary>
    private const long AtOnce = 60 * 60 * 1000,
        Elsewhere = 23 * AtOnce;

    private static readonly Argument<string?> KindName = new("KIND")
    {
        Description = "The kind, such as consent-granted; --explain lists all, or says what this one needs.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Body = new("--file") { Description = "The body, a JSON file." };
    private const string LedgerFile = "--ledger",
        KeyFile = "--key",
        Cosigners = "--cosign",
        LedgerKey = "--ledger-secret-key",
        Out = "--out",
        Check = "--check";

    private static readonly Option<string[]> Entry = new("--entry")
    {
        Description =
            "In place of KIND and --file: an entry of --out. Alone it is shown; --key signs it along, --ledger appends it, where they "
            + "are typed. Several files are copies that were signed in several places.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Explain the kind: who signs, its fields as a JSON schema, its refusals, its effect.",
    };

    public static Command Create()
    {
        var command = new Command("act", "Do something under the region's rules: sign an entry and have it appended.")
        {
            KindName,
            Body,
        };
        AddSigning(command);
        command.Add(Entry);
        command.Add(Explain);
        return command.Action(
            (parsed, report, _) =>
            {
                if (parsed.GetValue(Explain))
                {
                    return parsed.GetValue(KindName) is null
                        ? ActExplanation.List(report)
                        : ActExplanation.Of(Kind(parsed), report);
                }

                report.Verifies = true;
                return parsed.GetValue(Entry) is { Length: > 0 } files ? RunEntry(parsed, files, report) : Run(parsed, report);
            }
        );
    }

    /// <summary>Adds what every command has that signs an entry: by whom, for which ledger, and whether it is
    /// appended.</summary>
    internal static void AddSigning(Command command)
    {
        command.Add(new Option<string?>(LedgerFile) { Description = "The ledger file." });
        command.Add(new Option<string?>(KeyFile) { Description = "The secret key of the signer." });
        command.Add(
            new Option<string[]>(Cosigners)
            {
                Description =
                    "Secret keys of those who sign along; with --out also public ones (.pub), whose holders sign elsewhere.",
                AllowMultipleArgumentsPerToken = true,
            }
        );
        command.Add(new Option<string?>(LedgerKey) { Description = "The ledger's secret key file; LEDGER.key if left out." });
        command.Add(
            new Option<string?>(Out)
            {
                Description =
                    "Write the signed entry to this file and append nothing: others sign it along and append it by --entry.",
            }
        );
        command.Add(new Option<bool>(Check) { Description = "Say what would become of it; append nothing." });
    }

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
    internal static string Word(string kind) => kind.Replace(' ', '-');

    private static int Run(ParseResult parsed, Report report)
    {
        ActKind kind = Kind(parsed);
        string help = $"zkhealth act {Word(kind.Name)} --explain";
        return Run(parsed, kind, ActEntry.ReadBody(kind, Required(parsed, Body.Name, help)), help, report);
    }

    /// <summary>Signs a body, and appends it, writes it or says what would become of it.</summary>
    internal static int Run(ParseResult parsed, ActKind kind, byte[] body, string help, Report report)
    {
        using SigningKey key = Inputs.SecretKey(Required(parsed, KeyFile, help));
        bool elsewhere = parsed.GetValue<string?>(Out) is not null || parsed.GetValue<bool>(Check);
        using var along = ActCosigners.Read(parsed.GetValue<string[]>(Cosigners) ?? [], key, elsewhere);
        report.Add("kind", kind.Name);
        if (parsed.GetValue<string?>(LedgerFile) is not string path)
        {
            return ActEntry.CheckCharter(kind, body, key.Public, along, parsed.GetValue<bool>(Check), report);
        }

        if (elsewhere)
        {
            using SqliteLedger read = Inputs.Ledger(path);
            LedgerEntry entry = ActEntry.Sign(read, kind, body, key, along, Elsewhere);
            return parsed.GetValue<bool>(Check)
                ? ActEntry.Check(path, read, kind, entry, report)
                : ActEntry.Write(path, read, kind, entry, parsed.GetValue<string?>(Out)!, report);
        }

        using SigningKey ledgerKey = Inputs.LedgerKey(path, parsed.GetValue<string?>(LedgerKey));
        using SqliteLedger ledger = Inputs.Ledger(path, ledgerKey);
        return ActEntry.Append(path, ledger, kind, ActEntry.Sign(ledger, kind, body, key, along, AtOnce), report);
    }

    /// <summary>Shows, signs along or appends an entry that came from elsewhere.</summary>
    private static int RunEntry(ParseResult parsed, string[] files, Report report)
    {
        foreach (
            (string given, bool isThere) in ((string, bool)[])
                [
                    ("KIND", parsed.GetValue(KindName) is not null),
                    (Body.Name, parsed.GetValue(Body) is not null),
                    (Cosigners, parsed.GetValue<string[]>(Cosigners) is { Length: > 0 }),
                ]
        )
        {
            if (isThere)
            {
                throw new UsageException($"{given}: the entry of --entry has it already; leave it out");
            }
        }

        LedgerEntry entry = ActEntry.Read(files, out ActKind kind);
        report.Add("kind", kind.Name);
        ActEntry.Show(entry, kind, report);
        if (Typed(parsed, KeyFile) is string keyFile)
        {
            using SigningKey key = Inputs.SecretKey(keyFile);
            entry = ActEntry.Cosign(entry, key, keyFile, files[0]);
        }

        string? output = parsed.GetValue<string?>(Out) ?? (Typed(parsed, KeyFile) is null ? null : files[0]);
        if (output is not null)
        {
            AtomicFile.Write(output, entry.Encode());
            report.Add("file", output, $"written: {output}");
        }

        if (parsed.GetValue<bool>(Check))
        {
            string checkedOn =
                parsed.GetValue<string?>(LedgerFile) ?? throw new UsageException("--ledger is missing: --check asks its rules");
            using SqliteLedger read = Inputs.Ledger(checkedOn);
            return ActEntry.Check(checkedOn, read, kind, entry, report);
        }

        if (Typed(parsed, LedgerFile) is not string path)
        {
            ActEntry.TellMissing(entry, output ?? files[0], report);
            return ExitCode.Accepted;
        }

        ActEntry.RequireWhole(entry, output ?? files[0]);
        using SigningKey ledgerKey = Inputs.LedgerKey(path, parsed.GetValue<string?>(LedgerKey));
        using SqliteLedger ledger = Inputs.Ledger(path, ledgerKey);
        return ActEntry.Append(path, ledger, kind, entry, report);
    }

    /// <summary>The value of an option that was typed: a profile's key and ledger make nobody sign or append what he looks
    /// at.</summary>
    private static string? Typed(ParseResult parsed, string option) =>
        parsed.GetResult(option) is OptionResult { Implicit: false } ? parsed.GetValue<string?>(option) : null;

    private static string Required(ParseResult parsed, string option, string help) =>
        parsed.GetValue<string?>(option)
        ?? throw new UsageException($"{option} is missing; expected --ledger LEDGER --key KEY and a body; see '{help}'");
}
