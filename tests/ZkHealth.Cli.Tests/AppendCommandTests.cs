using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth append`: a data set grows by the month; what is proven is about all months or is refused.</summary>
public sealed class AppendCommandTests : TemporaryFolder
{
    private readonly string[] _ledger;

    public AppendCommandTests()
    {
        _ledger = ["--ledger", At("ledger"), "--key", At("key")];
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/append");
    }

    private string Month(string name, int ill, int well)
    {
        string rows = string.Concat(Enumerable.Repeat("yes\n", ill)) + string.Concat(Enumerable.Repeat("no\n", well));
        File.WriteAllText(At(name + ".csv"), "ill\n" + rows);
        File.WriteAllText(At("schema.json"), """{ "name": "months", "columns": [ { "name": "ill", "kind": "yes-no" } ] }""");
        Run.Json("commit", At(name + ".csv"), "--schema", At("schema.json"), "--key", At("key"));
        return At(name + ".zkt");
    }

    private JsonObject Append(string table, params string[] more) =>
        Run.Json(["append", At("months.zks"), table, .. _ledger, .. more]);

    private JsonObject Prove(string output, params string[] tables) =>
        Run.Json([
            "prove",
            "prevalence",
            .. tables,
            "--numerator",
            "ill = yes",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("ledger"),
            "--key",
            At("key"),
            "--out",
            At(output),
            "--force",
        ]);

    private (int Code, JsonObject Json) Verify(string proof) => Run.JsonAndCode("verify", At(proof), "--ledger", At("ledger"));

    [Fact]
    public void Months_are_appended_replaced_and_proven_together()
    {
        string may = Month("may", 20, 30),
            june = Month("june", 10, 40),
            again = Month("again", 15, 35);
        Assert.Equal(1, (int)Append(may, "--data-set", "clinic")["segments"]!);
        Assert.Equal(2, (int)Append(june)["segments"]!);

        JsonObject proven = Prove("all.zkp", At("months.zks"));
        Assert.Equal((100, 2), ((int)proven["rows"]!, (int)proven["segments"]!));
        Run.Json(["ledger", "release", At("all.zkp"), .. _ledger]);
        (int code, JsonObject verified) = Verify("all.zkp");
        Assert.Equal(
            (0, 30, 100),
            (code, (int)verified["statistics"]![0]!["numerator"]!, (int)verified["statistics"]![0]!["denominator"]!)
        );
        Assert.Equal((1, 2), ((int)verified["entry"]!, (int)verified["release"]!));
        Assert.Equal(1, (int)Run.Json("ledger", "budget", At("ledger"))["budgets"]![0]!["exact"]!);

        // the guard knows what was released of the version
        Assert.Equal(1, (int)Prove("more.zkp", At("months.zks"))["earlierReleases"]!);

        // a month left out is no version
        Prove("one.zkp", june);
        (code, verified) = Verify("one.zkp");
        Assert.Equal((1, "notPublished"), (code, (string)verified["reasonCode"]!));

        // a month replaced: the version before is told to be old, and a mixture of both is none
        Append(again, "--replace", june);
        (code, verified) = Verify("all.zkp");
        Assert.Equal((0, 3), (code, (int)verified["newerEntry"]!));
        Prove("mixed.zkp", may, june, again);
        Assert.Equal(1, Verify("mixed.zkp").Code);
        Assert.Equal(100, (int)Prove("new.zkp", At("months.zks"))["rows"]!);
        Assert.Equal(0, Verify("new.zkp").Code);
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        string may = Month("may", 20, 30),
            june = Month("june", 10, 40);
        void Refused(string expected, params string[] arguments)
        {
            (int code, string output) = Run.Command(["append", .. arguments, .. _ledger]);
            Assert.True(code == 2 && output.Contains(expected, StringComparison.Ordinal), output);
        }

        Refused("a new list needs --data-set", At("months.zks"), may);
        Refused("whose name ends with .zks", At("months"), may);
        Append(may, "--data-set", "clinic");
        Refused("is a segment of", At("months.zks"), may);
        Refused("is no segment of", At("months.zks"), june, "--replace", At("july.zkt"));
        Refused("lists the segments of 'clinic'", At("months.zks"), june, "--data-set", "other");

        // a list that was appended to elsewhere
        string list = File.ReadAllText(At("months.zks"));
        Append(june);
        File.WriteAllText(At("months.zks"), list);
        Refused("entry 1 is newer", At("months.zks"), Month("july", 20, 30));
        foreach (string none in (string[])["[]", """{"dataSet":"d","segments":[null]}""", """{"dataSet":"d","segments":[1]}"""])
        {
            File.WriteAllText(At("months.zks"), none);
            Refused("expected a list of segments", At("months.zks"), june);
        }
    }

    /// <summary>A run that was stopped between the entry on the ledger and the list left a list that was refused as old for
    /// ever.</summary>
    [Fact]
    public void A_run_that_was_stopped_is_finished_by_the_next()
    {
        string may = Month("may", 20, 30),
            june = Month("june", 10, 40);

        // what such runs leave: the entries, and the list of before
        Append(may, "--data-set", "clinic");
        File.Delete(At("months.zks"));
        Assert.Equal((0, 1), Both(Append(may, "--data-set", "clinic")));
        string list = File.ReadAllText(At("months.zks"));
        Append(june);
        File.WriteAllText(At("months.zks"), list);
        Assert.Equal((1, 2), Both(Append(june)));
        Assert.Equal((2, 3), Both(Append(Month("july", 20, 30))));

        static (int, int) Both(JsonObject appended) => ((int)appended["entry"]!, (int)appended["segments"]!);
    }

    /// <summary>Each segment numbers its persons anew: who came in May and in June was counted as two people, so that a group
    /// of 2 passed a least count of 4.</summary>
    [Fact]
    public void Events_of_persons_are_appended_where_their_owner_says_that_they_are_cut_by_person()
    {
        string Stays(string name)
        {
            File.WriteAllText(At(name + ".csv"), "pid,ill\na,yes\nb,yes\nc,no\n");
            File.WriteAllText(
                At(name + ".schema.json"),
                """
                { "name": "stays", "columns": [
                  { "name": "ill", "kind": "yes-no" }, { "name": "who", "source": "pid", "kind": "person" } ] }
                """
            );
            Run.Json("commit", At(name + ".csv"), "--key", At("key"));
            return At(name + ".zkt");
        }

        string may = Stays("may"),
            june = Stays("june");
        Append(may, "--data-set", "stays");
        string[] append = ["append", At("months.zks"), june, .. _ledger],
            publish = ["publish", may, june, .. _ledger, "--data-set", "stays"];
        foreach (string[] command in (string[][])[append, publish])
        {
            Run.Usage("would be counted as two people", command);
        }

        JsonObject appended = Append(june, "--cut-by-person");
        Assert.Equal((1, 2), ((int)appended["entry"]!, (int)appended["segments"]!));
    }

    /// <summary>Noise and rows are of one table; a list of segments was called a damaged table.</summary>
    [Fact]
    public void What_is_about_one_table_says_so_of_segments()
    {
        Append(Month("may", 20, 30), "--data-set", "clinic");
        Append(Month("june", 10, 40));
        string list = At("months.zks");
        string[] context = ["--purpose", "p", "--requester", "r"];
        string[][] commands =
        [
            ["noise", "commit", list, "--where", "ill = yes", "--eps", "1", "--drawn-by", At("key.pub"), .. _ledger, .. context],
            ["prove", "row", list, "--row", "0", "--columns", "ill", "--ledger", At("ledger"), .. context],
        ];
        Assert.All(commands, command => Run.Usage("lists the segments of a data set, and this is about one table", command));
    }
}
