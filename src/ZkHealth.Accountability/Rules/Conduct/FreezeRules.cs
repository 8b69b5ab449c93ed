namespace ZkHealth.Accountability;

/// <summary>Agreements that a serious or grave breach freezes, until it is void, or final and made good.</summary>
internal static class FreezeRules
{
    /// <summary>A breach is final: the agreement thaws, unless what was late is still to be done.</summary>
    public static void Finish(Change c, byte[] id, Row breach)
    {
        if (c.Find(Records.Counter, OwedId(id)) is null)
        {
            Thaw(c, breach);
        }
    }

    /// <summary>A breach that was final is provisional again: what had thawed with it is frozen until it is judged.</summary>
    public static void Reopen(Change c, byte[] id, Row breach)
    {
        if (c.Find(Records.Counter, OwedId(id)) is null)
        {
            Count(c, breach, 1);
        }
    }

    /// <summary>Notes that what was late is still to be done: until then the agreement stays frozen.</summary>
    public static void Owe(Change c, byte[] id) => c.Put(OwedId(id), Records.Counter.Row(1));

    /// <summary>Notes that what was late is done: the agreement thaws when the breach is final.</summary>
    public static void MakeGood(Change c, byte[] id)
    {
        if (c.Find(Records.Counter, OwedId(id)) is null)
        {
            return;
        }

        c.Remove(Records.Counter, OwedId(id));
        if (c.Find(Records.Breach, id) is Row breach && breach.Code("status") == BreachRules.Final)
        {
            Thaw(c, breach);
        }
    }

    private static byte[] OwedId(byte[] breach) => Ids.Of("owed", breach);

    /// <summary>A breach freezes its agreement no longer.</summary>
    public static void Thaw(Change c, Row breach) => Count(c, breach, -1);

    private static void Count(Change c, Row breach, long change)
    {
        foreach (byte[] agreement in breach.List<byte[]>("agreement"))
        {
            if (breach.Whole("points") >= (long)Severity.Serious)
            {
                Freeze(c, agreement, change);
            }
        }
    }

    /// <summary>Counts the breaches for which an agreement is frozen: it thaws with the last that is annulled, or final and made
    /// good.</summary>
    public static void Freeze(Change c, byte[] agreement, long change)
    {
        byte[] id = Ids.Of("freezing", agreement);
        Row count = (c.Find(Records.Counter, id) ?? Records.Counter.Row(0)).Plus("count", change);
        c.Put(id, count);
        c.Put(agreement, c.Find(Records.Agreement, agreement)!.With("frozen", count.Whole("count") > 0));
    }
}
