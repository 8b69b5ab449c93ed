namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Stories that were played in memory, each once.</summary>
internal static class StoryPlays
{
    private static readonly Dictionary<string, Region> Played = [];

    /// <summary>A story in memory; that of two cities needs ledgers and is left to its own test.</summary>
    public static Region Play(string name)
    {
        lock (Played)
        {
            if (!Played.TryGetValue(name, out Region? r))
            {
                Played[name] = r =
                    name == "recognition in another city"
                        ? new Region()
                        : RegionStories.All.Single(s => s.Name == name).Play().Region;
            }

            return r;
        }
    }
}
