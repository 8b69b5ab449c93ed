namespace ZkHealth.Data;

/// <summary>A key between two files: a column of events that holds identifiers of the entities.</summary>
internal sealed record TrialKey(string Events, string Column, string Entities, string Identifier)
{
    /// <summary>Reads visits.person_id=patients.person_id.</summary>
    /// <exception cref="ArgumentException">It is not of this form.</exception>
    public static TrialKey Parse(string text)
    {
        string[] sides = text.Split('=');
        string[][] parts = [.. sides.Select(s => s.Trim().Split('.', 2))];
        return parts.Length == 2 && parts.All(p => p.Length == 2 && p.All(w => w.Trim().Length > 0))
            ? new TrialKey(parts[0][0].Trim(), parts[0][1].Trim(), parts[1][0].Trim(), parts[1][1].Trim())
            : throw new ArgumentException(
                $"expected a key such as visits.person_id=patients.person_id, got '{text}'",
                nameof(text)
            );
    }
}
