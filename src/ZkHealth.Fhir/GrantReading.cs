namespace ZkHealth.Fhir;

/// <summary>The grant that a Consent of FHIR is read as, or the elements that nothing on the ledger can represent.</summary>
public sealed class GrantReading
{
    internal GrantReading(string? body, IReadOnlyList<string> refused, IReadOnlyList<string> withheld) =>
        (Body, Refused, Withheld) = (body, refused, withheld);

    /// <summary>The body of the entry `consent granted` in JSON, for `zkhealth act consent-granted --file`; null where an element
    /// is refused.</summary>
    public string? Body { get; }

    /// <summary>The elements that are missing, wrong, or cannot be represented: path, colon, reason. Empty where there is a
    /// body.</summary>
    public IReadOnlyList<string> Refused { get; }

    /// <summary>The elements that stay off the ledger, since they name the patient or describe the paper: path, colon,
    /// reason.</summary>
    public IReadOnlyList<string> Withheld { get; }
}
