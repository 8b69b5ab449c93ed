using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using static ZkHealth.Cli.Commands.Tracing.DeliverOptions;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth deliver`: rows for a permitted request, with their root and marks; the taker's side is <see
/// cref="ReceivedDelivery"/>.</summary>
internal static class DeliverCommand
{
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
                    return ReceivedDelivery.MakeKey(parsed, member, report);
                }

                if (parsed.GetValue(Open) is string key)
                {
                    return ReceivedDelivery.Open(parsed, key, report);
                }

                return parsed.GetValue(Check)
                    ? ReceivedDelivery.Check(parsed, parsed.GetValue(Rows)!, report)
                    : Make(parsed, report);
            }
        );

    private static int Make(ParseResult parsed, Report report)
    {
        byte[] id = Id(Required(parsed, Request));
        string server = Required(parsed, Server),
            output = Required(parsed, Out),
            manifest = DeliveryFile.ManifestOf(output);
        string? sealedFile = parsed.GetValue(To) is null ? null : Path.ChangeExtension(output, ".sealed");
        string usedFile = DeliveryBodies.UsedFile(output);
        RefuseExisting(parsed, sealedFile is null ? [output, manifest, usedFile] : [output, manifest, usedFile, sealedFile]);
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

        // whose consents are in a cohort the ledger does not say: the registrar answers for them
        bool isCohort = request.List<byte[]>("cohort").Count > 0;
        if (!isCohort && Array.FindIndex(handles, h => !named.Contains(Convert.ToHexString(h))) is int other and >= 0)
        {
            throw new UsageException($"{source}, row {other + 1}: the request does not name this handle");
        }

        if (!isCohort && Array.FindIndex(handles, h => !open.Contains(Convert.ToHexString(h))) is int over and >= 0)
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
        DeliveryBodies.WriteUsed(usedFile, request, delivery, delivery.Root(rows), bytes.Length, report);
        return ExitCode.Accepted;
    }

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
        if (Obstacle(state, request, server, open) is string obstacle)
        {
            throw new UsageException($"nothing may be delivered: {obstacle}");
        }

        return (request, [.. request.Codes("columns")], open);
    }

    /// <summary>Says why a request permits no delivery now, which would be the breach SERVED; null where it does.</summary>
    private static string? Obstacle(ContractState state, Row request, string server, HashSet<string> open)
    {
        if (!request.Flag("permitted"))
        {
            return $"the request was denied: {string.Join(", ", request.Codes("codes"))}";
        }

        if (state.Hindrance(request, server) is string code)
        {
            return code == "TERM"
                ? $"the request was permitted until {Trace.Text(request.Whole("until"))}"
                : $"{ActCodes.Of(code)} ({code})";
        }

        return open.Count == 0 && request.List<byte[]>("cohort").Count == 0
            ? "every consent of the request has ended or was taken back"
            : null;
    }

    private static byte[] Handle(string text, string file, int row) =>
        text.Length is >= 64 and <= 132 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(LogHistory.Ids(text)[^1])
            : throw new UsageException(
                $"{file}, row {row + 1}: expected a handle, the public key of a consent in hexadecimal, got '{text}'"
            );
}
