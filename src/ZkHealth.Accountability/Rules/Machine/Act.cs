using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// The request of a signed entry to the rules: who signs what. Whoever attaches the rules to a log has checked the
/// signatures; the rules check everything else.
/// </summary>
internal sealed class Act
{
    private const string Prefix = "zkhealth ",
        Suffix = " v1";

    private Row? _row;

    /// <summary>An act.</summary>
    /// <param name="kind">The kind of entry.</param>
    /// <param name="signer">The key of the signer, 1 byte of algorithm ‖ the key.</param>
    /// <param name="body">The encoded body.</param>
    /// <param name="sequence">The number among the entries of the key; null for restricting entries.</param>
    /// <param name="notAfter">The time at which the entry is void; null for restricting entries.</param>
    /// <param name="cosigners">The keys that the entry names, and that signed the same bytes.</param>
    public Act(
        string kind,
        byte[] signer,
        byte[] body,
        long? sequence = null,
        long? notAfter = null,
        params IReadOnlyList<byte[]> cosigners
    )
    {
        byte[][] along = [.. cosigners];
        Array.Sort(along, (a, b) => a.AsSpan().SequenceCompareTo(b));
        (Kind, Signer, Body, Sequence, NotAfter, Cosigners) = (kind, signer, body, sequence, notAfter, along);
        Id = Ids.Of(Labels.Act, Ids.Text(kind), signer, Ids.Number(sequence ?? -1), body);
    }

    /// <summary>The kind of entry.</summary>
    public string Kind { get; }

    /// <summary>The key of the signer.</summary>
    public byte[] Signer { get; }

    /// <summary>The encoded body.</summary>
    public byte[] Body { get; }

    /// <summary>The body as its kind reads it, once; null where it is not the encoding of one.</summary>
    public Row? Row =>
        _row ??= ActKind.All.TryGetValue(Kind, out ActKind? kind) && kind.Body.TryDecode(Body, out Row? row) ? row : null;

    /// <summary>The number among the entries of the key.</summary>
    public long? Sequence { get; }

    /// <summary>The time at which the entry is void.</summary>
    public long? NotAfter { get; }

    /// <summary>The keys that the entry names, and that signed the same bytes, ascending.</summary>
    public IReadOnlyList<byte[]> Cosigners { get; }

    /// <summary>The name of the log that it was signed for.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The kind of an act as an entry of a ledger names it.</summary>
    public static string EntryKind(string kind) => $"{Prefix}{kind}{Suffix}";

    /// <summary>The act that an entry of a ledger carries, or null where it carries none; about whom it is is its
    /// signer.</summary>
    public static Act? Of(LedgerEntry entry)
    {
        string kind = entry.Body.Kind;
        if (KindOf(kind) is not string name)
        {
            return null;
        }

        byte[] signer = entry.Signer.Encode();
        return entry.Body.Subject.Span.SequenceEqual(signer)
            ? new Act(
                name,
                signer,
                entry.Body.Payload.ToArray(),
                entry.Sequence,
                entry.NotAfter,
                [.. entry.Countersigners.Select(k => k.Encode())]
            )
            {
                Origin = entry.Origin,
            }
            : null;
    }

    /// <summary>The kind of act that the kind of an entry names, or null.</summary>
    public static string? KindOf(string entryKind) =>
        entryKind.StartsWith(Prefix, StringComparison.Ordinal)
        && entryKind.EndsWith(Suffix, StringComparison.Ordinal)
        && entryKind.Length > Prefix.Length + Suffix.Length
        && entryKind[Prefix.Length..^Suffix.Length] is string kind
        && ActKind.All.ContainsKey(kind)
            ? kind
            : null;

    /// <summary>The body of the entry that carries the act.</summary>
    public EntryBody ToBody() =>
        new(
            EntryKind(Kind),
            Signer,
            Body,
            [
                .. Cosigners.Select(k =>
                    VerifyingKey.TryRead(k, out VerifyingKey? key)
                        ? key
                        : throw new InvalidOperationException("a countersigner is no key")
                ),
            ]
        );

    /// <summary>The id by which others refer to it: a digest of signer, number, kind and body.</summary>
    public byte[] Id { get; }
}
