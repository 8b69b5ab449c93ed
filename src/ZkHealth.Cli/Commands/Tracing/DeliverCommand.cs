using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
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

    public static Command Create() =>
        new Command("deliver", "Make a delivery for a permitted request, its rows marked and rooted; or check one.")
        {
            Rows,
            LedgerFile,
            Request,
            Server,
            Out,
            Force,
            Check,
        }.Action((parsed, report, _) => parsed.GetValue(Check) ? CheckReceived(parsed, report) : Make(parsed, report));

    private static int Make(ParseResult parsed, Report report)
    {
        byte[] id = Id(Required(parsed, Request));
        string server = Required(parsed, Server),
            output = Required(parsed, Out),
            manifest = DeliveryFile.ManifestOf(output);
        bool force = parsed.GetValue(Force);
        foreach (string file in (string[])[output, manifest])
        {
            if (File.Exists(file) && !force)
            {
                throw new UsageException($"{file} exists; --out gives another name, --force replaces it");
            }
        }

        string source = parsed.GetValue(Rows)!;
        CsvRows read = CsvRows.Read(source);
        int at = read.Columns.ToList().IndexOf(DeliveryFile.HandleColumn);
        if (at < 0 || read.Columns.Count < 2)
        {
            throw new UsageException($"{source}: expected a column '{DeliveryFile.HandleColumn}' and others");
        }

        (Row request, string[] allowed) = Find(parsed.GetValue(LedgerFile)!, id, server);
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

        AtomicFile.Write(output, Encoding.UTF8.GetBytes(text.ToString()), ownerOnly: true);
        AtomicFile.Write(manifest, delivery.Encode(), ownerOnly: true);
        report.Add("delivery", output, $"delivery: {output}, {rows.Count} rows for {delivery.Taker}");
        report.Add(
            "manifest",
            manifest,
            $"manifest: {manifest}; it holds the secret: send it encrypted, keep it, show it to nobody else"
        );
        Tell(delivery, delivery.Root(rows), report);
        report.Line("post it: zkhealth act used, and the taker zkhealth act receipt, with this root and number of rows");
        return ExitCode.Accepted;
    }

    private static int CheckReceived(ParseResult parsed, Report report)
    {
        report.Verifies = true;
        string rows = parsed.GetValue(Rows)!,
            manifest = DeliveryFile.ManifestOf(rows);
        KeptDelivery kept = DeliveryFile.Read(manifest, rows);
        byte[] root = kept.Delivery.Root(kept.Rows);
        report.Add("delivery", rows);
        report.Add("manifest", manifest);
        Tell(kept.Delivery, root, report);
        using SqliteLedger ledger = Inputs.Ledger(parsed.GetValue(LedgerFile)!);
        ContractState? state = RegionLog.Replay(ledger).LastOrDefault()?.After;
        byte[] use = Ids.Of("use", kept.Delivery.Request, Ids.Text(kept.Delivery.Server), root);
        Row? word = state?.Find(Records.Use, use);
        bool said = word is not null && word.List<string>("server").Count == 1 && word.Whole("rows") == kept.Rows.Count;
        report.Add(
            "reason",
            said ? null : "no word of the server on the ledger has this root and number of rows: do not confirm it",
            said ? "accepted: it is what the server says on the ledger that it delivered" : null
        );
        if (!said)
        {
            report.Line($"rejected: {(string?)report.Json["reason"]}");
        }

        return said ? ExitCode.Accepted : ExitCode.Rejected;
    }

    private static void Tell(Delivery delivery, byte[] root, Report report)
    {
        report.Add("request", Report.Hex(delivery.Request));
        report.Add("server", delivery.Server);
        report.Add("taker", delivery.Taker);
        report.Add("rows", delivery.Handles.Count);
        report.Add("root", Report.Hex(root), $"root: {Report.Hex(root)}");
        report.Add("marks", Report.Hex(delivery.MarksCommitment));
    }

    /// <summary>A request that permits a delivery now, and the columns that it names.</summary>
    private static (Row Request, string[] Columns) Find(string ledger, byte[] id, string server)
    {
        using SqliteLedger log = Inputs.Ledger(ledger);
        string[] columns = [];
        ContractState state = ContractState.Empty;
        foreach (RegionLeaf leaf in RegionLog.Replay(log))
        {
            state = leaf.After;
            if (leaf.Act is { Kind: "access requested" } act && act.Id.AsSpan().SequenceEqual(id))
            {
                columns = Bodies.AccessRequested.TryDecode(act.Body, out Row? body) ? [.. body.Codes("columns")] : [];
            }
        }

        Row request = state.Find(Records.Request, id) ?? throw new UsageException($"{ledger} holds no request {Report.Hex(id)}");
        if (state.Find(Records.Member, server) is not Row member || !member.Codes("roles").Contains("provider"))
        {
            throw new UsageException($"--server: '{server}' is no provider of {ledger}");
        }

        return request.Flag("permitted") && log.GetTime() < request.Whole("until")
            ? (request, columns)
            : throw new UsageException(
                $"the request was {(request.Flag("permitted") ? "permitted until " + request.Whole("until") : "denied")}: nothing may be delivered"
            );
    }

    private static byte[] Handle(string text, string file, int row) =>
        text.Length is >= 66 and <= 132 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new UsageException($"{file}, row {row + 1}: expected a handle in hexadecimal, got '{text}'");

    private static byte[] Id(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new UsageException($"--request: expected 64 hexadecimal digits, got '{text}'");

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? throw new UsageException($"{option.Name} is missing");
}
