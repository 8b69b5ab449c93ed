using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>The verdict about a proof file, and what it rests on.</summary>
public sealed class VerificationReport
{
    private readonly List<string> _remarks = [];
    private readonly List<PublishedEntry> _publications = [];

    internal VerificationReport() { }

    /// <summary>The verdict.</summary>
    public VerificationResult Result { get; internal set; }

    /// <summary>Tells whether every check passed that was asked for; on what it rests says <see cref="RestsOnLedger"/>.</summary>
    public bool IsAccepted => Result.IsAccepted;

    /// <summary>
    /// Tells whether somebody answers for the table, or for a member's key registry, on the ledger for which the proof was made.
    /// Without it the verdict rests on the proof only: anybody can make a table and prove something about it.
    /// </summary>
    public bool RestsOnLedger => IsAccepted && Publication is not null;

    /// <summary>The check that failed, in words; null where the file was accepted.</summary>
    public string? Reason => Result.Reason;

    /// <summary>The reason as a code.</summary>
    public VerdictReason Code => Result.Code;

    /// <summary>The entries that publish the tables or the key registry, in the order of <see cref="ProofFile.Tables"/>; empty
    /// where the file is not accepted, or nothing was looked up.</summary>
    public IReadOnlyList<PublishedEntry> Publications => IsAccepted ? _publications : [];

    /// <summary>The first of <see cref="Publications"/>; null where there is none.</summary>
    public PublishedEntry? Publication => Publications.Count == 0 ? null : Publications[0];

    /// <summary>The entry by which the owner recorded the release of the file; null where there is none or nobody has
    /// looked.</summary>
    public long? Release { get; internal set; }

    /// <summary>The key registry against which a member's proof was verified.</summary>
    public KeyRegistry? Registry { get; internal set; }

    /// <summary>Remarks for the reader beside the verdict: what was not looked up, a superseded version, a release
    /// that is not recorded.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>The verdict with what it rests on, on one line.</summary>
    public override string ToString() =>
        !IsAccepted ? Result.ToString()
        : Publications.Count > 0
            ? $"accepted: proof and ledger ({(Publications.Count == 1 ? "entry" : "entries")} {string.Join(", ", Publications.Select(p => p.Entry))}){Rest}"
        : $"accepted: proof only{Rest}";

    internal void Remark(string text) => _remarks.Add(text);

    internal void Add(PublishedEntry publication) => _publications.Add(publication);

    private string Rest => string.Concat(_remarks.Select(r => "; " + r));
}
