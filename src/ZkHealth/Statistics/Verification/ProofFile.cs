using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file: statistics of a table (<see cref="StatisticsProof"/>), numbers under noise (<see cref="NoisyRelease"/>), one row
/// (<see cref="RecordProof"/>), the answer to a plan over several tables (<see cref="PlanProof"/>), or what a member of a
/// consortium says (<see cref="AnonymousStatement"/>). The first item of the encoding names the kind; there are no others.
/// </summary>
public abstract class ProofFile
{
    /// <summary>The largest file that is decoded, in bytes.</summary>
    public const int MaxEncodedSize = 1 << 28;

    private protected ProofFile(StatisticContext context) => Context = context;

    /// <summary>For what and whom it was made, on which ledger.</summary>
    public StatisticContext Context { get; }

    /// <summary>The committed tables that it is about, which must be found on the ledger; none for what a member says.</summary>
    public IReadOnlyList<TableCommitment> Tables => GetTables();

    /// <summary>The versions of data sets whose tables these are: each is one entry of the ledger.</summary>
    internal virtual IReadOnlyList<DataSetVersion> Versions => [.. Tables.Select(t => new DataSetVersion(t))];

    /// <summary>The use that it makes of the columns of one of its tables.</summary>
    internal virtual ColumnUse UseOf(DataSetVersion version) => new([], opensRow: false, []);

    /// <summary>The canonical encoding: the bytes of the file.</summary>
    public byte[] Encode() => Write();

    private protected abstract IReadOnlyList<TableCommitment> GetTables();

    private protected abstract byte[] Write();

    /// <summary>Tells whether its release is an entry of the ledger by itself, whose absence the reader must know.</summary>
    private protected virtual bool IsReleased => true;

    /// <summary>Decodes a proof file of any kind in canonical form; anything else is refused, with a reason. Nothing is verified
    /// yet.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">The proof file.</param>
    /// <param name="reason">Why there is none.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ProofFile? file,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof file", Read, f => f.Encode(), out file, out reason);

    /// <summary>Decodes a proof file of one kind; a file of another kind is refused as any other bytes are.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">The proof file.</param>
    /// <param name="reason">Why there is none.</param>
    /// <typeparam name="T">The kind.</typeparam>
    public static bool TryDecode<T>(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out T? file,
        [NotNullWhen(false)] out string? reason
    )
        where T : ProofFile
    {
        file = TryDecode(bytes, out ProofFile? any, out reason) ? any as T : null;
        if (file is null)
        {
            reason ??= "not a proof file of the kind expected";
        }

        return file is not null;
    }

    /// <summary>Decodes a proof file of any kind. Nothing is verified yet.</summary>
    /// <param name="bytes">The file.</param>
    /// <exception cref="FormatException">It is no proof file in canonical form; the message says why.</exception>
    public static ProofFile Decode(ReadOnlyMemory<byte> bytes) =>
        TryDecode(bytes, out ProofFile? file, out string? reason) ? file : throw new FormatException(reason);

    /// <summary>
    /// Verifies the file and everything around it: that it was made for the purpose, requester and ledger that are expected; the
    /// proof itself, within the limits; and, with publications, that its tables stand on that ledger under their owners' keys,
    /// its noise before the coins, the registry of a member. A version of the data set that is no longer the newest and a release
    /// that is not recorded are remarks of the report, and no rejection.
    /// </summary>
    /// <param name="context">What is expected, allowed and known; without it the proof alone is verified, within the default
    /// limits.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public VerificationReport Verify(VerificationContext? context = null)
    {
        var report = new VerificationReport();
        report.Result = Decide(context ?? new VerificationContext(), report);
        return report;
    }

    /// <summary>Writes the file as the JSON files that the reference checks; empty where it has no form for the kind.</summary>
    /// <returns>The files by name, such as cubes and statistics.</returns>
    internal virtual IReadOnlyDictionary<string, byte[]> ExportReference() => new Dictionary<string, byte[]>();

    /// <summary>Verifies the proof itself. The first thing that is checked costs nothing, the second are the limits.</summary>
    private protected abstract VerificationResult VerifyProof(VerificationContext context, VerificationReport report);

    /// <summary>Finds on the ledger what its owners answer for.</summary>
    private protected virtual VerificationResult FindPublished(
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    )
    {
        foreach (DataSetVersion version in Versions)
        {
            VerificationResult result = publications.FindVersion(version, out PublishedEntry? publication);
            if (!result.IsAccepted || publication is null)
            {
                return result.IsAccepted
                    ? VerificationResult.Rejected(
                        "the table is not on the ledger, published by its owner",
                        VerdictReason.NotPublished
                    )
                    : result;
            }

            report.Add(publication);
            if (publication.NewerEntry is long newer)
            {
                report.Remark($"superseded: entry {newer} is a newer version of the data set '{publication.DataSet}'");
            }
        }

        if (!publications.IsComplete)
        {
            report.Remark(
                "not looked up: whether this is the newest version of the data set, and whether the release is recorded"
            );
            return VerificationResult.Accepted;
        }

        FindRelease(publications, report);
        return publications.VerifyRules(this);
    }

    /// <summary>Finds the entry of each owner by which the release of the file is recorded.</summary>
    private protected void FindRelease(IPublications publications, VerificationReport report)
    {
        byte[] file = Encode();
        long?[] releases = [.. Versions.Select(version => publications.FindRelease(version, file))];
        report.Release = releases.Contains(null) ? null : releases.FirstOrDefault();
        if (report.Release is null && IsReleased)
        {
            report.Remark("its release is not recorded on the ledger: its owner's budget does not count it");
        }
    }

    private static ProofFile Read(CborReader r)
    {
        r.ReadStartArray();
        ProofFile file = r.ReadTextString() switch
        {
            StatisticsProof.Format => StatisticsProof.Read(r),
            NoisyRelease.Format => NoisyRelease.Read(r),
            RecordProof.Format => RecordProof.Read(r),
            PlanProof.Format => PlanProof.Read(r),
            AnonymousStatement.Format => AnonymousStatement.Read(r),
            _ => throw new FormatException("not of a format and version known here"),
        };
        r.ReadEndArray();
        return file;
    }

    private VerificationResult Decide(VerificationContext context, VerificationReport report)
    {
        VerificationResult expected = context.Compare(Context);
        if (!expected.IsAccepted)
        {
            return expected;
        }

        // what a ledger is asked costs more than the file's maker paid for it: the proof comes first
        VerificationResult proven = VerifyProof(context, report);
        if (!proven.IsAccepted)
        {
            return proven;
        }

        foreach (string alike in Tables.Select(t => t.Schema).SelectMany(LookAlikesOf).Distinct())
        {
            report.Remark(alike);
        }

        if (context.Publications is IPublications publications)
        {
            return FindPublished(context, publications, report);
        }

        RemarkNotLookedUp(report);
        return proven;
    }

    private static IEnumerable<string> LookAlikesOf(ReadOnlyMemory<byte> schema) =>
        TableSchema.TryDecode(schema, out TableSchema? decoded, out _) ? LookAlikes.Of(decoded) : [];

    private protected virtual void RemarkNotLookedUp(VerificationReport report) =>
        report.Remark($"nobody's answer for {(Tables.Count == 1 ? "this table" : "these tables")} was looked up");
}
