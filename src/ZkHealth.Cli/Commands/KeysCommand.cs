using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Groups;
using ZkHealth.Ledger;
using ZkHealth.Proofs.Membership;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth keys create|add|show|publish` and `zkhealth prove key`: members of a consortium who speak without their
/// names.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "The registered keys of a consortium.") { Make(), Add(), Show(), Publish() };

    /// <summary>`zkhealth prove key`.</summary>
    public static Command CreateProve()
    {
        var key = new Argument<string>("KEY") { Description = "Your secret key, made by 'zkhealth keys create'." };
        var registry = new Option<string>("--registry")
        {
            Description = "The registry that holds your public key.",
            Required = true,
        };
        var message = new Option<string>("--message")
        {
            Description = "What you say; bound into the proof.",
            DefaultValueFactory = _ => "",
        };
        var topic = new Option<string?>("--context") { Description = "The topic, for --tag." };
        var tag = new Option<bool>("--tag")
        {
            Description = "Add a tag: everything that your key says in this context carries the same one.",
        };
        var shared = new ProveOptions();
        var command = new Command("key", "Prove that you hold one of the registered keys, and not which.")
        {
            key,
            registry,
            message,
            topic,
            tag,
        };
        foreach (Option option in shared.WithoutGuard)
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(key)!;
                ProofOutput output = shared.Output(parsed, path);
                if (parsed.GetValue(tag) != (parsed.GetValue(topic) is not null))
                {
                    throw new UsageException("expected --context TEXT and --tag together, or neither");
                }

                StatisticContext context = shared.Context(parsed);
                using MemberKey own = Inputs.MemberKey(path);
                AnonymousStatement proof = UsageException.Of(() =>
                    AnonymousStatement.Prove(
                        Inputs.Registry(parsed.GetValue(registry)!),
                        own,
                        parsed.GetValue(message)!,
                        parsed.GetValue(topic),
                        context
                    )
                );

                byte[] file = proof.Encode();
                output.Write(file, report);
                RecordReport.Describe(proof, report);
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Make()
    {
        var output = new Option<string>("--out")
        {
            Description = "The secret key; the public one goes to the same name with .pub.",
            Required = true,
        };
        return new Command("create", "Make a member's key: a secret file for its owner alone, a public one to be registered.")
        {
            output,
        }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(output)!;
                using MemberKey key = File.Exists(path) ? Inputs.MemberKey(path) : MemberKey.Create();
                return NewFiles.PointKey(
                    path,
                    key.EncodeSecret(),
                    key.Public,
                    "whoever has it can speak as you, and find what you said under a tag",
                    report
                );
            }
        );
    }

    private static Command Add()
    {
        var file = new Argument<string>("REGISTRY") { Description = "The registry, a text file; made if it is not there." };
        var key = new Option<string>("--public-key") { Description = "A member's public key: its .pub file.", Required = true };
        var name = new Option<string>("--name") { Description = "Whose key it is.", Required = true };
        var consortium = new Option<string?>("--consortium") { Description = "The consortium's name, for a new registry." };
        return new Command("add", "Register a member's key.") { file, key, name, consortium }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!;
                CompressedPoint point = Inputs.PublicPoint(parsed.GetValue(key)!, "member");
                KeyRegistry? old = File.Exists(path) ? Inputs.Registry(path) : null;
                if (old is null == parsed.GetValue(consortium) is null)
                {
                    throw new UsageException("expected --consortium NAME for a new registry, and for a new one alone");
                }

                KeyRegistry registry = UsageException.Of(() =>
                    new KeyRegistry(
                        old?.Consortium ?? parsed.GetValue(consortium)!,
                        [.. old?.Members ?? [], new RegisteredMember(point, parsed.GetValue(name)!)]
                    )
                );

                AtomicFile.Write(path, registry.Encode());
                Describe(registry, report);
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Show()
    {
        var file = new Argument<string>("REGISTRY") { Description = "The registry." };
        return new Command("show", "Show a registry and its digest.") { file }.Action(
            (parsed, report, _) =>
            {
                KeyRegistry registry = Inputs.Registry(parsed.GetValue(file)!);
                Describe(registry, report);
                report.Add(
                    "members",
                    new JsonArray([
                        .. registry.Members.Select(m =>
                            (JsonNode)new JsonObject { ["key"] = m.Key.ToString(), ["name"] = m.Name }
                        ),
                    ])
                );
                foreach (RegisteredMember member in registry.Members)
                {
                    report.Line($"  {member.Key} {member.Name}");
                }

                return ExitCode.Accepted;
            }
        );
    }

    private static Command Publish()
    {
        var file = new Argument<string>("REGISTRY") { Description = "The registry." };
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        var key = new Option<string>("--key")
        {
            Description = "The registrar's secret key (Ed25519, from 'zkhealth keygen').",
            Required = true,
        };
        var ledgerKey = new Option<string?>("--ledger-secret-key")
        {
            Description = "The ledger's secret key file; LEDGER.key if left out.",
        };
        var output = new Option<string?>("--receipt")
        {
            Description = "Where the receipt goes; REGISTRY with .receipt if left out.",
        };
        return new Command("publish", "Put a registry on a ledger, so that verifiers find it there.")
        {
            file,
            ledger,
            key,
            ledgerKey,
            output,
        }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!,
                    log = parsed.GetValue(ledger)!,
                    target = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".receipt");
                KeyRegistry registry = Inputs.Registry(path);
                using SigningKey registrar = Inputs.SecretKey(parsed.GetValue(key)!),
                    own = Inputs.LedgerKey(log, parsed.GetValue(ledgerKey));
                using SqliteLedger opened = Inputs.Ledger(log, own);
                LedgerReceipt receipt;
                try
                {
                    receipt = PublishedRegistries.Publish(opened, registry, registrar);
                }
                catch (InvalidOperationException e)
                {
                    report.Add("reason", e.Message, e.Message);
                    return ExitCode.Rejected;
                }
                catch (ArgumentException)
                {
                    throw new UsageException(
                        $"{path} is larger than an entry of a ledger can hold ({EntryBody.MaxPayloadSize} bytes); give it to verifiers as a file"
                    );
                }

                AtomicFile.Write(target, receipt.Encode());
                Describe(registry, report);
                report.Add("ledger", opened.Key.Name, $"ledger:   {opened.Key.Name}");
                report.Add("entry", receipt.Index, $"entry:    {receipt.Index}");
                report.Add("receipt", target, $"receipt:  {target} (proves the entry without the ledger file)");
                return ExitCode.Accepted;
            }
        );
    }

    private static void Describe(KeyRegistry registry, Report report)
    {
        report.Add("consortium", registry.Consortium, $"registry: {registry.Consortium}, {registry.Members.Count} keys");
        report.Add("count", registry.Members.Count);
        report.Add("digest", Report.Hex(registry.Digest), $"digest:   {Report.Hex(registry.Digest)}");
    }
}
