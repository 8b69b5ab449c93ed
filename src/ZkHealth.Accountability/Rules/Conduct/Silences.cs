namespace ZkHealth.Accountability;

/// <summary>
/// Duties that are late and that somebody else's acts have made: words about deliveries, reviews, contradictions, sanctions,
/// entries to append. Such acts can be made without end, so that what one member owes to one other by a rule, and is late with
/// on a UTC day, is one breach, however many duties it is. It is void when each of them turns out to have been in time.
/// </summary>
internal static class Silences
{
    /// <summary>Records that a duty is late.</summary>
    /// <param name="c">The change.</param>
    /// <param name="subject">Whose duty it is.</param>
    /// <param name="rule">The rule that is broken.</param>
    /// <param name="severity">Its points.</param>
    /// <param name="to">Whose acts made the duty; empty where anybody's do.</param>
    /// <param name="duty">The id of the duty.</param>
    /// <param name="time">When it was late; the time of the change if null.</param>
    public static void Record(Change c, string subject, string rule, Severity severity, string to, byte[] duty, long? time = null)
    {
        byte[] day = Ids.Of(
            "silence",
            Ids.Text(rule),
            Ids.Text(subject),
            Ids.Text(to),
            Ids.Number((time ?? c.Time) / Durations.Day)
        );
        string? owed = to.Length == 0 ? null : to;
        Row? before = c.Find(Records.Silence, day);
        long late = before?.Whole("late") ?? 0;
        byte[] breach =
            late == 0 ? BreachRules.Record(c, subject, rule, severity, null, duty, other: owed) : before!.Bytes("breach");
        c.Put(day, Records.Silence.Row(breach, late + 1));
        c.Put(BreachRules.Id(duty, subject), Records.Silent.Row(day));
    }

    /// <summary>Determines whether a duty was late.</summary>
    public static bool IsLate(Change c, string subject, byte[] duty) =>
        c.Find(Records.Silent, BreachRules.Id(duty, subject)) is not null;

    /// <summary>The id of what covers a late duty: the silences of its day, or its own breach; null where it was not
    /// late.</summary>
    public static byte[]? Covering(Change c, string subject, byte[] duty)
    {
        byte[] own = BreachRules.Id(duty, subject);
        return c.Find(Records.Silent, own)?.Bytes("day") ?? (c.Find(Records.Breach, own) is null ? null : own);
    }

    /// <summary>The breach that an id covers, be it that of a day or a breach's own.</summary>
    public static byte[] BreachOf(Change c, byte[] covering) => c.Find(Records.Silence, covering)?.Bytes("breach") ?? covering;

    /// <summary>The id of the breach of a subject by an act or a silence: for one of several that were late on a day, the breach
    /// that they are.</summary>
    public static byte[] BreachOf(ContractState state, byte[] act, string subject)
    {
        byte[] own = BreachRules.Id(act, subject);
        return state.Find(Records.Silent, own) is Row late
            ? state.Find(Records.Silence, late.Bytes("day"))!.Bytes("breach")
            : own;
    }

    /// <summary>One of the duties was in time: the breach is void if no other one of its day was late.</summary>
    public static void Excuse(Change c, byte[] covering)
    {
        if (c.Find(Records.Silence, covering) is Row day)
        {
            c.Put(covering, day.Plus("late", -1));
            if (day.Whole("late") > 1)
            {
                return;
            }
        }

        Verdicts.Annul(c, BreachOf(c, covering));
    }
}
