namespace ZkHealth.Accountability;

/// <summary>Founds the regions of a story: on embedded ledgers in a folder, or in memory.</summary>
/// <param name="folder">The folder; null to play in memory.</param>
internal sealed class Stage(string? folder = null) : IDisposable
{
    private readonly List<Region> _regions = [];

    /// <summary>The regions that were founded.</summary>
    public IReadOnlyList<Region> Regions => _regions;

    /// <summary>Founds a region with parameters that differ from their defaults.</summary>
    public Region Found(params (Parameter Parameter, long Value)[] parameters) => Found("region", parameters);

    /// <summary>Founds one of several regions.</summary>
    public Region Found(string name, params (Parameter Parameter, long Value)[] parameters)
    {
        var region = new Region(folder, name, parameters);
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
