using System.CommandLine;
using System.Text.Json;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth reference check FILE…`: the proof files by which implementations are compared.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Proof files of the reference (JSON).", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a file." };
        var check = new Command("check", "Verify proof files; prints ok or the reason of rejection.") { files, json };
        check.SetAction(parsed => Check(parsed.GetValue(files)!, parsed.GetValue(json), Console.Out, Console.Error));
        return new Command("reference", "Exchange proofs with the reference implementation.") { check };
    }

    internal static int Check(FileInfo[] files, bool json, TextWriter output, TextWriter errors)
    {
        int code = ExitCode.Accepted;
        foreach (FileInfo file in files)
        {
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(file.FullName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine($"{file}: {e.Message}");
                return ExitCode.Usage;
            }

            VerificationResult result = ReferenceFile.Check(bytes);
            code = result.IsAccepted ? code : ExitCode.Rejected;
            output.WriteLine(json ? ToJson(file.ToString(), result) : $"{file}: {(result.IsAccepted ? "ok" : "rejected: " + result.Reason)}");
        }

        return code;
    }

    private static string ToJson(string file, VerificationResult result)
    {
        using var stream = new MemoryStream();
        using (var w = new Utf8JsonWriter(stream))
        {
            w.WriteStartObject();
            w.WriteString("file", file);
            w.WriteBoolean("accepted", result.IsAccepted);
            w.WriteString("reason", result.Reason);
            w.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
