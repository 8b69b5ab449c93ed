using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth reference check|export`: the JSON proof files by which implementations are compared.</summary>
internal static class ReferenceCommand
{
    public static Command Create() => new("reference", "Exchange proofs with the reference implementation.") { Check(), Export() };

    private static Command Check()
    {
        var files = new Argument<string[]>("FILE") { Description = "Proof files of the reference (JSON).", Arity = ArgumentArity.OneOrMore };
        return new Command("check", "Verify proof files; prints ok or the reason of rejection.") { files }.Action((parsed, report, _) =>
        {
            int code = ExitCode.Accepted;
            var results = new JsonArray();
            foreach (string file in parsed.GetValue(files)!)
            {
                VerificationResult result = ReferenceFile.Check(Inputs.Bytes(file));
                code = result.IsAccepted ? code : ExitCode.Rejected;
                results.Add((JsonNode)new JsonObject { ["file"] = file, ["accepted"] = result.IsAccepted, ["reason"] = result.Reason });
                report.Line($"{file}: {(result.IsAccepted ? "ok" : "rejected: " + result.Reason)}");
            }

            report.Add("files", results);
            return code;
        });
    }

    private static Command Export()
    {
        var proof = new Argument<string>("PROOF") { Description = "A proof file (.zkp)." };
        var folder = new Argument<string>("DIR") { Description = "Where the JSON files go." };
        return new Command("export", "Write a proof file as the JSON files that the reference checks.") { proof, folder }.Action((parsed, report, _) =>
        {
            string path = parsed.GetValue(proof)!, target = parsed.GetValue(folder)!;
            if (!PrevalenceProof.TryDecode(Inputs.Bytes(path), out PrevalenceProof? decoded, out string? reason))
            {
                report.Add("error", reason, $"{path}: rejected: {reason}");
                return ExitCode.Rejected;
            }

            Directory.CreateDirectory(target);
            string name = Path.GetFileNameWithoutExtension(path);
            (byte[] cubes, byte[] statistics) = decoded.ExportReference();
            var files = new JsonArray();
            foreach ((string kind, byte[] bytes) in (ReadOnlySpan<(string, byte[])>)[("cubes", cubes), ("statistics", statistics)])
            {
                string file = Path.Combine(target, $"{name}-{kind}.json");
                AtomicFile.Write(file, bytes);
                files.Add((JsonNode)file);
                report.Line(file);
            }

            report.Add("files", files);
            return ExitCode.Accepted;
        });
    }
}
