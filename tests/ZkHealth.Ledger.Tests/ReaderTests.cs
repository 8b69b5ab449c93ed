using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>Those who may read a ledger: they hold up nobody, and what they may not do is no verdict.</summary>
public class ReaderTests
{
    /// <summary>Attack B2: a read transaction, such as that of an audit, held up all appends until it ended.</summary>
    [Fact]
    public void A_reader_holds_up_no_append()
    {
        using var t = new TemporaryLedger();
        t.Append(t.Alice, "a");
        using var reader = new SqliteConnection($"Data Source={t.Path};Mode=ReadOnly;Pooling=False");
        reader.Open();
        using SqliteTransaction reading = reader.BeginTransaction(deferred: true);
        Assert.Equal(1L, Count(reader, reading));
        Assert.Equal(AppendStatus.Appended, t.Append(t.Alice, "b").Status); // with a rollback journal it waits for the reader
        Assert.Equal(1L, Count(reader, reading));
        Assert.True(LedgerAudit.Run(t.Path).IsAccepted);
    }

    [Fact]
    public void The_write_ahead_log_is_emptied_at_each_close()
    {
        using var t = new TemporaryLedger();
        using (SqliteLedger second = SqliteLedger.Open(t.Path, t.LogKey))
        {
            second.Append(TemporaryLedger.Sign(t.Alice, 0, TemporaryLedger.Body("a")).Encode());
            Assert.True(new FileInfo(t.Path + "-wal").Length > 0);
        }

        Assert.Equal(0, new FileInfo(t.Path + "-wal").Length); // though another has the file open
    }

    /// <summary>
    /// Attack B6: an auditor who may not write, beside a killed writer's journal, was told that an intact ledger is damaged. It
    /// reads what is whole, and says what to do where something beside the file is not.
    /// </summary>
    [SkippableFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void An_auditor_who_may_not_write_gets_no_verdict_of_damage()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the permissions of Linux");
        using var t = new TemporaryLedger();
        t.Append(t.Alice, "a");
        string folder = Directory.CreateDirectory(Path.Combine(t.Folder, "read")).FullName;
        string closed = Path.Combine(folder, "closed"),
            killed = Path.Combine(folder, "killed");
        t.Ledger.Export(closed);
        File.Copy(t.Path, killed);
        File.Copy(t.Path + "-wal", killed + "-wal");
        Assert.True(new FileInfo(killed + "-wal").Length > 0);
        foreach (string file in Directory.GetFiles(folder))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        const UnixFileMode Look =
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(t.Folder, Look | UnixFileMode.UserWrite);
        File.SetUnixFileMode(folder, Look);
        try
        {
            Assert.Equal("accepted: 1 entry", AuditAsReader(closed));
            string answer = AuditAsReader(killed);
            Assert.StartsWith("cannot read: ", answer, StringComparison.Ordinal);
            Assert.Contains($"entries are still in {killed}-wal", answer, StringComparison.Ordinal);
            Assert.Contains("zkhealth ledger export", answer, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, Look | UnixFileMode.UserWrite);
        }
    }

    /// <summary>A FIFO in place of a file hung for ever.</summary>
    [SkippableFact]
    public void A_pipe_in_place_of_a_ledger_is_an_error()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs mkfifo");
        using var t = new TemporaryLedger();
        string pipe = Path.Combine(t.Folder, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        Assert.Contains(
            "a pipe or device",
            Assert.Throws<IOException>(() => SqliteLedger.Open(pipe)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a pipe or device",
            Assert.Throws<IOException>(() => SqliteLedger.Open(pipe, t.LogKey)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("rejected: the file is empty, or a pipe or device", LedgerAudit.Run(pipe).ToString());
    }

    private static object? Count(SqliteConnection connection, SqliteTransaction transaction)
    {
        using SqliteCommand command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, "SELECT count(*) FROM leaf");
        return command.ExecuteScalar();
    }

    /// <summary>The answer to somebody who may read the file and nothing else; an administrator is made somebody else.</summary>
    private static string AuditAsReader(string path)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ZkHealth.Ledger.Appender.dll"), "audit", path];
        if (Environment.IsPrivilegedProcess)
        {
            Skip.IfNot(File.Exists("/usr/bin/setpriv"), "needs setpriv");
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        start.Environment["HOME"] = Path.GetTempPath();
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
