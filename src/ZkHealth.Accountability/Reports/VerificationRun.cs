using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability.Reports;

/// <summary>One verification of a proof file as it is reported: by the command and by the native library in the same
/// words.</summary>
internal sealed class VerificationRun
{
    /// <summary>The name of the file, to be shown.</summary>
    public required string Name { get; init; }

    /// <summary>The path of a ledger file; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>The encoding of a receipt in place of a ledger file; null for none.</summary>
    public byte[]? Receipt { get; init; }

    /// <summary>The ledger's key, as the verifier was told it; null to take the ledger file's word.</summary>
    public string? LedgerKey { get; init; }

    /// <summary>A checkpoint that the verifier has kept, a signed note: the ledger must begin with it, a receipt must be for
    /// it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The memory of ledgers that the verifier has seen, to which this one is held; null for nothing.</summary>
    public CheckpointMemory? Memory { get; init; }

    /// <summary>Expectations and limits.</summary>
    public VerificationContext Expected { get; set; } = new();

    /// <summary>The keys of registrars who count: one for key registries on the ledger, each for the tables of registrars in a
    /// plan; none for any key registry and no registrar's table.</summary>
    public IReadOnlyList<VerifyingKey> Registrars { get; init; } = [];

    /// <summary>Checks what is asked beside a proof that is verified; null for nothing.</summary>
    public Func<VerificationResult>? Beside { get; set; }

    /// <summary>Decodes a proof file, or reports why it is none.</summary>
    /// <exception cref="UsageException">There are no bytes, of which nothing is said, or they are those of a ledger.</exception>
    public static bool TryDecode(string name, ReadOnlyMemory<byte> bytes, Report report, [NotNullWhen(true)] out ProofFile? proof)
    {
        if (bytes.IsEmpty)
        {
            throw new UsageException(Empty(name));
        }

        if (bytes.Span.StartsWith("SQLite format 3"u8))
        {
            throw new UsageException($"{name} is a ledger, not a proof file; are the two swapped?");
        }

        report.Json["file"] = name;
        if (ProofFile.TryDecode(bytes, out proof, out string? reason))
        {
            return true;
        }

        Reject(name, VerificationResult.Rejected(reason, VerdictReason.NotAProofFile), report);
        return false;
    }

    /// <summary>The error of a proof file without bytes.</summary>
    public static string Empty(string name) =>
        $"{name}: the file is empty, or a pipe or device, of which nothing is read; '-' reads the standard input";

    /// <summary>Reports what a proof file claims, without verifying it.</summary>
    /// <param name="name">The name of the file, to be shown.</param>
    /// <param name="proof">The proof file.</param>
    /// <param name="report">Takes what it claims, or why it claims nothing.</param>
    /// <param name="conditions">Whether every condition is reported in full too.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Describe(string name, ProofFile proof, Report report, bool conditions)
    {
        var claims = new Report();
        claims.Add("file", name, $"{name}: not verified; it claims:");
        try
        {
            ProofReport.Describe(proof, claims);
            if (conditions)
            {
                ProofReport.Conditions(proof, claims);
            }
        }
        catch (ArgumentException e)
        {
            // a statement is held to its schema by Verify: before that, its condition may name a column that is not there
            return Reject(name, VerificationResult.Rejected(UsageException.Problem(e)), report);
        }

        report.Add(claims);
        return ExitCode.Accepted;
    }

    /// <summary>Refuses what of a request is missing or contradicts itself.</summary>
    /// <exception cref="UsageException">It says what was expected.</exception>
    public void Validate()
    {
        if (Receipt is not null && (LedgerKey is null || Ledger is not null))
        {
            throw new UsageException("expected --receipt together with --ledger-key and without --ledger");
        }

        if ((LedgerKey ?? Checkpoint) is not null && Ledger is null && Receipt is null)
        {
            throw new UsageException("expected --ledger or --receipt together with --ledger-key and --checkpoint");
        }
    }

