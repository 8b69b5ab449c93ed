using System.Diagnostics.CodeAnalysis;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// The entry by which a provider answers for a table: its subject is the root, its payload what is said of the table. The
/// provider is the signer of the entry; the root names the same key as the table's owner.
/// </summary>
public static class TableEntry
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = BoardKinds.TablePublished;

    /// <summary>The body of the entry that publishes a table.</summary>
    public static EntryBody ToBody(this TablePublication publication)
    {
        ArgumentNullException.ThrowIfNull(publication);
        return new EntryBody(Kind, publication.Root.Span, publication.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out TablePublication? published)
    {
        ArgumentNullException.ThrowIfNull(body);
        published = null;
        return body.Kind == Kind && TablePublication.TryDecode(body.Subject, body.Payload, out published, out _);
    }
}
