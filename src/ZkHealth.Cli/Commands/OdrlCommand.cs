using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth odrl`: writes an agreement of a ledger as an ODRL policy.</summary>
internal static class OdrlCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("AGREEMENT") { Description = "The id of the agreement, 64 hexadecimal digits." };
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        return new Command("odrl", "Write an agreement as a policy of the Open Digital Rights Language, in JSON-LD.")
        {
            id,
            ledger,
        }.Action((parsed, report, _) => Run(parsed.GetValue(id)!, parsed.GetValue(ledger)!, report));
    }

    private static int Run(string hex, string path, Report report)
    {
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
        {
            throw new UsageException($"AGREEMENT: expected 64 hexadecimal digits, got '{hex}'");
        }

        byte[] id = Convert.FromHexString(hex);
        using SqliteLedger ledger = Inputs.Ledger(path);
        Row agreement =
            RegionLog.Follow(path, ledger).LastOrDefault()?.After.Find(Records.Agreement, id)
            ?? throw new UsageException($"the ledger has no agreement {hex}; 'zkhealth act agreement-made' prints its id");
        JsonObject policy = Odrl.Of(id, agreement);
        report.Json["policy"] = policy;
        report.Text = Report.ToJson(policy);
        return ExitCode.Accepted;
    }
}
