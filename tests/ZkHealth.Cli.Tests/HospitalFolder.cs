using System.Text.Json.Nodes;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>A test that begins as a hospital does: a key, a ledger, a table that is committed and published.</summary>
public abstract class HospitalFolder : TemporaryFolder
{
    protected string Key => At("hospital.key");

    protected string Ledger => At("ledger.db");

    protected string Table => At("table.zkt");

    /// <summary>The options of whoever writes to the ledger as the hospital.</summary>
    protected string[] Writer => ["--ledger", Ledger, "--key", Key];

    /// <summary>Makes the hospital's key and a ledger, whose public key it returns.</summary>
    protected string MakeLedger()
    {
        Run.Json("keygen", "--out", Key);
        return (string)Run.Json("ledger", "init", Ledger, "--origin", "ledger.test/health")["key"]!;
    }

    /// <summary>Commits to a file as the hospital's table.</summary>
    protected JsonObject Commit(string csv, string schema, params string[] more) =>
        Run.Json(["commit", csv, "--schema", schema, "--key", Key, "--out", Table, .. more]);

    /// <summary>Commits to so many synthetic patients, patients.csv, as the hospital's table.</summary>
    protected void CommitPatients(int rows)
    {
        Run.Json("synth", "--rows", $"{rows}", "--out", At("patients.csv"));
        Commit(At("patients.csv"), At("patients.schema.json"));
    }

    /// <summary>Publishes the table.</summary>
    protected JsonObject Publish(params string[] more) => Run.Json(["publish", Table, .. Writer, .. more]);

    /// <summary>A command that proves something of a row or member, to a file.</summary>
    protected string[] Asked(string output, params string[] command) =>
        [.. command, "--purpose", "own record", "--requester", "patient", "--ledger", Ledger, "--out", At(output), "--force"];
}
