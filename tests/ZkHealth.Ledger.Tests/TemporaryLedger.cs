using System.Text;

namespace ZkHealth.Ledger.Tests;

/// <summary>A ledger in a folder of its own, gone on Dispose.</summary>
internal sealed class TemporaryLedger : IDisposable
{
    public const string Origin = "test.example/log";

    public TemporaryLedger()
    {
        Folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        Path = System.IO.Path.Combine(Folder, "ledger.db");
        Ledger = SqliteLedger.Create(Path, Origin, LogKey);
    }

    public string Folder { get; }

    public string Path { get; }

    public SigningKey LogKey { get; } = SigningKey.Create();

    public SigningKey Alice { get; } = SigningKey.Create();

    public SigningKey Bob { get; } = SigningKey.Create();

    public SqliteLedger Ledger { get; }

    public static EntryBody Body(string text) => new("test", Encoding.UTF8.GetBytes("about " + text), Encoding.UTF8.GetBytes(text));

    public AppendResult Append(SigningKey signer, string text) =>
        Ledger.Append(LedgerEntry.Sign(signer, Origin, Ledger.NextSequence(signer.Public), Body(text)).Encode());

    public void Dispose()
    {
        Ledger.Dispose();
        LogKey.Dispose();
        Alice.Dispose();
        Bob.Dispose();
        Directory.Delete(Folder, true);
    }
}
