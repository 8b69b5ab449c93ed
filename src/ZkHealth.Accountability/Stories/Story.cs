namespace ZkHealth.Accountability;

/// <summary>A story of the region: what is played, who is to answer, and by which rule.</summary>
/// <param name="name">Its name.</param>
/// <param name="responsible">Who is to answer, ascending, with commas between them; "nobody".</param>
/// <param name="rule">The rule, as its code.</param>
/// <param name="play">Plays it; returns the region after it, and whether all went as told.</param>
internal sealed class Story(string name, string responsible, string rule, Func<Stage, StoryEnd> play)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Names who is to answer.</summary>
    public string Responsible { get; } = responsible;

    /// <summary>The rule, as its code.</summary>
    public string Rule { get; } = rule;

    /// <summary>The name as that of a folder.</summary>
    public string Folder { get; } = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    /// <summary>Plays it; without a stage, in memory.</summary>
    public StoryEnd Play(Stage? stage = null) => play(stage ?? new Stage());

    /// <summary>Tells whether an end is the one that is expected: as told, by the same rule, with the same answer.</summary>
    public bool Passed(StoryEnd end) => end.AsTold && end.Responsible == Responsible && end.Rule == Rule;
}

/// <summary>The end of a story.</summary>
internal sealed class StoryEnd
{
    /// <summary>An end.</summary>
    /// <param name="region">The region after it.</param>
    /// <param name="asTold">Tells whether all went as told.</param>
    /// <param name="rule">The rule that decided where nobody is in breach.</param>
    /// <param name="responsible">Who answers where an act has failed and nobody is in breach.</param>
    public StoryEnd(Region region, bool asTold, string? rule = null, string? responsible = null)
    {
        (Region, AsTold) = (region, asTold);
        List<Row> breaches = [.. region.All(Records.Breach).Where(b => !BreachRules.IsVoid(b))];
        string all = string.Join(", ", breaches.Select(b => b.Code("subject")).Distinct().Order(StringComparer.Ordinal));
        Responsible = responsible ?? (all.Length == 0 ? "nobody" : all);
        Rule = breaches.MaxBy(b => b.Whole("points"))?.Code("rule") ?? rule ?? "";
    }

    /// <summary>The region after it.</summary>
    public Region Region { get; }

    /// <summary>Tells whether all went as told.</summary>
    public bool AsTold { get; }

    /// <summary>Names who answers: by the breaches in the state, or, where a story is about something that fails, by whose
    /// act
    /// failed.</summary>
    public string Responsible { get; }

    /// <summary>The rule by which: that of the gravest breach, or the one that decided.</summary>
    public string Rule { get; }
}
