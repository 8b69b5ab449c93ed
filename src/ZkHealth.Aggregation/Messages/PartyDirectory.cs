using System.Security.Cryptography;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>
/// The names of the parties on a board, by the order of its entries: a name belongs to the key that registered it first, for
/// good, and a registration under a name of another key is void. A key may register another name for itself; the latest counts.
/// Names decide nothing else.
/// </summary>
internal sealed class PartyDirectory
{
    private static readonly byte[] About = SHA256.HashData(Labels.Parties);

    private readonly Dictionary<PartyId, (string Name, long Position)> _names = [];
    private readonly Dictionary<string, (PartyId Holder, long Position)> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<PartyId, long> _first = [];

    private PartyDirectory() { }

    /// <summary>The subject of all registrations, 32 bytes.</summary>
    public static ReadOnlyMemory<byte> Subject => About;

    /// <summary>Reads the registrations below a position.</summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    public static PartyDirectory Read(IBulletinBoard board, long before = long.MaxValue)
    {
        var directory = new PartyDirectory();
        foreach (long position in board.Find(BoardKinds.Registration, About))
        {
            if (
                position < before
                && board.Read(position) is BoardEntry entry
                && Registration.TryDecode(entry.Body, out Registration? said, out _)
            )
            {
                directory.Add(entry, said.Name);
            }
        }

        return directory;
    }

    /// <summary>The name of a party; null where it has not registered.</summary>
    public string? NameOf(PartyId party) => _names.TryGetValue(party, out (string Name, long) named) ? named.Name : null;

    /// <summary>The entry by which a party registered first; null where it has not.</summary>
    public long? FirstEntryOf(PartyId party) => _first.TryGetValue(party, out long position) ? position : null;

    /// <summary>The key that a name belongs to; null where nobody has registered it.</summary>
    public PartyId? HolderOf(string name) => _holders.TryGetValue(name, out (PartyId Holder, long) held) ? held.Holder : null;

    /// <summary>The entry by which a name was registered first; null where nobody has registered it.</summary>
    public long? EntryOf(string name) => _holders.TryGetValue(name, out (PartyId, long Position) held) ? held.Position : null;

    /// <summary>Other parties whose names are easily taken for this party's. A warning; no rule depends on it.</summary>
    public IReadOnlyList<PartyId> LookAlikes(PartyId party)
    {
        if (NameOf(party) is not string name)
        {
            return [];
        }

        string skeleton = PlainName.Skeleton(name);
        return [.. _names.Where(n => n.Key != party && PlainName.Skeleton(n.Value.Name) == skeleton).Select(n => n.Key).Order()];
    }

    private void Add(BoardEntry entry, string name)
    {
        if (!_holders.TryAdd(name, (entry.Author, entry.Position)) && _holders[name].Holder != entry.Author)
        {
            return;
        }

        _names[entry.Author] = (name, entry.Position);
        _first.TryAdd(entry.Author, entry.Position);
    }
}
