using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth reference check|export|rangeproof`: the JSON proof files by which implementations are compared.</summary>
internal static class ReferenceCommand
{
    public static Command Create() =>
        new("reference", "Exchange proofs with the reference implementation.") { Check(), Export(), RangeProofs() };

    private static Command Check()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Proof files of the reference (JSON).",
            Arity = ArgumentArity.OneOrMore,
        };
        return new Command(
            "check",
            "Verify proof files; prints ok, the reason of rejection, or unsupported (exit code 3) for a kind or field that this version does not know."
        )
        {
            files,
        }.Action(
            (parsed, report, _) =>
            {
                report.Verifies = true;
                int code = ExitCode.Accepted;
                var results = new JsonArray();
                foreach (string file in parsed.GetValue(files)!)
                {
                    byte[] content = Inputs.Bytes(file);
                    VerificationResult result = StateVectors.Is(content)
                        ? StateVectors.Check(content)
                        : ReferenceFile.Check(content);
                    bool supported = result.Verdict != VerificationVerdict.Unsupported;
                    code =
                        result.IsAccepted || code == ExitCode.Rejected ? code
                        : supported ? ExitCode.Rejected
                        : ExitCode.Unsupported;
                    results.Add(
                        (JsonNode)
                            new JsonObject
                            {
                                ["file"] = file,
                                ["accepted"] = supported ? result.IsAccepted : null,
                                ["unsupported"] = !supported,
                                ["reason"] = result.Reason,
                            }
                    );
                    report.Line($"{file}: {(result.IsAccepted ? "ok" : result)}");
                }

                report.Add("files", results);
                report.Json["reason"] = results.Select(r => (string?)r!["reason"]).FirstOrDefault(r => r is not null);
                return code;
            }
        );
    }

    private static Command Export()
    {
        var proof = new Argument<string>("PROOF")
        {
            Description = "A proof file (.zkp), or a file of kind state (JSON) to answer.",
        };
        var folder = new Argument<string>("DIR") { Description = "Where the JSON files go." };
        return new Command("export", "Write a proof file as the JSON files that the reference checks.") { proof, folder }.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(proof)!,
                    target = parsed.GetValue(folder)!;
                byte[] content = Inputs.Bytes(path);
                if (StateVectors.Is(content))
                {
                    return ExportState(path, target, content, report);
                }

                if (!ProofFile.TryDecode(content, out ProofFile? decoded, out string? reason))
                {
                    report.Add("reason", reason, $"{path}: rejected: {reason}");
                    return ExitCode.Rejected;
                }

                IReadOnlyDictionary<string, byte[]> exported = decoded.ExportReference();
                if (exported.Count == 0)
                {
                    throw new UsageException(
                        $"{path}: only proofs of statistics and answers to plans have a form that the reference checks"
                    );
                }

                Directory.CreateDirectory(target);
                string name = Path.GetFileNameWithoutExtension(path);
                var files = new JsonArray();
                foreach ((string kind, byte[] bytes) in exported)
                {
                    string file = Path.Combine(target, $"{name}-{kind}.json");
                    AtomicFile.Write(file, bytes);
                    files.Add((JsonNode)file);
                    report.Line(file);
                }

                report.Add("files", files);
                return ExitCode.Accepted;
            }
        );
    }

    /// <summary>Answers the questions of a file of kind state by this implementation.</summary>
    private static int ExportState(string path, string target, byte[] content, Report report)
    {
        byte[] answer;
        try
        {
            answer = StateVectors.Answer(content);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }

        Directory.CreateDirectory(target);
        string file = Path.Combine(target, Path.GetFileNameWithoutExtension(path) + "-state.json");
        AtomicFile.Write(file, answer);
        report.Line(file);
        report.Add("files", new JsonArray(file));
        return ExitCode.Accepted;
    }

    private static Command RangeProofs()
    {
        var bits = new Option<int>("--bits") { Description = "8, 16, 32 or 64.", Required = true };
        var label = new Option<string>("--label") { Description = "The label of the transcript.", Required = true };
        var values = new Option<string>("--values")
        {
            Description = "1, 2, 4, 8, 16 or 32 numbers with commas between them.",
            Required = true,
        };
        var output = new Option<string?>("--out") { Description = "The file; printed if left out." };
        return new Command("rangeproof", "Make a range proof in the form of dalek's vectors. The file shows the values.")
        {
            bits,
            label,
            values,
            output,
        }.Action(
            (parsed, report, _) =>
            {
                ulong[] numbers =
                [
                    .. parsed
                        .GetValue(values)!
                        .Split(',')
                        .Select(v =>
                            ulong.TryParse(
                                v,
                                System.Globalization.NumberStyles.None,
                                System.Globalization.CultureInfo.InvariantCulture,
                                out ulong n
                            )
                                ? n
                                : throw new UsageException(
                                    $"--values: expected whole numbers below 2^64 with commas between them, got '{v}'"
                                )
                        ),
                ];
                byte[] file = UsageException.Of(() =>
                    RangeProofFile.Write(parsed.GetValue(label)!, numbers, parsed.GetValue(bits))
                );

                if (parsed.GetValue(output) is string path)
                {
                    AtomicFile.Write(path, file);
                    report.Add("file", path, path);
                }
                else
                {
                    foreach (string line in System.Text.Encoding.UTF8.GetString(file).Split('\n'))
                    {
                        report.Line(line);
                    }

                    foreach ((string name, JsonNode? node) in JsonNode.Parse(file)!.AsObject().ToArray())
                    {
                        report.Json[name] = node?.DeepClone();
                    }
                }

                return ExitCode.Accepted;
            }
        );
    }
}
