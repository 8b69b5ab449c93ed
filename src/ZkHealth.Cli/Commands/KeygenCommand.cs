using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth keygen`: the key by which an owner answers for tables.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "The secret key; the public one goes to the same name with .pub.",
            Required = true,
        };
        var command = new Command("keygen", "Make an Ed25519 key: a secret file for its owner alone, a public one for everybody.")
        {
            output,
        };
        return command.Action((parsed, report, _) => Run(parsed.GetValue(output)!, report));
    }

    private static int Run(string path, Report report)
    {
        string publicPath = path + ".pub";
        if (File.Exists(publicPath))
        {
            throw new UsageException($"{publicPath} exists; a key is never replaced: give another name");
        }

        using SigningKey key = NewFiles.Key(path);
        report.Add("key", path, $"secret key: {path} (keep it; whoever has it can publish in your name)");
        report.Add("publicKeyFile", publicPath, $"public key: {publicPath}");
        report.Add("publicKey", key.Public.ToString(), $"in acts:    {key.Public}");
        report.Add("owner", Report.Hex(key.Public.OwnerId), $"owner:      {Report.Hex(key.Public.OwnerId)}");
        return ExitCode.Accepted;
    }
}
