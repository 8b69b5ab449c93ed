using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

public sealed class OwnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static CodedTable MakeTable(int rows = 300)
    {
        var schema = new TableSchema(
            "t",
            [CategoryColumn.YesNo("a"), new NumberColumn("b", 0, 999), new NumberColumn("c", 0, 99_999)]
        );
        var random = new Random(3);
        return new CodedTable(
            schema,
            [
                .. schema
                    .Columns.Skip(1)
                    .Select(c => Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray()),
            ]
        );
    }

    [Fact]
    public void What_is_kept_gives_the_same_table()
    {
        using TableOpeningFile owned = TableOpeningFile.Commit(MakeTable(), new byte[32]);
        byte[] file = owned.EncodeSecret();
        Assert.True(TableOpeningFile.TryDecodeSecret(file, out TableOpeningFile? again, out string? reason), reason);
        Assert.Equal(file, again!.EncodeSecret());
        Assert.Equal(owned.Committed.Commitment.Root.ToArray(), again.Committed.Commitment.Root.ToArray());
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(again.Committed, TableAxes.Create([1, 2], [3, 1001]));
        Assert.True(ContingencyTableProof.Verify(owned.Committed.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
        Assert.DoesNotContain("secret", owned.ToString(), StringComparison.Ordinal);
        again.Dispose();
        Assert.All(again.Coded.Codes(1).ToArray(), c => Assert.Equal(0u, c));
    }

    /// <summary>Case 22: which rows are of one person is kept with the table, for the guard, and cleared as the codes
    /// are.</summary>
    [Fact]
    public void Persons_are_kept_and_never_committed()
    {
        uint[] persons = [.. Enumerable.Range(0, 300).Select(i => (uint)i / 5)];
        using TableOpeningFile owned = TableOpeningFile.Commit(MakeTable(), new byte[32], persons);
        byte[] file = owned.EncodeSecret();
        Assert.True(TableOpeningFile.TryDecodeSecret(file, out TableOpeningFile? again, out string? reason), reason);
        Assert.Equal(persons, again.Persons.ToArray());
        Assert.Equal(file, again.EncodeSecret());
        again.Dispose();
        Assert.All(again.Persons.ToArray(), p => Assert.Equal(0u, p));
        Assert.Contains(
            "300 rows",
            Assert.Throws<ArgumentException>(() => TableOpeningFile.Commit(MakeTable(), new byte[32], persons.AsSpan(1))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        using TableOpeningFile owned = TableOpeningFile.Commit(MakeTable(20), new byte[32]);
        byte[] file = owned.EncodeSecret();
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 0x10;
            Assert.False(TableOpeningFile.TryDecodeSecret(changed, out _, out string? reason));
            Assert.Contains("checksum", reason, StringComparison.Ordinal);
        }

        Assert.False(TableOpeningFile.TryDecodeSecret(file[1..], out _, out _));
        Assert.False(TableOpeningFile.TryDecodeSecret(file[..^1], out _, out _));
    }

    [Property(MaxTest = 300)]
    public void Hostile_content_under_a_good_checksum_is_refused(byte[] bytes)
    {
        bytes ??= [];
        Assert.False(
            TableOpeningFile.TryDecodeSecret(
                (byte[])[.. bytes, .. System.Security.Cryptography.SHA256.HashData(bytes)],
                out _,
                out string? reason
            )
        );
        Assert.NotNull(reason);
    }

    [Fact]
    public void Changed_content_under_a_good_checksum_is_refused_or_another_table()
    {
        using TableOpeningFile owned = TableOpeningFile.Commit(MakeTable(20), new byte[32]);
        byte[] content = owned.EncodeSecret()[..^32];
        for (int at = 0; at < content.Length; at++)
        {
            byte[] changed = [.. content];
            changed[at] ^= 1;
            if (
                TableOpeningFile.TryDecodeSecret(
                    (byte[])[.. changed, .. System.Security.Cryptography.SHA256.HashData(changed)],
                    out TableOpeningFile? other,
                    out _
                )
            )
            {
                Assert.NotEqual(owned.EncodeSecret(), other.EncodeSecret());
            }
        }
    }

    [Fact]
    public void Files_are_whole_private_and_not_replaced_unasked()
    {
        string path = Path.Combine(_folder, "a.zkt");
        AtomicFile.Write(path, "one"u8.ToArray(), ownerOnly: true, overwrite: false);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Throws<IOException>(() => AtomicFile.Write(path, "two"u8.ToArray(), overwrite: false));
        Assert.Equal("one", File.ReadAllText(path));
        AtomicFile.Write(path, "three"u8.ToArray());
        Assert.Equal("three", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Directory.CreateDirectory(Path.Combine(_folder, "taken"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Path.Combine(_folder, "taken"), "x"u8.ToArray()));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(_folder, "no", "such"), "x"u8.ToArray()));
    }

    /// <summary>A file takes the place of files alone. Names of devices, pipes and sockets are refused before anything is opened:
    /// a pipe would wait for its other end.</summary>
    [SkippableFact]
    public void Devices_pipes_and_sockets_are_not_replaced()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs mkfifo");
        string pipe = Path.Combine(_folder, "pipe"),
            link = Path.Combine(_folder, "link"),
            socket = Path.Combine(_folder, "socket"),
            empty = Path.Combine(_folder, "empty");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        File.CreateSymbolicLink(link, "/dev/null");
        using var end = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        end.Bind(new UnixDomainSocketEndPoint(socket));
        Assert.All(
            [pipe, link, socket, "/dev/null"],
            path =>
                Assert.Contains("which no file", Assert.Throws<IOException>(() => AtomicFile.RequireReplaceable(path)).Message)
        );
        File.WriteAllBytes(empty, []);
        File.Delete(link);
        File.CreateSymbolicLink(link, empty);
        Assert.All([empty, link, _folder, Path.Combine(_folder, "none")], AtomicFile.RequireReplaceable);
    }

    /// <summary>Finding 14: to tell a file without bytes from a device it was cut to no bytes, and those that another process had
    /// written since were lost.</summary>
    [Fact]
    public async Task What_others_write_meanwhile_is_kept()
    {
        string path = Path.Combine(_folder, "shared");
        bool done = false;
        Task asking = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                AtomicFile.RequireReplaceable(path);
            }
        });
        try
        {
            for (int i = 0; i < 3000; i++)
            {
                using FileStream file = File.Create(path);
                file.WriteByte(1);
                file.Flush();
                Assert.Equal(1, new FileInfo(path).Length);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            await asking;
        }
    }

    [Fact]
    public void A_cube_is_proven_once_and_a_damaged_one_again()
    {
        using TableOpeningFile owned = TableOpeningFile.Commit(MakeTable(), new byte[32]);
        TableAxes axes = TableAxes.Create([1], [3]);
        var store = ContingencyTableStore.Beside(Path.Combine(_folder, "a.zkt"));
        using ContingencyTableOpening first = store.FindOrProve(owned.Committed, axes, out bool reused);
        Assert.False(reused);
        using ContingencyTableOpening second = store.FindOrProve(owned.Committed, axes, out reused);
        Assert.True(reused);
        Assert.Equal(first.Points[0], second.Points[0]);

        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "a.zkt.cubes")));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);
        using ContingencyTableOpening third = store.FindOrProve(owned.Committed, axes, out reused);
        Assert.False(reused);
        using TableOpeningFile other = TableOpeningFile.Commit(MakeTable(), new byte[32]);
        Assert.Null(store.Find(other.Committed.Commitment, axes));
    }

    [Fact]
    public void Synthetic_patients_repeat_and_have_the_documented_rates()
    {
        var (a, b) = (new StringWriter(), new StringWriter());
        new SyntheticPatients(7).WriteCsv(a, 60_000);
        new SyntheticPatients(7).WriteCsv(b, 60_000);
        Assert.Equal(a.ToString(), b.ToString());
        var other = new StringWriter();
        new SyntheticPatients(8).WriteCsv(other, 100);
        Assert.False(a.ToString().StartsWith(other.ToString(), StringComparison.Ordinal));

        ImportSchema schema = ImportSchema.Parse(Encoding.UTF8.GetBytes(SyntheticPatients.SchemaJson));
        ImportResult result = CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(a.ToString())), "synth", schema);
        uint[][] codes = [.. Enumerable.Range(1, 7).Select(j => result.Table.Codes(j).ToArray())];
        double Rate(Func<int, bool> of, Func<int, bool> among)
        {
            int[] all = [.. Enumerable.Range(0, 60_000).Where(among)];
            return (double)all.Count(of) / all.Length;
        }

        Assert.Equal(0.15, Rate(i => codes[0][i] == 2, i => codes[0][i] != 0 && codes[1][i] is 13 or 14), 0.02);
        Assert.Equal(0.51, Rate(i => codes[2][i] == 1, _ => true), 0.01);
        Assert.Equal(0.30, Rate(i => codes[3][i] == 1, _ => true), 0.01);
        Assert.Equal(0.01, Rate(i => codes[0][i] == 0, _ => true), 0.003);
        Assert.Equal(0.40, Rate(i => codes[4][i] == 0, i => codes[0][i] == 1), 0.01);
        Assert.True(Rate(i => codes[4][i] >= 48 - 14, i => codes[0][i] == 2 && codes[4][i] != 0) > 0.7);
        Assert.Equal(0.05, Rate(i => codes[5][i] == 0, _ => true), 0.005);
        Assert.Equal(
            0.27,
            Rate(i => codes[6][i] == 2, i => codes[6][i] != 0 && codes[2][i] == 2 && codes[1][i] is >= 4 and <= 13),
            0.02
        );
    }

    [Fact]
    public void What_is_no_proof_file_is_named_with_its_reason()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0x81, 0x61, (byte)'x']);
            string message = Assert.Throws<FormatException>(() => ProofFiles.Open(path)).Message;
            Assert.Equal($"{path}: not a proof file: not of a format and version known here", message);
            Assert.Throws<FileNotFoundException>(() => ProofFiles.Open(path + ".none"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
