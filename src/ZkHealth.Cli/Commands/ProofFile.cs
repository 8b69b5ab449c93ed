using System.Diagnostics.CodeAnalysis;
using ZkHealth.Cli.Terminal;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>A proof file of any form: what verify and inspect ask of all of them.</summary>
internal sealed record ProofFile(StatisticContext Context, TableCommitment? Table, Func<VerificationResult> Verify, Action<Report> Describe)
{
    /// <summary>The proof about a row, where it is one.</summary>
    public RecordProof? Record { get; private init; }

    /// <summary>The release under noise, where it is one.</summary>
    public NoisyRelease? Noisy { get; private init; }

    /// <summary>The proof of a member, where it is one: about no table, and verified against a registry that the verifier brings.</summary>
    public MemberProof? Member { get; private init; }

    public static bool TryDecode(byte[] bytes, [NotNullWhen(true)] out ProofFile? file, [NotNullWhen(false)] out string? reason)
    {
        // the name of the format is the first item of the file
        ReadOnlySpan<byte> name = bytes.AsSpan(0, Math.Min(bytes.Length, 64));
        file = null;
        if (name.IndexOf("zkhealth statistics"u8) >= 0)
        {
            file = StatisticsProof.TryDecode(bytes, out StatisticsProof? p, out reason)
                ? new ProofFile(p.Context, p.Table, p.Verify, report => ProofReport.Describe(p, report)) : null;
        }
        else if (name.IndexOf("zkhealth record"u8) >= 0)
        {
            file = RecordProof.TryDecode(bytes, out RecordProof? p, out reason)
                ? new ProofFile(p.Context, p.Table, p.Verify, report => RecordReport.Describe(p, report)) { Record = p } : null;
        }
        else if (name.IndexOf("zkhealth member"u8) >= 0)
        {
            file = MemberProof.TryDecode(bytes, out MemberProof? p, out reason)
                ? new ProofFile(p.Context, null, () => throw new UsageException("expected --registry FILE, or --ledger where the key registry is published"),
                    report => RecordReport.Describe(p, report)) { Member = p } : null;
        }
        else if (name.IndexOf("zkhealth noisy"u8) >= 0)
        {
            file = NoisyRelease.TryDecode(bytes, out NoisyRelease? p, out reason)
                ? new ProofFile(p.Context, p.Table, p.Verify, report => ProofReport.Describe(p, report)) { Noisy = p } : null;
        }
        else
        {
            file = PrevalenceProof.TryDecode(bytes, out PrevalenceProof? p, out reason)
                ? new ProofFile(p.Context, p.Table, p.Verify, report => ProofReport.Describe(p, report)) : null;
        }

        reason ??= "";
        return file is not null;
    }
}
