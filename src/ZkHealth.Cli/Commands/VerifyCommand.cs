using System.CommandLine;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth verify FILE` and `zkhealth inspect FILE`: what a stranger does with a proof file.</summary>
internal static class VerifyCommand
{
    public static IEnumerable<Command> Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A proof file (.zkp)." };
        var verify = new Command("verify", "Verify a proof file; the root must still be looked up on the ledger.") { file };
        verify.SetAction(parsed => Run(parsed.GetValue(file)!, true, Console.Out, Console.Error));
        var inspect = new Command("inspect", "Say what a proof file claims, without verifying it.") { file };
        inspect.SetAction(parsed => Run(parsed.GetValue(file)!, false, Console.Out, Console.Error));
        return [verify, inspect];
    }

    internal static int Run(FileInfo file, bool verify, TextWriter output, TextWriter errors)
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

        if (!PrevalenceProof.TryDecode(bytes, out PrevalenceProof? proof, out string? reason))
        {
            output.WriteLine($"{file}: rejected: {reason}");
            return ExitCode.Rejected;
        }

        VerificationResult result = verify ? proof.Verify() : VerificationResult.Accepted;
        output.WriteLine(verify ? $"{file}: {result}" : $"{file}: not verified");
        if (!result.IsAccepted)
        {
            return ExitCode.Rejected;
        }

        (double low, double high) = proof.Rates[0].Wilson95;
        output.WriteLine($"  {(verify ? "proven" : "claimed")}: {proof}");
        output.WriteLine($"  rate: {100 * proof.Rates[0].Value:F2} % (95 % interval {100 * low:F2} to {100 * high:F2} %)");
        output.WriteLine($"  made for: {proof.Context.Purpose}; asked by: {proof.Context.Requester}; ledger: {proof.Context.LedgerOrigin}");
        output.WriteLine($"  table root: {Convert.ToHexStringLower(proof.Table.Root.Span)} (look it up on the ledger)");
        output.WriteLine($"  owner: {Convert.ToHexStringLower(proof.Table.Owner.Span)}; rows, by the owner's word: {proof.Table.Rows}");
        return ExitCode.Accepted;
    }
}
