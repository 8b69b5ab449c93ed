using System.Globalization;
using Xunit;
using ZkHealth.Data;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Files released before count for the guard: they are kept beside the owner's key, and the ledger says whether one is
/// missing.</summary>
public sealed class EarlierReleaseTests : TemporaryFolder
{
    private const string Schema = """
        { "name": "visits", "columns": [
          { "name": "woman", "kind": "yes-no" }, { "name": "rare", "kind": "yes-no" } ] }
        """;

    public EarlierReleaseTests()
    {
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        File.WriteAllText(At("schema.json"), Schema);
        Commit("july", 600);
    }

    /// <summary>Half are women, three of whom have the rare disease, where nothing else is asked for.</summary>
    private void Commit(string name, int rows, Func<int, bool>? rare = null)
    {
        IEnumerable<string> lines = Enumerable
            .Range(0, rows)
            .Select(i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(i % 2 == 0 ? "yes" : "no")},{((rare?.Invoke(i) ?? i is 50 or 52 or 54) ? "yes" : "no")}"
                )
            );
        File.WriteAllLines(At(name + ".csv"), ["woman,rare", .. lines]);
        Run.Json("commit", At(name + ".csv"), "--schema", At("schema.json"), "--key", At("key"), "--out", At(name + ".zkt"));
        Run.Json("publish", At(name + ".zkt"), "--ledger", At("ledger.db"), "--key", At("key"), "--data-set", "visits");
    }

    private string[] Count(string table, string where, string target) =>
        [
            "prove",
            "count",
            At(table + ".zkt"),
            "--where",
            where,
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("ledger.db"),
            "--out",
            At(target),
        ];

    private void Release(string file) => Run.Json("ledger", "release", At(file), "--ledger", At("ledger.db"), "--key", At("key"));

    /// <summary>Another's key was told that its folder of releases is missing, after the work.</summary>
    [Fact]
    public void Another_key_than_the_owners_is_refused()
    {
        Run.Json("keygen", "--out", At("other"));
        Run.Usage("other is not the key of the owner that ", [.. Count("july", "woman = yes", "w.zkp"), "--key", At("other")]);
        Run.Usage(
            "key.pub is a public key; expected the secret one, ",
            ["publish", At("july.zkt"), "--ledger", At("ledger.db"), "--key", At("key.pub")]
        );
        Run.Json([.. Count("july", "woman = yes", "w.zkp"), "--key", At("key.pub")]);
    }

    /// <summary>297 women without the disease show 3 with it once all 300 women were released, over another cube and in another
    /// file.</summary>
    [Fact]
    public void A_difference_of_two_files_is_refused()
    {
        string[] healthy = Count("july", "woman = yes and rare = no", "healthy.zkp");
        Run.Json(Count("july", "woman = yes", "women.zkp"));
        Release("women.zkp");
        string kept = Assert.Single(Directory.GetFiles(At("key.releases")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(At("key.releases"))
            );
        }

        (int code, string output) = Run.Command(healthy);
        Assert.Equal(1, code);
        Assert.Contains("released before", output, StringComparison.Ordinal);
        Assert.Contains("--min-count", output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("healthy.zkp")));
        Assert.Equal(1, (int)Run.Json(Count("july", "woman = yes", "again.zkp"))["earlierReleases"]!);

        // a copy elsewhere is found by the key's name; one that is lost is named, and so is a damaged one
        Directory.CreateDirectory(At("safe"));
        Directory.Move(At("key.releases"), At("safe/key.releases"));
        Run.Usage("entry 1 (SHA-256", healthy);
        Assert.Equal(1, Run.Command([.. healthy, "--key", At("safe/key")]).Code);
        (code, output) = Run.Command([.. healthy, "--without-earlier"]);
        Assert.Equal(0, code);
        Assert.Contains("warning: the ledger records releases of this table", output, StringComparison.Ordinal);
        Release("women.zkp");
        File.Delete(At("healthy.zkp"));
        Assert.Equal(1, Run.Command(healthy).Code);
        File.WriteAllBytes(kept, [1, 2, 3]);
        Run.Usage("damaged", healthy);
    }

    /// <summary>Two files that were proven one after the other, and released then, showed 3 women with the disease: at the proof
    /// of the second nothing was released yet, and the release of a file looked at nothing.</summary>
    [Fact]
    public void Files_proven_before_either_is_released_are_held_against_each_other()
    {
        string[] healthy = Count("july", "woman = yes and rare = no", "healthy.zkp"),
            again = Count("july", "woman = yes", "again.zkp");
        Run.Json(Count("july", "woman = yes", "women.zkp"));
        Run.Json(healthy);
        Run.Json(again);
        Release("women.zkp");
        string[] release = ["ledger", "release", At("healthy.zkp"), "--ledger", At("ledger.db"), "--key", At("key")];
        Run.Usage("what was released since it was proven", release);
        Run.Usage("what was released since it was proven", [.. release[..2], At("again.zkp"), .. release[3..]]);
        Assert.Equal(1, Run.Command([.. healthy, "--force"]).Code);

        // proven again, it is held against the first; what was recorded is kept again without a question
        Run.Json([.. again, "--force"]);
        Release("again.zkp");
        Release("women.zkp");
        Run.Json([.. release, "--without-earlier"]);
    }

    /// <summary>A note said of a file that was proven without the guard that it had been held against all releases (finding 6 of
    /// the reviewer of notes).</summary>
    [Fact]
    public void A_file_proven_without_the_guard_has_been_held_against_nothing()
    {
        Run.Json(Count("july", "woman = yes", "women.zkp"));
        Release("women.zkp");
        Run.Json([.. Count("july", "woman = yes and rare = no", "healthy.zkp"), "--min-count", "1"]);
        string[] release = ["ledger", "release", At("healthy.zkp"), "--ledger", At("ledger.db"), "--key", At("key")];
        Run.Usage("what was released since it was proven", release);
        Run.Json([.. release, "--without-earlier"]);
    }

    /// <summary>A stranger's file in the folder, and a folder that cannot be written, ended `prove` with an error after the proof
    /// was there (finding 8).</summary>
    [Fact]
    public void A_note_that_cannot_be_made_leaves_the_proof_good()
    {
        Directory.CreateDirectory(At("key.releases"));
        File.WriteAllText(At("key.releases/rate-2026.zkp"), "a copy");
        Run.Json(Count("july", "woman = yes", "women.zkp"));
        if (OperatingSystem.IsLinux())
        {
            // nobody makes files there, not even root
            Directory.Delete(At("key.releases"), true);
            Directory.CreateSymbolicLink(At("key.releases"), "/proc/self/ns");
            (int code, string output) = Run.Command(Count("july", "woman = no", "men.zkp"));
            Assert.Equal(0, code);
            Assert.Contains("`ledger release` will ask for --without-earlier", output, StringComparison.Ordinal);
            Assert.True(File.Exists(At("men.zkp")));
            Directory.Delete(At("key.releases"));
        }
    }

    /// <summary>Appending patients makes another version of the data set: the difference of both is not looked at, and said to be
    /// so.</summary>
    [Fact]
    public void Another_version_of_the_data_set_is_named()
    {
        Run.Json(Count("july", "woman = yes", "women.zkp"));
        Release("women.zkp");
        Commit("august", 604);
        (int code, string output) = Run.Command(Count("august", "woman = yes", "august.zkp"));
        Assert.Equal(0, code);
        Assert.Contains(
            "warning: other versions of the data set 'visits' were released (entries 1)",
            output,
            StringComparison.Ordinal
        );
    }

    /// <summary>Case 22: 40 rows of 8 patients are not released where the owner's file says whose they are.</summary>
    [Fact]
    public void Few_people_in_many_rows_are_refused()
    {
        Commit("case", 600, i => i < 40);
        Assert.True(
            TableOpeningFile.TryDecodeSecret(File.ReadAllBytes(At("case.zkt")), out TableOpeningFile? rows, out string? reason),
            reason
        );
        using (rows)
        {
            uint[][] codes = [.. Enumerable.Range(1, 2).Select(j => rows.Coded.Codes(j).ToArray())];
            uint[] persons = [.. Enumerable.Range(0, 600).Select(i => (uint)(i < 40 ? i % 8 : i) + 1)];
            using var people = TableOpeningFile.Commit(
                new CodedTable(rows.Coded.Schema, codes),
                rows.Committed.Commitment.Owner.Span,
                persons
            );
            File.WriteAllBytes(At("people.zkt"), people.EncodeSecret());
        }

        Run.Json("publish", At("people.zkt"), "--ledger", At("ledger.db"), "--key", At("key"), "--data-set", "people");
        (int code, string output) = Run.Command(Count("people", "rare = yes", "few.zkp"));
        Assert.Equal(1, code);
        Assert.Contains("a count of 1 to 9 people", output, StringComparison.Ordinal);
        Assert.Equal(0, Run.Command([.. Count("people", "rare = yes", "few.zkp"), "--min-count", "8"]).Code);
        Assert.Equal(0, Run.Command(Count("case", "rare = yes", "rows.zkp")).Code);
    }
}
