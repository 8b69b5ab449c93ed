namespace ZkHealth.Cli.Tests;

/// <summary>A table on a ledger, whose labels, name and requester come from somebody who wants a reader's browser to do
/// something, and proofs about it.</summary>
public sealed class ViewedTable : IDisposable
{
    /// <summary>A script, a picture and the end of every element that the page has; a mark of direction.</summary>
    public const string Hostile =
        "</title></style><script>document.title='taken'</script><img src=http://x.example/i onerror=alert(1)>\"'\u202e";

    /// <summary>A query whose columns have hostile names too.</summary>
    public const string Sql = "SELECT ill, count(*) AS \"<script>n\" FROM t GROUP BY ill ORDER BY 2";

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public ViewedTable()
    {
        string name = System.Text.Json.JsonSerializer.Serialize(Hostile);
        File.WriteAllText(
            At("s.json"),
            $$"""
            {"name": {{name}}, "columns": [{"name": "ill", "kind": "yes-no"}, {"name": "地区", "kind": "category", "values": [
              {"code": "a", "label": {{name}}}, {"code": "b", "label": "东部"}, {"code": "c", "label": "西部"}]}]}
            """
        );
        File.WriteAllLines(
            At("p.csv"),
            ["ill,地区", .. Enumerable.Range(0, 600).Select(i => $"{(i % 7 < 2 ? "yes" : "no")},{"abc"[i < 12 ? 0 : i % 3]}")]
        );
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("s.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("h.key"), "--data-set", "d");
        Prove("rate.zkp", "prevalence", "--numerator", "ill = yes", "--by", "地区");
        Prove("histogram.zkp", "histogram", "--column", "地区", "--among", "ill = yes", "--suppress", "60");
        Prove("row.zkp", "row", "--row", "1", "--columns", "地区");
        Run.Json([.. (string[])["prove", "sql", Sql, "--table", At("t.zkt")], .. Common("answer.zkp")]);
        byte[] damaged = File.ReadAllBytes(At("rate.zkp"));
        File.WriteAllBytes(At("damaged.zkp"), damaged[..^1]);
    }

    public string At(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, true);

    private void Prove(string file, string kind, params string[] own) =>
        Run.Json(["prove", kind, At("t.zkt"), .. own, .. Common(file)]);

    private string[] Common(string file) => ["--purpose", "p", "--requester", Hostile, "--ledger", At("l.db"), "--out", At(file)];
}
