namespace ZkHealth.Accountability.Reports;

/// <summary>A record before and after something changed it.</summary>
/// <param name="kind">The kind of record.</param>
/// <param name="id">The id of the record.</param>
/// <param name="before">The record before; null where there was none.</param>
/// <param name="after">The record after; null where it was removed.</param>
internal sealed class RecordChange(Shape kind, byte[] id, Row? before, Row? after)
{
    private static readonly Dictionary<string, Shape> Kinds = Records.All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The kind of record.</summary>
    public Shape Kind { get; } = kind;

    /// <summary>The id of the record.</summary>
    public byte[] Id { get; } = id;

    /// <summary>The record before; null where there was none.</summary>
    public Row? Before { get; } = before;

    /// <summary>The record after; null where it was removed.</summary>
    public Row? After { get; } = after;

    /// <summary>Pairs each changed record with what it was in the state before, or after an earlier change of the list.</summary>
    /// <param name="state">The state before the changes.</param>
    /// <param name="changed">The changes, in their order.</param>
    public static IEnumerable<RecordChange> Of(ContractState state, IEnumerable<ChangedRecord> changed)
    {
        var latest = new Dictionary<(string Kind, string Id), Row?>();
        foreach (ChangedRecord c in changed)
        {
            Shape kind = Kinds[c.Kind];
            (string, string) key = (c.Kind, Convert.ToHexString(c.Id));
            Row? before = latest.TryGetValue(key, out Row? known) ? known : state.Find(kind, c.Id),
                after = null;
            if (c.Value is not null && !kind.TryDecode(c.Value, out after))
            {
                throw new InvalidOperationException($"a record of {c.Kind} is not one");
            }

            latest[key] = after;
            yield return new RecordChange(kind, c.Id, before, after);
        }
    }

    /// <summary>Determines whether a flag of the record was raised.</summary>
    public bool Raised(string flag) => After is not null && After.Flag(flag) && Before?.Flag(flag) != true;

    /// <summary>Determines by how much a number grew.</summary>
    public long Grew(string number) => (After?.Whole(number) ?? 0) - (Before?.Whole(number) ?? 0);
}
