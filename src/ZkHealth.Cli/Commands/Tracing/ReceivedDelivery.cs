using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Ledger;
using static ZkHealth.Cli.Commands.Tracing.DeliverOptions;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>The taker's side of `zkhealth deliver`: its key for a request, and the check of what it received.</summary>
internal static class ReceivedDelivery
{
    /// <summary>Makes the taker's key for a request, signed by a key of the member that asked.</summary>
    public static int MakeKey(ParseResult parsed, string member, Report report)
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

    /// <summary>Decrypts a delivery, and checks what comes out.</summary>
    public static int Open(ParseResult parsed, string keyFile, Report report)
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
        if (!SealedDelivery.TryDecode(Inputs.Bytes(file, SealedDelivery.MaxSize + 1), out SealedDelivery? sealed_))
        {
            throw new UsageException($"{file} holds no sealed delivery");
        }

        if (!sealed_.TryOpen(secret, out Delivery? delivery, out byte[]? rows))
        {
            throw new UsageException($"{file} was encrypted to another key than {keyFile}, or was changed on its way");
        }

        AtomicFile.Write(output, rows, ownerOnly: true);
        AtomicFile.Write(manifest, delivery.Encode(), ownerOnly: true);
        return Check(parsed, output, report);
    }

    /// <summary>Checks rows against their manifest, and against the server's word on the ledger.</summary>
    public static int Check(ParseResult parsed, string rows, Report report)
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
            said ? null : $"{fault}: do not confirm it (once the server has said so: zkhealth deliver {rows} --check)",
            said ? "accepted: it is what the server says on the ledger that it delivered" : null
        );
        if (!said)
        {
            report.Line($"rejected: {(string?)report.Json["reason"]}");
            return ExitCode.Rejected;
        }

        DeliveryBodies.TellReceipt(kept.Delivery, root, report);
        return ExitCode.Accepted;
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
}
