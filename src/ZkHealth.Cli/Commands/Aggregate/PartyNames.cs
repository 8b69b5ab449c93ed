using System.Text.Json.Nodes;
using ZkHealth.Aggregation;

namespace ZkHealth.Cli.Commands;

/// <summary>The names of parties as they registered on a board.</summary>
internal static class PartyNames
{
    /// <summary>The name under which a party registered first, with the beginning of its identifier.</summary>
    public static string Name(IBulletinBoard board, PartyId party)
    {
        string id = party.ToString();
        return RegisteredName(board, party) is string name ? $"{name} ({id[..8]})" : id;
    }

    public static string? RegisteredName(IBulletinBoard board, PartyId party) => Directory(board).NameOf(party);

    /// <summary>The names on a board, read once for as long as it does not grow.</summary>
    private static PartyDirectory Directory(IBulletinBoard board)
    {
        long size = board.GetCheckpoint().Size;
        if (_read is not { } read || read.Board != board || read.Size != size)
        {
            _read = read = (board, size, PartyDirectory.Read(board));
        }

        return read.Directory;
    }

    [ThreadStatic]
    private static (IBulletinBoard Board, long Size, PartyDirectory Directory)? _read;

    /// <summary>A line for every party whose name is easily taken for another's.</summary>
    public static void LookAlikes(IBulletinBoard board, IEnumerable<PartyId> parties, Report report)
    {
        PartyDirectory directory = Directory(board);
        foreach (PartyId party in parties)
        {
            foreach (PartyId other in directory.LookAlikes(party))
            {
                report.Line($"  warning: {Name(board, party)} and {Name(board, other)} are two keys whose names look alike");
            }
        }
    }

    public static JsonObject Party(IBulletinBoard board, PartyId party) =>
        new() { ["party"] = party.ToString(), ["name"] = RegisteredName(board, party) };

    public static JsonArray Parties(IBulletinBoard board, IEnumerable<PartyId> parties) =>
        [.. parties.Select(p => (JsonNode)Party(board, p))];
}
