using System.Diagnostics.CodeAnalysis;
using ZkHealth.Cli.Terminal;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>A proof file of either form: prevalences, or other statistics.</summary>
internal sealed class ProofFile
{
    private readonly PrevalenceProof? _prevalences;
    private readonly StatisticsProof? _statistics;

    private ProofFile(PrevalenceProof? prevalences, StatisticsProof? statistics) => (_prevalences, _statistics) = (prevalences, statistics);

    public TableCommitment Table => _prevalences?.Table ?? _statistics!.Table;

    public StatisticContext Context => _prevalences?.Context ?? _statistics!.Context;

    public static bool TryDecode(byte[] bytes, [NotNullWhen(true)] out ProofFile? file, [NotNullWhen(false)] out string? reason)
    {
        // the name of the format is the first item of the file
        bool statistics = bytes.AsSpan(0, Math.Min(bytes.Length, 64)).IndexOf("zkhealth statistics"u8) >= 0;
        (PrevalenceProof? prevalences, StatisticsProof? other) = (null, null);
        bool good = statistics ? StatisticsProof.TryDecode(bytes, out other, out reason) : PrevalenceProof.TryDecode(bytes, out prevalences, out reason);
        file = good ? new ProofFile(prevalences, other) : null;
        return good;
    }

    public VerificationResult Verify() => _prevalences?.Verify() ?? _statistics!.Verify();

    public void Describe(Report report)
    {
        if (_prevalences is not null)
        {
            ProofReport.Describe(_prevalences, report);
        }
        else
        {
            ProofReport.Describe(_statistics!, report);
        }
    }
}
