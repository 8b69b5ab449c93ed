namespace ZkHealth.Accountability;

/// <summary>A story of the region: what is played, who is to answer, and by which rule.</summary>
/// <param name="name">Its name.</param>
/// <param name="responsible">Who is to answer, ascending, with commas between them; "nobody".</param>
/// <param name="rule">The rule, as its code.</param>
/// <param name="play">Plays it; returns the region after it, and whether all went as told.</param>
internal sealed class Story(string name, string responsible, string rule, Func<StoryEnd> play)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Names who is to answer.</summary>
    public string Responsible { get; } = responsible;

    /// <summary>The rule, as its code.</summary>
    public string Rule { get; } = rule;

    /// <summary>Plays it.</summary>
    public StoryEnd Play() => play();
}

/// <summary>The end of a story.</summary>
internal sealed class StoryEnd(Region region, bool asTold, string? responsible = null)
{
    /// <summary>The region after it.</summary>
    public Region Region { get; } = region;

    /// <summary>Tells whether all went as told.</summary>
    public bool AsTold { get; } = asTold;

    /// <summary>Names who answers: by the breaches in the state, or, where a story is about something that fails, by whose act
    /// failed.</summary>
    public string Responsible { get; } = responsible ?? Answering(region);

    private static string Answering(Region region)
    {
        string all = string.Join(
            ", ",
            region
                .All(Records.Breach)
                .Where(b => b.Code("status") != BreachRules.Void)
                .Select(b => b.Code("subject"))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        return all.Length == 0 ? "nobody" : all;
    }
}
