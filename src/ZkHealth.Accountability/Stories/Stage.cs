namespace ZkHealth.Accountability;

/// <summary>Founds the regions of a story: on embedded ledgers in a folder, or in memory.</summary>
/// <param name="folder">The folder; null to play in memory.</param>
/// <param name="title">A name that the logs of the story have before their own, so that no two stories have the same log.</param>
internal sealed class Stage(string? folder = null, string? title = null) : IDisposable
{
    private readonly List<Region> _regions = [];

    /// <summary>The regions that were founded.</summary>
    public IReadOnlyList<Region> Regions => _regions;

    /// <summary>Tells whether logs get keys that nobody can name, since what is posted differs from one run to the
    /// next.</summary>
    public bool HasFreshKeys { get; set; }

    /// <summary>Founds a region with parameters that differ from their defaults.</summary>
    public Region Found(params (Parameter Parameter, long Value)[] parameters) => Found("region", parameters);

    /// <summary>Founds one of several regions.</summary>
    public Region Found(string name, params (Parameter Parameter, long Value)[] parameters)
    {
        var region = new Region(folder, name, title is null ? name : $"{title}-{name}", HasFreshKeys, parameters);
        _regions.Add(region);
        return region;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Region r in _regions)
        {
            r.Dispose();
        }
    }
}
