using System.Diagnostics.CodeAnalysis;

namespace ZkHealth.Proofs;

/// <summary>A failure of a proof before any of its equations, as a code and in words.</summary>
/// <param name="code">The code.</param>
/// <param name="words">The words.</param>
internal sealed class ProofFault(VerdictReason code, string words)
{
    /// <summary>The kind of failure.</summary>
    public VerdictReason Code => code;

    /// <summary>The check that failed.</summary>
    public string Words => words;

    /// <summary>A statement that no proof can be of, or that does not fit its table.</summary>
    [return: NotNullIfNotNull(nameof(words))]
    public static implicit operator ProofFault?(string? words) =>
        words is null ? null : new ProofFault(VerdictReason.StatementInvalid, words);

    /// <summary>A proof of another length than its statement asks for.</summary>
    public static ProofFault Length(string words) => new(VerdictReason.LengthInvalid, words);

    /// <summary>A scalar or a point in a form that no proof has.</summary>
    public static ProofFault Encoding(string words) => new(VerdictReason.EncodingInvalid, words);

    /// <summary>The failure as one of the proof of that name.</summary>
    public ProofFault In(string name) => new(Code, name + Words);

    public override string ToString() => Words;
}
