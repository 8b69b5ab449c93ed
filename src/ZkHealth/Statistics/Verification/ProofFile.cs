using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file of any kind, and the one call that checks all that can be checked about it: <see cref="Verify"/>. Exactly one of
/// the properties of the kinds is set.
/// </summary>
public sealed class ProofFile
{
    private readonly byte[] _bytes;
    private readonly Func<VerificationLimits, VerificationResult>? _verify;

    private ProofFile(
        ReadOnlyMemory<byte> bytes,
        StatisticContext context,
        TableCommitment? table,
        Func<VerificationLimits, VerificationResult>? verify
    ) => (_bytes, Context, Table, _verify) = (bytes.ToArray(), context, table, verify);

    /// <summary>For what and whom it was made, on which ledger.</summary>
    public StatisticContext Context { get; }

    /// <summary>The table that it is about; null for what a member says.</summary>
    public TableCommitment? Table { get; }

    /// <summary>The proof of prevalences, where it is one.</summary>
    public PrevalenceProof? Prevalence { get; private init; }

    /// <summary>The proof of statistics, where it is one.</summary>
    public StatisticsProof? Statistics { get; private init; }

    /// <summary>The release under noise, where it is one.</summary>
    public NoisyRelease? Noisy { get; private init; }

    /// <summary>The proof about a row, where it is one.</summary>
    public RecordProof? Record { get; private init; }

    /// <summary>The proof of a member, where it is one.</summary>
    public AnonymousStatement? Member { get; private init; }

    /// <summary>The bytes of the file.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Decodes a proof file of any kind in canonical form; anything else is refused, with a reason. Nothing is verified
    /// yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ProofFile? file,
        [NotNullWhen(false)] out string? reason
    )
    {
        file = null;
        switch (FormatOf(bytes))
        {
            case StatisticsProof.Format:
                file = StatisticsProof.TryDecode(bytes, out StatisticsProof? statistics, out reason)
                    ? new ProofFile(bytes, statistics.Context, statistics.Table, statistics.Verify) { Statistics = statistics }
                    : null;
                break;
            case RecordProof.Format:
                file = RecordProof.TryDecode(bytes, out RecordProof? record, out reason)
                    ? new ProofFile(bytes, record.Context, record.Table, record.Verify) { Record = record }
                    : null;
                break;
            case AnonymousStatement.Format:
                file = AnonymousStatement.TryDecode(bytes, out AnonymousStatement? member, out reason)
                    ? new ProofFile(bytes, member.Context, null, null) { Member = member }
                    : null;
                break;
            case NoisyRelease.Format:
                file = NoisyRelease.TryDecode(bytes, out NoisyRelease? noisy, out reason)
                    ? new ProofFile(bytes, noisy.Context, noisy.Table, noisy.Verify) { Noisy = noisy }
                    : null;
                break;
            default:
                file = PrevalenceProof.TryDecode(bytes, out PrevalenceProof? prevalence, out reason)
                    ? new ProofFile(bytes, prevalence.Context, prevalence.Table, prevalence.Verify) { Prevalence = prevalence }
                    : null;
                break;
        }

        reason ??= "";
        return file is not null;
    }

    /// <summary>The first item of the file, which names its format; empty where there is none.</summary>
    private static string FormatOf(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new CborReader(bytes[..Math.Min(bytes.Length, 64)], CborConformanceMode.Canonical);
            reader.ReadStartArray();
            return reader.ReadTextString();
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>
    /// Verifies the file and everything around it: that it was made for the purpose, requester and ledger that are expected; the
    /// proof itself, within the limits; and, with publications, that its table stands on that ledger under its owner's key, its
    /// noise before the coins, the registry of a member. A version of the data set that is no longer the newest and a release
    /// that is not recorded are remarks of the report, and no rejection.
    /// </summary>
    /// <param name="context">What is expected, allowed and known.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public VerificationReport Verify(VerificationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var report = new VerificationReport();
        report.Result = Decide(context, report);
        return report;
    }

    private VerificationResult Decide(VerificationContext context, VerificationReport report)
    {
        if (context.Mismatch(Context) is string mismatch)
        {
            return VerificationResult.Rejected(mismatch);
        }

        VerificationResult published = context.Publications is IPublications publications
            ? FindPublished(context, publications, report)
            : NotLookedUp(context, report);
        return !published.IsAccepted ? published
            : Member is AnonymousStatement member ? member.Verify(report.Registry!)
            : _verify!(context.Limits);
    }

    private VerificationResult NotLookedUp(VerificationContext context, VerificationReport report)
    {
        report.Registry = context.Registry;
        report.Remark(
            Member is null
                ? "nobody's answer for this table was looked up"
                : "nobody's answer for this key registry was looked up"
        );
        if (Noisy is not null)
        {
            report.Remark("not checked: that the noise was committed before its coins were drawn, and served once");
        }

        return Member is null || context.Registry is not null
            ? VerificationResult.Accepted
            : VerificationResult.Rejected(
                "expected the key registry that the verifier trusts, or publications in which it is found"
            );
    }

    private VerificationResult FindPublished(VerificationContext context, IPublications publications, VerificationReport report)
    {
        if (Context.LedgerOrigin != publications.Origin)
        {
            return VerificationResult.Rejected($"it was made for another ledger: {Context.LedgerOrigin}");
        }

        VerificationResult result = Member is AnonymousStatement member
            ? publications.FindRegistry(member.Registry, out PublishedEntry? publication, out KeyRegistry? registry)
            : FindTable(publications, report, out publication, out registry);
        report.Registry = context.Registry ?? registry;
        report.Publication = result.IsAccepted ? publication : null;
        return result;
    }

    private VerificationResult FindTable(
        IPublications publications,
        VerificationReport report,
        out PublishedEntry? publication,
        out KeyRegistry? registry
    )
    {
        registry = null;
        VerificationResult result = publications.FindTable(Table!, out publication);
        if (!result.IsAccepted || publication is null)
        {
            return result.IsAccepted
                ? VerificationResult.Rejected("the table is not on the ledger, published by its owner")
                : result;
        }

        if (!publications.IsComplete)
        {
            report.Remark(
                "not looked up: whether this is the newest version of the data set, and whether the release is recorded"
            );
            if (Noisy is not null)
            {
                report.Remark("not checked: that the noise was committed before its coins were drawn, and served once");
            }

            return result;
        }

        if (publication.NewerEntry is long newer)
        {
            report.Remark($"superseded: entry {newer} is a newer version of the data set '{publication.DataSet}'");
        }

        report.Release = publications.FindRelease(Table!, _bytes);
        if (Noisy is NoisyRelease noisy)
        {
            VerificationResult noise = publications.VerifyNoise(noisy, out bool coinsChecked);
            if (noise.IsAccepted && !coinsChecked)
            {
                report.Remark(
                    $"not checked: that {Convert.ToHexStringLower(noisy.Beacon.Span)} is the value of {noisy.Commitment.Query.Beacon}"
                );
            }

            return noise;
        }

        if (report.Release is null && Record is null)
        {
            report.Remark("its release is not recorded on the ledger: its owner's budget does not count it");
        }

        return result;
    }
}
