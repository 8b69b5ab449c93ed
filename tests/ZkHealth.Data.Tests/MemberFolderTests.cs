using System.Diagnostics;
using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>What a member keeps survives everything, is said once, and is for its owner alone.</summary>
public sealed class MemberFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("zkhealth").FullName;

    private string Folder => Path.Combine(_root, "member");

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void A_record_is_stored_once_and_replaced_whole()
    {
        var state = new MemberFolder(Folder);
        Assert.Null(state.Read("a"));
        Assert.Equal([1, 2], state.StoreOnce("a", [1, 2]));
        Assert.Equal([1, 2], state.StoreOnce("a", [3]));
        Assert.Equal([1, 2], new MemberFolder(Folder).StoreOnce("a", [4]));
        state.Replace("a", []);
        Assert.Equal([], state.Read("a")!);
        Assert.Equal([], state.StoreOnce("a", [5]));
        state.Replace("b-2", [6]);
        Assert.Equal([6], new MemberFolder(Folder).Read("b-2")!);
        foreach (string name in (string[])["", "A", "a/b", "..", "a.b", "ä", new string('a', 129)])
        {
            Assert.Throws<ArgumentException>(() => state.StoreOnce(name, []));
            Assert.Throws<ArgumentException>(() => state.Read(name));
        }

        Assert.Equal("ab", Encoding.ASCII.GetString(state.StoreOnce(new string('a', 128), "ab"u8)));
    }

    [Fact]
    public void Only_the_owner_may_read_it()
    {
        var state = new MemberFolder(Folder);
        state.StoreOnce("a", [1]);
        state.Replace("a", [2]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
            foreach (string file in Directory.EnumerateFiles(Folder))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public void What_is_replaced_is_overwritten()
    {
        var state = new MemberFolder(Folder);
        byte[] secret = Encoding.ASCII.GetBytes("a secret key of a session, to be erased");
        state.StoreOnce("key", secret);
        string path = Path.Combine(Folder, "key.record");

        // a second name keeps the blocks in sight after the first one is gone
        string second = Path.Combine(_root, "second");
        using (var link = Process.Start("ln", [path, second]))
        {
            link.WaitForExit();
        }

        Assert.Contains("a secret key", File.ReadAllText(second), StringComparison.Ordinal);
        state.Replace("key", []);
        Assert.All(File.ReadAllBytes(second), b => Assert.Equal(0, b));
        Assert.Equal([], state.Read("key")!);
    }

    [Fact]
    public void A_damaged_or_renamed_record_is_an_error_and_not_taken_for_none()
    {
        var state = new MemberFolder(Folder);
        state.StoreOnce("signed", [1, 2, 3]);
        string path = Path.Combine(Folder, "signed.record");
        byte[] good = File.ReadAllBytes(path);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] changed = [.. good];
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.Throws<IOException>(() => state.Read("signed"));
            Assert.Throws<IOException>(() => state.StoreOnce("signed", [1, 2, 3]));
            Assert.Equal(changed, File.ReadAllBytes(path));
        }

        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(path, good[..length]);
            Assert.Throws<IOException>(() => state.StoreOnce("signed", [9]));
        }

        File.WriteAllBytes(path, good);
        File.Copy(path, Path.Combine(Folder, "other.record"));
        Assert.Throws<IOException>(() => state.Read("other"));
        Assert.Equal([1, 2, 3], state.Read("signed")!);
    }

    /// <summary>The states between the steps of a write, made by hand: draft empty, in part, whole; linked and its draft still
    /// there.</summary>
    [Fact]
    public void Killed_between_any_two_steps_a_record_is_there_or_not_and_never_half()
    {
        var state = new MemberFolder(Folder);
        state.StoreOnce("signed", [1, 2, 3]);
        byte[] record = File.ReadAllBytes(Path.Combine(Folder, "signed.record"));
        for (int written = 0; written <= record.Length; written++)
        {
            string folder = Path.Combine(_root, $"k{written}");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, ".signed.record.0123.tmp"), record[..written]);
            var again = new MemberFolder(folder);
            Assert.Null(again.Read("signed"));
            Assert.Equal([7], again.StoreOnce("signed", [7]));
            Assert.Equal([".lock", "signed.record"], Names(folder));
        }

        string linked = Path.Combine(_root, "linked");
        Directory.CreateDirectory(linked);
        File.WriteAllBytes(Path.Combine(linked, "signed.record"), record);
        File.WriteAllBytes(Path.Combine(linked, ".signed.record.0123.tmp"), record);
        Assert.Equal([1, 2, 3], new MemberFolder(linked).StoreOnce("signed", [7]));
        Assert.Equal([".lock", "signed.record"], Names(linked));
    }

    [Fact]
    public void Many_at_once_agree_on_one_value()
    {
        for (int round = 0; round < 5; round++)
        {
            string name = $"r{round}";
            byte[][] answers =
            [
                .. Enumerable
                    .Range(0, 8)
                    .AsParallel()
                    .WithDegreeOfParallelism(8)
                    .Select(j => new MemberFolder(Folder).StoreOnce(name, [(byte)j])),
            ];
            Assert.Single(answers.Select(a => a[0]).Distinct());
        }
    }

    [Fact]
    [Trait("Category", "EndToEnd")]
    public void A_killed_process_never_says_two_things()
    {
        var random = new Random(5);
        var said = new Dictionary<string, string>();
        for (int round = 0; round < 12; round++)
        {
            foreach ((string name, string value) in RunAndKill(random.Next(1, 40)))
            {
                // a record that was said before is said again; the counter alone may be replaced
                Assert.True(name == "counter" || !said.TryGetValue(name, out string? before) || before == value, name);
                said[name] = value;
            }

            var state = new MemberFolder(Folder);
            foreach ((string name, string value) in said.Where(s => s.Key != "counter"))
            {
                Assert.Equal(value, Convert.ToHexString(state.StoreOnce(name, [1])));
            }
        }

        Assert.True(said.Count > 12, $"only {said.Count} records");
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void A_full_disk_stores_nothing_and_says_so()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the shell's limit on file sizes");
        ProcessStartInfo start = Keeper("bash", "-c", "trap '' XFSZ; ulimit -f 4; exec dotnet \"$@\"", "bash");
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its double mapping is a file that the limit would hit
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        (string Name, string Value)[] said = [.. Lines(process)];
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("signed-", errors.Result, StringComparison.Ordinal);
        string[] stored = [.. said.Where(s => s.Name != "counter").Select(s => s.Name)];
        Assert.NotEmpty(stored);
        var state = new MemberFolder(Folder);
        Assert.All(said.Where(s => s.Name != "counter"), s => Assert.Equal(s.Value, Convert.ToHexString(state.Read(s.Name)!)));
        Assert.Equal([7], state.StoreOnce($"signed-{stored.Length}", [7])); // the one that did not fit was not stored
    }

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private ProcessStartInfo Keeper(string program, params string[] before)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            string argument in (string[])[.. before, Path.Combine(AppContext.BaseDirectory, "ZkHealth.Data.Keeper.dll"), Folder]
        )
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Kills the process after it has said so many things: a count, not a time, so that a busy machine changes
    /// nothing.</summary>
    private List<(string Name, string Value)> RunAndKill(int lines)
    {
        using Process process = Process.Start(Keeper("dotnet"))!;
        var first = new List<(string, string)>();
        while (first.Count < lines && process.StandardOutput.ReadLine()?.Split(' ') is [string name, string value])
        {
            first.Add((name, value));
        }

        process.Kill(); // SIGKILL
        List<(string, string)> said = [.. first, .. Lines(process)];
        process.WaitForExit();
        return said;
    }

    /// <summary>What was said whole: the last line may be cut.</summary>
    private static IEnumerable<(string Name, string Value)> Lines(Process process)
    {
        string text = process.StandardOutput.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' '))
            .Select(p => (p[0], p[1]));
    }
}
