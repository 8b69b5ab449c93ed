namespace ZkHealth.Accountability.Reports;

/// <summary>A record before and after something changed it; it is decoded when it is asked for.</summary>
/// <param name="kind">The kind of record.</param>
/// <param name="id">The id of the record.</param>
/// <param name="before">The bytes of the record before; null where there was none.</param>
/// <param name="after">The bytes of the record after; null where it was removed.</param>
internal sealed class RecordChange(Shape kind, byte[] id, byte[]? before, byte[]? after)
{
    private static readonly Dictionary<string, Shape> Kinds = Records.All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    private Row? _before,
        _after;

    /// <summary>The kind of record.</summary>
    public Shape Kind { get; } = kind;

    /// <summary>The id of the record.</summary>
    public byte[] Id { get; } = id;

    /// <summary>The bytes of the record before; null where there was none.</summary>
    public byte[]? BytesBefore { get; } = before;

    /// <summary>The bytes of the record after; null where it was removed.</summary>
    public byte[]? BytesAfter { get; } = after;

    /// <summary>The record before; null where there was none.</summary>
    public Row? Before => BytesBefore is null ? null : _before ??= Kind.DecodeOwn(BytesBefore);

    /// <summary>The record after; null where it was removed.</summary>
    public Row? After => BytesAfter is null ? null : _after ??= Kind.DecodeOwn(BytesAfter);

    /// <summary>Pairs each changed record with what it was in the state before, or after an earlier change of the list.</summary>
    /// <param name="state">The state before the changes.</param>
    /// <param name="changed">The changes, in their order.</param>
    public static IEnumerable<RecordChange> Of(ContractState state, IEnumerable<ChangedRecord> changed)
    {
        var latest = new Dictionary<(string Kind, string Id), byte[]?>();
        foreach (ChangedRecord c in changed)
        {
            (string, string) key = (c.Kind, Convert.ToHexString(c.Id));
            byte[]? before = latest.TryGetValue(key, out byte[]? known) ? known : state.Map.Find(StateKey.Of(c.Kind, c.Id));
            latest[key] = c.Value;
            yield return new RecordChange(Kinds[c.Kind], c.Id, before, c.Value);
        }
    }

    /// <summary>Determines whether a flag of the record was raised.</summary>
    public bool Raised(string flag) => After is not null && After.Flag(flag) && Before?.Flag(flag) != true;

    /// <summary>Determines by how much a number grew.</summary>
    public long Grew(string number) => (After?.Whole(number) ?? 0) - (Before?.Whole(number) ?? 0);
}
