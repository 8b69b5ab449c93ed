using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth ledger release`: records the release of a proof file, and keeps it for the guard of later ones.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("PROOF") { Description = "A proof file (.zkp)." };
        var request = new Option<string?>("--request")
        {
            Description = "The id of the request for statistics that permits it, where the ledger has a charter.",
        };
        var goOn = new Option<bool>("--without-earlier")
        {
            Description =
                "Go on although others were released since the file was proven: what follows from all together is not guarded.",
        };
        var writer = new LedgerWriter("the table's owner");
        return writer
            .AddTo(
                new Command(
                    "release",
                    "Record that a proof file was released. The ledger refuses what exceeds the owner's policy."
                )
                {
                    file,
                    request,
                    goOn,
                }
            )
            .Action(
                (parsed, report, _) =>
                {
                    byte[] permitted = RequestId(parsed.GetValue(request));
                    string path = parsed.GetValue(file)!;
                    byte[] bytes = Inputs.Bytes(path);
                    ProofFile proof = ProofFile.TryDecode(bytes, out ProofFile? decoded, out string? reason)
                        ? decoded
                        : throw new UsageException($"{path}: {reason}");
                    return writer.Run(
                        parsed,
                        report,
                        (ledger, key) =>
                        {
                            ReleaseFolder folder = ReleaseFolder.Beside(writer.KeyFile(parsed));
                            if (!parsed.GetValue(goOn))
                            {
                                RefuseUnseen(folder, ledger, proof, bytes, key);
                            }

                            Keep(folder, ledger, proof, bytes, key, report, permitted);
                        }
                    );
                }
            );
    }

    /// <summary>Refuses a file at whose proof the guard did not look at all that is released by now: of two that were proven one
    /// after the other and then released, nobody has looked at what follows from both.</summary>
    private static void RefuseUnseen(ReleaseFolder folder, SqliteLedger ledger, ProofFile proof, byte[] bytes, SigningKey key)
    {
        string[] unseen =
        [
            .. ReleaseRecord
                .Own(proof, key)
                .Where(v => IsGuarded(proof) && ReleasedStatistics.Find(ledger, v, bytes) is null)
                .SelectMany(v => folder.Unseen(v, bytes))
                .Where(f => ProofFile.TryDecode(f.Value, out ProofFile? other, out _) && IsGuarded(other))
                .Select(f => f.Key[..12] + "…")
                .Distinct(),
        ];
        if (unseen.Length > 0)
        {
            throw new UsageException(
                $"the guard has not looked at what follows from this file together with what was released since it was proven: {string.Join(", ", unseen)}"
                    + "\n  next: prove it again, now that these are released (prove with --key KEY, where KEY.releases lies elsewhere), or go on with --without-earlier"
            );
        }
    }

    private static bool IsGuarded(ProofFile proof) => proof is StatisticsProof or PlanProof;

    /// <summary>Keeps the file for the guard before the ledger records its release, so that no recorded one is missing.</summary>
    private static void Keep(
        ReleaseFolder folder,
        SqliteLedger ledger,
        ProofFile proof,
        byte[] bytes,
        SigningKey key,
        Report report,
        byte[] request
    )
    {
        // the guard of each table looks at it
        DataSetVersion[] kept = proof is NoisyRelease ? [] : [.. ReleaseRecord.Own(proof, key).Where(v => folder.Keep(v, bytes))];
        try
        {
            ReleaseRecord.Record(ledger, proof, bytes, key, report, request);
        }
        catch (Exception e) when (e is InvalidOperationException or UsageException)
        {
            foreach (DataSetVersion version in kept)
            {
                folder.Remove(version, bytes);
            }

            throw;
        }

        report.Add("kept", folder.Folder, $"a copy is kept in {folder.Folder}, for the guard of later proofs");
    }

    private static byte[] RequestId(string? hex)
    {
        if (hex is null)
        {
            return [];
        }

        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
        {
            throw new UsageException($"--request: expected 64 hexadecimal digits, got '{hex}'");
        }

        return Convert.FromHexString(hex);
    }
}
