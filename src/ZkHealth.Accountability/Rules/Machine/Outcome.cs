namespace ZkHealth.Accountability;

/// <summary>The decision of the rules about an entry.</summary>
internal enum OutcomeKind
{
    /// <summary>No leaf; nothing changed.</summary>
    Refused,

    /// <summary>A duty or right exercised.</summary>
    Accepted,

    /// <summary>A request that is permitted.</summary>
    Permitted,

    /// <summary>A request that is denied, on the log, with its codes.</summary>
    Denied,

    /// <summary>A true word about a forbidden act: a leaf, and a breach.</summary>
    Breach,
}

/// <summary>An outcome with its codes.</summary>
internal sealed class Outcome(OutcomeKind kind, IReadOnlyList<string> codes)
{
    /// <summary>The outcome.</summary>
    public OutcomeKind Kind { get; } = kind;

    /// <summary>All reasons of a refusal or denial, or the rules that were broken; ordered, each once.</summary>
    public IReadOnlyList<string> Codes { get; } = codes;

    /// <inheritdoc/>
    public override string ToString() => Codes.Count == 0 ? Kind.ToString() : $"{Kind}: {string.Join(", ", Codes)}";
}
