namespace ZkHealth.Accountability;

/// <summary>
/// The flag of an asset that is challenged. It goes down when its value is found right and no other challenge is open, and stays
/// up for one that is wrong: whoever ends one challenge has no say about the others.
/// </summary>
internal static class ChallengeRules
{
    /// <summary>Second claims to a file: judges end them, by dismissing a report about it.</summary>
    public static readonly byte[] Claims = Ids.Of("claims");

    /// <summary>Raises the flag of an asset; the same cause counts once.</summary>
    /// <param name="c">The change.</param>
    /// <param name="cause">The id of a report or a contradiction, or <see cref="Claims"/>.</param>
    /// <param name="asset">The fingerprint of an asset that is registered.</param>
    public static void Raise(Change c, byte[] cause, byte[] asset)
    {
        byte[] one = One(cause, asset);
        c.Put(asset, c.Find(Records.Asset, asset)!.With("challenged", true));
        if (c.Find(Records.Counter, one) is null)
        {
            c.Put(one, Records.Counter.Row(1));
            c.Put(All(asset), (c.Find(Records.Counter, All(asset)) ?? Records.Counter.Row(0)).Plus("count", 1));
        }
    }

    /// <summary>Ends a challenge, where it was raised; the flag stays as it is.</summary>
    public static void End(Change c, byte[] cause, byte[] asset)
    {
        byte[] one = One(cause, asset);
        if (c.Find(Records.Counter, one) is not null)
        {
            c.Remove(Records.Counter, one);
            c.Put(All(asset), c.Find(Records.Counter, All(asset))!.Plus("count", -1));
        }
    }

    /// <summary>Lowers the flag of a value that was found right, unless there is another challenge or it is wrong.</summary>
    public static void Lower(Change c, byte[] asset)
    {
        Row known = c.Find(Records.Asset, asset)!;
        bool wrong = known.List<long>("correctBy").Count + known.List<byte[]>("corrected").Count > 0;
        if (!wrong && (c.Find(Records.Counter, All(asset))?.Whole("count") ?? 0) == 0)
        {
            c.Put(asset, known.With("challenged", false));
        }
    }

    private static byte[] One(byte[] cause, byte[] asset) => Ids.Of("challenge", cause, asset);

    private static byte[] All(byte[] asset) => Ids.Of("challenges", asset);
}
