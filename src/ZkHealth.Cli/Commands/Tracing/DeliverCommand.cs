using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth deliver`: rows for a permitted request, with their root and marks; and the taker's check of them.</summary>
internal static class DeliverCommand
{
    private static readonly Argument<string> Rows = new("ROWS") { Description = "The rows (CSV), with a column 'handle'." };
    private static readonly Option<string> LedgerFile = new("--ledger") { Description = "The ledger file.", Required = true };
    private static readonly Option<string?> Request = new("--request") { Description = "The id of the permitted request." };
    private static readonly Option<string?> Server = new("--server") { Description = "The member that delivers." };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The delivery (CSV); its manifest goes beside it (.delivery).",
    };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace the delivery." };
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Check rows that were received against their manifest, and against the server's word on the ledger.",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "The taker's key for this request (.public of --new-key): a file for it alone is made as well (.sealed).",
    };
    private static readonly Option<string?> NewKey = new("--new-key")
    {
        Description =
            "The taker's member key: make a key for the request in ROWS, and its public half, signed, beside it (.public).",
    };
    private static readonly Option<string?> Open = new("--open")
    {
        Description = "Decrypt ROWS (.sealed) by the key of --new-key to --out, and check what comes out.",
    };

    public static Command Create() =>
        new Command("deliver", "Make a delivery for a permitted request, its rows marked and rooted; or receive and check one.")
        {
            Rows,
            LedgerFile,
            Request,
            Server,
            Out,
            Force,
            To,
            NewKey,
            Open,
            Check,
        }.Action(
            (parsed, report, _) =>
            {
                if (parsed.GetValue(NewKey) is string member)
                {
                    return MakeKey(parsed, member, report);
                }

                if (parsed.GetValue(Open) is string key)
                {
                    return OpenSealed(parsed, key, report);
                }

                return parsed.GetValue(Check) ? CheckReceived(parsed, parsed.GetValue(Rows)!, report) : Make(parsed, report);
            }
        );

    private static int MakeKey(ParseResult parsed, string member, Report report)
    {
        byte[] id = Id(Required(parsed, Request));
        string secretFile = parsed.GetValue(Rows)!,
            publicFile = secretFile + ".public";
        RefuseExisting(parsed, secretFile, publicFile);
        using SigningKey signer = Inputs.SecretKey(member);
        using var secret = new SecretArray<byte>(RandomNumberGenerator.GetBytes(Hpke.KeySize));
        DeliveryKey key = DeliveryKey.Sign(id, Hpke.PublicOf(secret.Values), signer);
        string ledger = parsed.GetValue(LedgerFile)!;
        using SqliteLedger log = Inputs.Ledger(ledger);
        if (
            RegionLog.Follow(ledger, log).LastOrDefault()?.After is not ContractState state
            || key.Fault(state, id, log.GetTime()) is not null
        )
        {
            throw new UsageException(
                $"--new-key: {member} is no key of the member that asked {Report.Hex(id)}, with the scope 'request'"
            );
        }

        AtomicFile.Write(secretFile, Encoding.ASCII.GetBytes(Report.Hex(secret.Values) + "\n"), ownerOnly: true);
        AtomicFile.Write(publicFile, key.Encode());
        report.Add("key", secretFile, $"key: {secretFile}; keep it: it alone opens the delivery");
        report.Add("public", publicFile, $"public: {publicFile}; give it to the server, who delivers with --to");
        report.Add("request", Report.Hex(id));
        return ExitCode.Accepted;
    }

    private static int OpenSealed(ParseResult parsed, string keyFile, Report report)
    {
        string file = parsed.GetValue(Rows)!,
            output = Required(parsed, Out),
            manifest = DeliveryFile.ManifestOf(output);
        RefuseExisting(parsed, output, manifest);
        string text = Inputs.Text(keyFile).Trim();
        byte[] secret =
            text.Length == 2 * Hpke.KeySize && text.All(char.IsAsciiHexDigit)
                ? Convert.FromHexString(text)
                : throw new UsageException($"{keyFile} holds no key of 'deliver --new-key'");
        if (!SealedDelivery.TryDecode(Inputs.Bytes(file), out SealedDelivery? sealed_))
        {
            throw new UsageException($"{file} holds no sealed delivery");
        }

        if (!sealed_.TryOpen(secret, out Delivery? delivery, out byte[]? rows))
        {
            throw new UsageException($"{file} was encrypted to another key than {keyFile}, or was changed on its way");
        }

        AtomicFile.Write(output, rows, ownerOnly: true);
        AtomicFile.Write(manifest, delivery.Encode(), ownerOnly: true);
        return CheckReceived(parsed, output, report);
    }

    private static void RefuseExisting(ParseResult parsed, params string[] files)
    {
        if (!parsed.GetValue(Force) && files.FirstOrDefault(File.Exists) is string file)
        {
            throw new UsageException($"{file} exists; another name, or --force to replace it");
        }
    }

    private static int Make(ParseResult parsed, Report report)
    {
        byte[] id = Id(Required(parsed, Request));
        string server = Required(parsed, Server),
            output = Required(parsed, Out),
            manifest = DeliveryFile.ManifestOf(output);
        string? sealedFile = parsed.GetValue(To) is null ? null : Path.ChangeExtension(output, ".sealed");
        RefuseExisting(parsed, sealedFile is null ? [output, manifest] : [output, manifest, sealedFile]);
        string source = parsed.GetValue(Rows)!;
        CsvRows read = CsvRows.Read(source);
        int at = read.Columns.ToList().IndexOf(DeliveryFile.HandleColumn);
        if (at < 0 || read.Columns.Count < 2)
        {
            throw new UsageException($"{source}: expected a column '{DeliveryFile.HandleColumn}' and others");
        }

        DeliveryKey? to = null;
        if (parsed.GetValue(To) is string keyFile && !DeliveryKey.TryDecode(Inputs.Bytes(keyFile), out to))
        {
            throw new UsageException($"--to: {keyFile} is no public key of 'deliver --new-key'");
        }

        (Row request, string[] allowed, HashSet<string> open) = Find(parsed.GetValue(LedgerFile)!, id, server, to);
        string[] columns = [.. read.Columns.Where((_, j) => j != at)];
        if (columns.FirstOrDefault(c => !allowed.Contains(c)) is string beyond)
        {
            throw new UsageException($"{source}: the request does not name the column '{beyond}'");
        }

        byte[][] handles = [.. read.Rows.Select((r, i) => Handle(r[at], source, i))];
        var named = request.List<byte[]>("handles").Select(Convert.ToHexString).ToHashSet();
        if (Array.FindIndex(handles, h => !named.Contains(Convert.ToHexString(h))) is int other and >= 0)
        {
            throw new UsageException($"{source}, row {other + 1}: the request does not name this handle");
        }

        if (Array.FindIndex(handles, h => !open.Contains(Convert.ToHexString(h))) is int over and >= 0)
        {
            throw new UsageException($"{source}, row {over + 1}: its consent has ended or was taken back: deliver without it");
        }

        byte[] secret = RandomNumberGenerator.GetBytes(Delivery.SecretSize);
        var delivery = new Delivery(id, server, request.Code("recipient"), secret, columns, handles);
        (delivery, IReadOnlyList<string[]> rows) = Marks.Apply(
            delivery,
            [.. read.Rows.Select(r => r.Where((_, j) => j != at).ToArray())]
        );
        var text = new StringBuilder(CanonicalCsv.Line([DeliveryFile.HandleColumn, .. columns]));
        for (int i = 0; i < rows.Count; i++)
        {
            text.Append(CanonicalCsv.Line([Report.Hex(delivery.Handles[i]), .. rows[i]]));
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        AtomicFile.Write(output, bytes, ownerOnly: true);
        AtomicFile.Write(manifest, delivery.Encode(), ownerOnly: true);
        report.Add("delivery", output, $"delivery: {output}, {rows.Count} rows for {delivery.Taker}");
        report.Add(
            "manifest",
            manifest,
            $"manifest: {manifest}; it holds the secret: send it encrypted (--to), keep it, show it to nobody else"
        );
        if (sealedFile is not null)
        {
            AtomicFile.Write(sealedFile, SealedDelivery.Seal(delivery, bytes, to!).Encode());
            report.Add("sealed", sealedFile, $"sealed: {sealedFile}; send this: {delivery.Taker} opens it with --open");
        }

        Tell(delivery, delivery.Root(rows), bytes.Length, report);
        report.Line(
            "post it: zkhealth act used with root, rows, bytes, columns and handles; then the taker zkhealth act receipt, with this root and number of rows"
        );
        return ExitCode.Accepted;
    }

    private static int CheckReceived(ParseResult parsed, string rows, Report report)
    {
        report.Verifies = true;
        string manifest = DeliveryFile.ManifestOf(rows);
        KeptDelivery kept = DeliveryFile.Read(manifest, rows);
        byte[] root = kept.Delivery.Root(kept.Rows);
        report.Add("delivery", rows);
        report.Add("manifest", manifest);
        long bytes = new FileInfo(rows).Length;
        Tell(kept.Delivery, root, bytes, report);
        Row? word = WordOf(parsed.GetValue(LedgerFile)!, kept.Delivery, root);
        string? fault =
            word is null || word.Whole("rows") != kept.Rows.Count
                ? "no word of the server on the ledger has this root and number of rows"
            : word.Whole("bytes") != bytes ? $"the server says that it delivered {word.Whole("bytes")} bytes, these are {bytes}"
            : !word.Codes("columns")
                .Order(StringComparer.Ordinal)
                .SequenceEqual(kept.Delivery.Columns.Order(StringComparer.Ordinal))
                ? $"the server says that it delivered the columns {string.Join(", ", word.Codes("columns"))}"
            : word.List<byte[]>("handles").Count > 0 && !Of(word.List<byte[]>("handles")).SequenceEqual(Of(kept.Delivery.Handles))
                ? "the server says that it delivered rows of other handles"
            : null;
        bool said = fault is null;
        report.Add(
            "reason",
            said ? null : $"{fault}: do not confirm it",
            said ? "accepted: it is what the server says on the ledger that it delivered" : null
        );
        if (!said)
        {
            report.Line($"rejected: {(string?)report.Json["reason"]}");
        }

        return said ? ExitCode.Accepted : ExitCode.Rejected;
    }

    /// <summary>The server's word about a delivery, as it stands on the ledger; null where there is none.</summary>
    private static Row? WordOf(string path, Delivery delivery, byte[] root)
    {
        using SqliteLedger ledger = Inputs.Ledger(path);
        using LedgerHistory history = LedgerHistory.Open(path, ledger);
        return history
            .Select([Report.Hex(root)])
            .Leaves.LastOrDefault(l =>
                l.Act?.Kind == "used"
                && l.Who == delivery.Server
                && l.Body!.Bytes("request").AsSpan().SequenceEqual(delivery.Request)
                && l.Body.Bytes("root").AsSpan().SequenceEqual(root)
            )
            ?.Body;
    }

    private static void Tell(Delivery delivery, byte[] root, long bytes, Report report)
    {
        report.Add("request", Report.Hex(delivery.Request));
        report.Add("server", delivery.Server);
        report.Add("taker", delivery.Taker);
        report.Add("rows", delivery.Handles.Count);
        report.Add("bytes", bytes, $"bytes: {bytes}");
        report.Add("columns", new JsonArray([.. delivery.Columns.Select(c => (JsonNode)c)]));
        report.Add("handles", new JsonArray([.. Of(delivery.Handles).Select(h => (JsonNode)h)]));
        report.Add("root", Report.Hex(root), $"root: {Report.Hex(root)}");
        report.Add("marks", Report.Hex(delivery.MarksCommitment));
    }

    /// <summary>Handles, each once, in order.</summary>
    private static IEnumerable<string> Of(IEnumerable<byte[]> handles) =>
        handles.Select(h => Report.Hex(h)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>A request that permits a delivery now, the columns that it names, and its handles whose consents are in
    /// force.</summary>
    private static (Row Request, string[] Columns, HashSet<string> Open) Find(
        string ledger,
        byte[] id,
        string server,
        DeliveryKey? to
    )
    {
        using SqliteLedger log = Inputs.Ledger(ledger);
        long now = log.GetTime();
        ContractState state = (RegionLog.Follow(ledger, log).LastOrDefault()?.After ?? ContractState.Empty).Pass(now).State;
        Row request = state.Find(Records.Request, id) ?? throw new UsageException($"{ledger} holds no request {Report.Hex(id)}");
        if (state.Find(Records.Member, server) is not Row member || !member.Codes("roles").Contains("provider"))
        {
            throw new UsageException($"--server: '{server}' is no provider of {ledger}");
        }

        if (to?.Fault(state, id, now) is string fault)
        {
            throw new UsageException($"--to: {fault}");
        }

        HashSet<string> open =
        [
            .. request
                .List<byte[]>("handles")
                .Where(h => state.Find(Records.Consent, h) is Row c && ConsentRules.IsInForce(c, now))
                .Select(Convert.ToHexString),
        ];
        if (Obstacle(state, request, open, now) is string obstacle)
        {
            throw new UsageException($"nothing may be delivered: {obstacle}");
        }

        return (request, [.. request.Codes("columns")], open);
    }

    /// <summary>Says why a request permits no delivery at a time, which would be the breach SERVED; null where it does.</summary>
    private static string? Obstacle(ContractState state, Row request, HashSet<string> open, long now)
    {
        Row? agreement = request.Optional<byte[]>("agreement") is byte[] id ? state.Find(Records.Agreement, id) : null;
        if (!request.Flag("permitted"))
        {
            return $"the request was denied: {string.Join(", ", request.Codes("codes"))}";
        }

        if (now >= request.Whole("until"))
        {
            return $"the request was permitted until {Trace.Text(request.Whole("until"))}";
        }

        if (agreement is not null && !AgreementRules.IsInForce(agreement, now))
        {
            return "the agreement has ended";
        }

        if (agreement is not null && agreement.Flag("frozen"))
        {
            return "the agreement is frozen by a breach";
        }

        if (open.Count == 0)
        {
            return "every consent of the request has ended or was taken back";
        }

        return null;
    }

    private static byte[] Handle(string text, string file, int row) =>
        text.Length is >= 64 and <= 132 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(LogHistory.Ids(text)[^1])
            : throw new UsageException(
                $"{file}, row {row + 1}: expected a handle, the public key of a consent in hexadecimal, got '{text}'"
            );

    private static byte[] Id(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new UsageException($"--request: expected 64 hexadecimal digits, got '{text}'");

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? throw new UsageException($"{option.Name} is missing");
}