    /// <summary>Verifies a proof file and reports it.</summary>
    /// <param name="proof">The proof file.</param>
    /// <param name="report">Takes the verdict first, then what the file says.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The ledger or a key cannot be used, or a member's proof comes without a
    /// registry.</exception>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public int Verify(ProofFile proof, Report report)
    {
        report.Verifies = true;
        Validate();
        if (proof is AnonymousStatement && Expected.Registry is null && Ledger is null && Receipt is null)
        {
            throw new UsageException("expected --registry FILE, or --ledger where the key registry is published");
        }

        var watch = Stopwatch.StartNew();
        using SqliteLedger? ledger = Ledger is null ? null : LedgerFiles.Open(Ledger, null, Memory);
        NoteKey? key = LedgerKey is null ? ledger?.Key : LedgerFiles.Key(LedgerKey);
        LedgerReceipt? receipt = null;
        if (Receipt is not null && !LedgerReceipt.TryDecode(Receipt, out receipt, out string? fault))
        {
            return Reject(Name, VerificationResult.Rejected($"the receipt: {fault}", VerdictReason.ReceiptInvalid), report);
        }

        if (Checkpoint is string kept && KeptCheckpoint.Fault(kept, key!, ledger, receipt) is string changed)
        {
            return Reject(Name, VerificationResult.Rejected(changed, VerdictReason.ReceiptInvalid), report);
        }

        VerifyingKey? registrar = Registrars.Count == 0 ? null : Registrars[0];
        LedgerPublications? publications =
            ledger is not null ? new LedgerPublications(ledger, key, registrar)
            : receipt is not null ? LedgerPublications.OfReceipt(receipt, key!, registrar)
            : null;
        VerificationReport verified = proof.Verify(Expected.With(publications, [.. Registrars.Select(r => r.OwnerId)]));
        VerificationResult result = verified.IsAccepted && Beside is not null ? Beside() : verified.Result;
        report.Json["ledgerChecked"] = verified.RestsOnLedger;
        report.Json["ledger"] = verified.Publication is null ? null : (ledger?.Key ?? key)?.ToString();
        report.Json["entry"] = verified.Publication?.Entry;
        report.Json["published"] = verified.Publication is { } entry ? TimeOf(entry.Entry, ledger, receipt) : null;
        report.Json["signer"] = verified.Publication?.Signer;
        report.Json["newerEntry"] = verified.Publication?.NewerEntry;
        report.Json["release"] = verified.Release;
        report.Json["remarks"] = new JsonArray([.. verified.Remarks.Select(r => (JsonNode)r)]);
        report.Add("seconds", watch.Elapsed.TotalSeconds);
        if (!result.IsAccepted)
        {
            return Reject(Name, result, report);
        }

        Accept(proof, verified, report);
        if (proof is NoisyRelease && ledger is not null)
        {
            report.Line("  the noise was committed on the ledger before the coins, and served this release alone");
        }

        report.Line($"  verified in {Report.Seconds(watch.Elapsed)}");
        return ExitCode.Accepted;
    }

    private void Accept(ProofFile proof, VerificationReport verified, Report report)
    {
        // the first line is the verdict with what it rests on
        report.Add("summary", verified.ToString(), $"{Name}: {verified}");
        ProofReport.Describe(proof, report);
        if (verified.Registry is KeyRegistry registry)
        {
            report.Add("consortium", registry.Consortium);
            report.Add("members", registry.Members.Count);
        }

        foreach (PublishedEntry published in verified.Publications)
        {
            string by = proof is AnonymousStatement ? $"the registrar {published.Signer}" : "its owner";
            report.Line($"  published on the ledger {proof.Context.LedgerOrigin} by {by}, entry {published.Entry}");
        }

        if (verified.Release is long entry)
        {
            report.Line($"  its release is recorded by entry {entry}");
        }
    }

    /// <summary>The time of an entry by the ledger's clock, in ISO 8601; null where its leaf cannot be read.</summary>
    private static string? TimeOf(long entry, SqliteLedger? ledger, LedgerReceipt? receipt)
    {
        LedgerLeaf? leaf =
            receipt?.Leaf
            ?? (ledger?.Read(entry) is byte[] bytes && LedgerLeaf.TryDecode(bytes, out LedgerLeaf? read, out _) ? read : null);
        return leaf is null
            ? null
            : DateTimeOffset
                .FromUnixTimeMilliseconds(leaf.Time)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static int Reject(string name, VerificationResult result, Report report)
    {
        report.Verifies = true;
        report.Add("reason", result.Reason);
        report.Add("reasonCode", JsonNamingPolicy.CamelCase.ConvertName(result.Code.ToString()));
        report.Add("summary", result.ToString(), $"{name}: {result}");
        if (result.Verdict == VerificationVerdict.LimitExceeded)
        {
            report.Line("  nothing was found to be wrong with it; --max-cells raises the limits, if its maker told you to");
            return ExitCode.LimitExceeded;
        }

        return result.Verdict == VerificationVerdict.Unsupported ? ExitCode.Unsupported : ExitCode.Rejected;
    }
}
