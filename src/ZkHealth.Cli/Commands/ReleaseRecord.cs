using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The entry that says that a proof file was released.</summary>
internal static class ReleaseRecord
{
    public static void Record(
        SqliteLedger ledger,
        ProofFile proof,
        byte[] bytes,
        SigningKey key,
        Report report,
        byte[]? request = null
    )
    {
        DataSetVersion[] own = [.. Own(proof, key)];
        if (own.Length == 0)
        {
            throw new UsageException(
                proof.Tables.Count == 0
                    ? "expected a proof about a table, which its owner releases"
                    : "the key given is not that of the owner whom the proof names"
            );
        }

        NoiseCommitment? noise = (proof as NoisyRelease)?.Commitment;
        IReadOnlyList<long> entries = ReleasedStatistics.Record(ledger, own, bytes, noise, key, request);
        report.Add("entry", entries[0]);
        if (entries.Count > 1)
        {
            report.Add("entries", new JsonArray([.. entries.Select(e => (JsonNode)e)]));
        }

        foreach (long entry in entries)
        {
            report.Line($"entry {entry}: released, {(noise is null ? "exact" : $"under noise, {noise.Query.Loss}")}");
        }

        int others = proof.Versions.Count - own.Length;
        if (others > 0)
        {
            report.Line($"{others} of its tables are of others, such as registrars: they record it with their own keys");
        }
    }

    /// <summary>The versions of data sets that a proof is about and the key's owner answers for: each counts the release once,
    /// whatever its segments.</summary>
    public static IEnumerable<DataSetVersion> Own(ProofFile proof, SigningKey key) =>
        proof.Versions.Where(v => v.Owner.Span.SequenceEqual(key.Public.OwnerId.Span));
}
