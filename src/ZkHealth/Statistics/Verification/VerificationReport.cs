using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>The verdict about a proof file, and what it rests on.</summary>
public sealed class VerificationReport
{
    private readonly List<string> _remarks = [];

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

    /// <summary>The entry that publishes the table or the key registry; null where it was not looked up or not found.</summary>
    public PublishedEntry? Publication { get; internal set; }

    /// <summary>The entry by which the owner recorded the release of the file; null where there is none or nobody has
    /// looked.</summary>
    public long? Release { get; internal set; }

    /// <summary>The key registry against which a member's proof was verified.</summary>
    public KeyRegistry? Registry { get; internal set; }

    /// <summary>Describes what the reader has to know beside the verdict: what was not looked up, a superseded version, a release
    /// that is not recorded.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>The verdict with what it rests on, on one line.</summary>
    public override string ToString() =>
        !IsAccepted ? Result.ToString()
        : Publication is PublishedEntry p ? $"accepted: proof and ledger (entry {p.Entry}){Rest("; ")}"
        : $"accepted: proof only{Rest("; ")}";

    internal void Remark(string text) => _remarks.Add(text);

    private string Rest(string before) => string.Concat(_remarks.Select(r => before + r));
}
