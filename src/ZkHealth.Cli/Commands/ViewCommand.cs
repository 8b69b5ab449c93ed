using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth view`: proof files verified, and one page that shows what came of it.</summary>
internal static class ViewCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("PROOF") { Description = "Proof files (.zkp).", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out") { Description = "The page (.html).", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace the page." };
        var chinese = new Option<bool>("--chinese") { Description = "Show the page in Chinese first; the reader can switch." };
        var options = new VerifyOptions();
        var view = new Command("view", "Verify proof files, and show them on one HTML page: verdicts, numbers, charts.")
        {
            files,
            output,
            force,
            chinese,
        };
        foreach (Option option in options.ForPages)
        {
            view.Add(option);
        }

        return view.Action(
            (parsed, report, token) =>
            {
                string page = parsed.GetValue(output)!;
                if (!parsed.GetValue(force) && File.Exists(page))
                {
                    throw new UsageException($"{page} exists; --out gives another name, --force replaces it");
                }

                var shown = new List<ViewedFile>();
                foreach (string path in parsed.GetValue(files)!)
                {
                    token.ThrowIfCancellationRequested();
                    var one = new Report();
                    shown.Add(new ViewedFile(SourceFile.Name(path), one, options.Verify(parsed, path, one, token)));
                }

                return Write(page, new ProofPage { Files = shown, IsChineseFirst = parsed.GetValue(chinese) }, report);
            }
        );
    }

    /// <summary>Writes a page and reports it.</summary>
    /// <returns>The exit code of the file that came off worst.</returns>
    private static int Write(string path, ProofPage page, Report report)
    {
        report.Verifies = true;
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(page.ToHtml()));
        var json = new JsonArray();
        foreach (ViewedFile file in page.Files)
        {
            json.Add((JsonNode)Report.WithVerdict(file.Json.DeepClone().AsObject(), file.Code, true));
            report.Line(file.Report.Lines[0]);
        }

        report.Add("page", path, $"page: {path}");
        report.Add("files", json);
        ViewedFile worst = page.Files.MaxBy(f => f.Severity)!;
        report.Json["reason"] = worst.Code == ExitCode.Accepted ? null : $"{worst.Name}: {(string?)worst.Json["reason"]}";
        return worst.Code;
    }
}
