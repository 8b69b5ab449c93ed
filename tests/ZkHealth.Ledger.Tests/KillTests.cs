using System.Diagnostics;
using System.Globalization;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>A real process that appends and is killed.</summary>
[Trait("Category", "EndToEnd")]
public class KillTests
{
    [Fact]
    public void Killing_a_process_loses_no_acknowledged_entry_and_leaves_a_valid_log()
    {
        using var t = new TemporaryLedger();
        var random = new Random(11);
        long acknowledged = 0;
        for (int round = 0; round < 25; round++)
        {
            acknowledged = Math.Max(acknowledged, RunAndKill(t, random.Next(1, 40)));
            AuditResult audit = LedgerAudit.Run(t.Path, t.Ledger.Key);
            Assert.True(audit.IsAccepted, audit.ToString());
            Assert.True(audit.Size >= acknowledged, $"{audit.Size} entries, {acknowledged} acknowledged");
            Assert.Equal(audit.Size, t.Ledger.NextSequence(t.Alice.Public));
        }

        Assert.True(acknowledged > 25, $"only {acknowledged} entries");
    }

    /// <summary>A disk that is full: nothing is acknowledged, and what was there stays valid. The size limit of the shell stands
    /// for it.</summary>
    [SkippableFact]
    public void A_full_disk_leaves_a_valid_log()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the shell's limit on file sizes");
        using var t = new TemporaryLedger();
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("trap '' XFSZ; ulimit -f 200; exec dotnet \"$@\"");
        start.ArgumentList.Add("bash");
        Arguments(t).ForEach(start.ArgumentList.Add);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its double mapping is a file that the limit would hit
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("the ledger's database cannot be used", errors.Result, StringComparison.Ordinal);
        AuditResult audit = LedgerAudit.Run(t.Path, t.Ledger.Key);
        Assert.True(audit.IsAccepted, audit.ToString());
        Assert.True(lines > 0 && audit.Size >= lines, $"{audit.Size} entries, {lines} acknowledged");
    }

    /// <summary>Runs the appender, kills it after so many acknowledgements: a count, not a time, so that a busy machine changes
    /// nothing. Returns one more than the last index acknowledged.</summary>
    private static long RunAndKill(TemporaryLedger t, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        Arguments(t).ForEach(start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string? last = null;
        for (int i = 0; i < lines && process.StandardOutput.ReadLine() is string first; i++)
        {
            last = first;
        }

        process.Kill(); // SIGKILL
        while (process.StandardOutput.ReadLine() is string line)
        {
            last = line.Contains(' ', StringComparison.Ordinal) ? line : last;
        }

        process.WaitForExit();
        return last is null ? 0 : 1 + long.Parse(last.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static List<string> Arguments(TemporaryLedger t) =>
        [Path.Combine(AppContext.BaseDirectory, "ZkHealth.Ledger.Appender.dll"), t.Path, Hex(t.LogKey), Hex(t.Alice)];

    private static string Hex(SigningKey key)
    {
        var seed = new byte[SigningKey.Size];
        key.CopyTo(seed);
        return Convert.ToHexString(seed);
    }
}
