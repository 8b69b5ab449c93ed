using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>The bundle of evidence that a command writes beside what it shows, and the fingerprints by which data are asked
/// for.</summary>
internal static class EvidenceFile
{
    /// <summary>Makes a bundle of leaves and of what they rest on.</summary>
    public static void Write(
        string path,
        SqliteLedger ledger,
        LedgerHistory history,
        LogHistory log,
        IEnumerable<long> leaves,
        string file,
        Report report
    )
    {
        long[] wanted = [.. leaves];
        Evidence bundle;
        try
        {
            Checkpoint? cosigned = CosignedCheckpoint.Read(CosignedCheckpoint.PathOf(path), ledger.Key);
            bundle = history.Prove(log, wanted, cosigned);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(UsageException.Problem(e));
        }

        byte[] bytes = bundle.Encode();
        if (bytes.Length > Evidence.MaxSize)
        {
            throw new UsageException(
                $"the bundle has {bytes.Length} bytes, and nobody would read one of more than {Evidence.MaxSize}: ask about less"
            );
        }

        AtomicFile.Write(file, bytes);
        report.Add("evidence", file, $"evidence: {file}, {bytes.Length} bytes, log key {ledger.Key}");
        report.Add("key", ledger.Key.ToString());
        report.Add("leaves", bundle.Leaves.Count);
        report.Add("records", bundle.Records.Count);
        report.Line($"  {bundle.CountWitnesses()}");
        long last = bundle.Leaves[^1].Index;
        if (wanted.Contains(last))
        {
            report.Line(
                $"  what leaf {last} changed is proven by the leaf after it: append a tick or an entry, and make it again"
            );
        }
    }

    /// <summary>A fingerprint as it is written, or that of a file: its SHA-256.</summary>
    public static byte[] Fingerprint(string text)
    {
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        if (!File.Exists(text) && !Directory.Exists(text))
        {
            throw new UsageException($"'{text}' is no file, and no fingerprint: expected all of its 64 hexadecimal digits");
        }

        return SHA256.HashData(Inputs.Bytes(text));
    }
}
