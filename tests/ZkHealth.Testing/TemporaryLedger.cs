using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Testing;

/// <summary>A ledger in a folder of its own, gone on Dispose.</summary>
public sealed class TemporaryLedger : IDisposable
{
    public const string Origin = "test.example/log";

    public TemporaryLedger(LogRules? rules = null, TimeProvider? clock = null)
    {
        Folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        Path = System.IO.Path.Combine(Folder, "ledger.db");
        Ledger = SqliteLedger.Create(Path, Origin, LogKey, rules, clock);
    }

    public string Folder { get; }

    public string Path { get; }

    public SigningKey LogKey { get; } = SigningKey.Create();

    public SigningKey Alice { get; } = SigningKey.Create();

    public SigningKey Bob { get; } = SigningKey.Create();

    public SqliteLedger Ledger { get; }

    public static EntryBody Body(string text) =>
        new("test", Encoding.UTF8.GetBytes("about " + text), Encoding.UTF8.GetBytes(text));

    /// <summary>An entry that is valid for an hour.</summary>
    public static LedgerEntry Sign(SigningKey signer, long sequence, EntryBody body, string origin = Origin) =>
        LedgerEntry.Sign(signer, origin, sequence, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 3_600_000, body);

    public AppendResult Append(SigningKey signer, string text) => Append(Ledger, signer, Body(text));

    public AppendResult Append(SigningKey signer, EntryBody body) => Append(Ledger, signer, body);

    /// <summary>Appends as a log without rules would.</summary>
    public AppendResult AppendWithoutRules(SigningKey signer, EntryBody body)
    {
        using SqliteLedger lax = SqliteLedger.Open(Path, LogKey);
        return Append(lax, signer, body);
    }

    public void Dispose()
    {
        Ledger.Dispose();
        LogKey.Dispose();
        Alice.Dispose();
        Bob.Dispose();
        Directory.Delete(Folder, true);
    }

    private static AppendResult Append(SqliteLedger ledger, SigningKey signer, EntryBody body) =>
        ledger.Append(
            LedgerEntry.Sign(signer, Origin, ledger.NextSequence(signer.Public), ledger.GetTime() + 3_600_000, body).Encode()
        );
}
