namespace ZkHealth.Accountability;

/// <summary>
/// Words about deliveries that wait for the other side's. One that has no answer when it is due is a breach of whoever is silent,
/// unless the other side names another root in a word that has no answer either: these contradict one another, and nobody is in
/// breach by that. It is decided when a word is due, so that who is in breach does not depend on the order of the words.
/// </summary>
internal static class WaitingWords
{
    /// <summary>A word waits for its answer: a server's for a receipt, a taker's for the server's.</summary>
    public static void Await(Change c, byte[] id, Row request, bool byServer)
    {
        byte[]? agreement = request.Optional<byte[]>("agreement");
        long due =
            c.Time
            + (
                agreement is null
                    ? c.Param(Parameter.ReceiptDue)
                    : c.Param(Parameter.ReceiptDue, c.Find(Records.Agreement, agreement)!)
            );
        c.Put(DueId(id), Records.Counter.Row(due));
        c.Schedule(due, EffectOf(byServer), id);
        Count(c, id, byServer, open: 1);
    }

    /// <summary>A word stands that asks for no answer: it contradicts one with another root all the same.</summary>
    public static void Stand(Change c, byte[] id) => Count(c, id, byServer: true, late: 1);

    /// <summary>A word has its answer.</summary>
    /// <param name="c">The change.</param>
    /// <param name="id">The use.</param>
    /// <param name="word">The use as it was before the answer.</param>
    /// <param name="byServer">Whose word it was.</param>
    /// <returns>When the answer was due; null where it asked for none.</returns>
    public static long? Answer(Change c, byte[] id, Row word, bool byServer)
    {
        long? due = c.Find(Records.Counter, DueId(id))?.Whole("count");
        if (due > c.Time)
        {
            c.Cancel(due.Value, EffectOf(byServer), id);
            Count(c, id, byServer, open: -1);
        }
        else if (!word.Flag("dispute"))
        {
            Count(c, id, byServer, late: -1);
        }

        return due;
    }

    /// <summary>The taker's word is due.</summary>
    public static void ReceiptLate(Change c, byte[] id)
    {
        if (IsSilent(c, id, byServer: true) && IsFirstSilence(c, id, byServer: true))
        {
            // the taker's deposit is untouched: nobody pays on one party's word
            string taker = RequestOf(c, id).Code("recipient");
            BreachRules.Record(c, taker, "NO_RECEIPT", Severity.Minor, null, id);
        }
    }

    /// <summary>The server's word is due.</summary>
    public static void LogLate(Change c, byte[] id)
    {
        bool silent = IsSilent(c, id, byServer: false) && RequestOf(c, id).Flag("permitted");
        if (silent && IsFirstSilence(c, id, byServer: false))
        {
            string server = c.Find(Records.Use, id)!.Code("provider");
            BreachRules.Record(c, server, "NOT_LOGGED", Severity.Minor, null, id);
        }
    }

    /// <summary>Determines whether silence about a delivery is the first of a day between the two, however many requests there
    /// are between them: words that are made up cost the other side no more than one.</summary>
    private static bool IsFirstSilence(Change c, byte[] id, bool byServer)
    {
        byte[] day = Ids.Of(
            byServer ? "no receipt" : "not logged",
            Ids.Text(c.Find(Records.Use, id)!.Code("provider")),
            Ids.Text(RequestOf(c, id).Code("recipient")),
            Ids.Number(c.Time / Durations.Day)
        );
        bool first = c.Find(Records.Counter, day) is null;
        if (first)
        {
            c.Put(day, Records.Counter.Row(1));
        }

        return first;
    }

    private static Row RequestOf(Change c, byte[] use) => c.Find(Records.Request, c.Find(Records.Use, use)!.Bytes("request"))!;

    /// <summary>The answer to a word is due.</summary>
    /// <returns>False where the other side has contradicted the word.</returns>
    private static bool IsSilent(Change c, byte[] id, bool byServer)
    {
        Row use = c.Find(Records.Use, id)!;
        Row own = Find(c, id, byServer),
            other = Find(c, id, !byServer);
        if (own.Whole("excused") > 0)
        {
            Count(c, id, byServer, open: -1, excused: -1);
        }
        else if (other.Whole("late") > 0)
        {
            Count(c, id, byServer, open: -1);
            Count(c, id, !byServer, late: -1);
        }
        else if (other.Whole("open") > other.Whole("excused"))
        {
            Count(c, id, byServer, open: -1);
            Count(c, id, !byServer, excused: 1);
        }
        else
        {
            Count(c, id, byServer, open: -1, late: 1);
            return true;
        }

        c.Put(id, use.With("dispute", true));
        return false;
    }

    private static Effect EffectOf(bool byServer) => byServer ? Effect.ReceiptLate : Effect.LogLate;

    private static byte[] DueId(byte[] id) => [.. id, 1];

    private static void Count(Change c, byte[] id, bool byServer, long open = 0, long excused = 0, long late = 0)
    {
        Row side = Find(c, id, byServer);
        long waiting = side.Whole("open") + open;
        c.Put(
            SideId(c, id, byServer),
            Records.Waiting.Row(
                waiting,
                Math.Min(side.Whole("excused") + excused, waiting),
                Math.Max(0, side.Whole("late") + late)
            )
        );
    }

    private static Row Find(Change c, byte[] id, bool byServer) =>
        c.Find(Records.Waiting, SideId(c, id, byServer)) ?? Records.Waiting.Row(0, 0, 0);

    private static byte[] SideId(Change c, byte[] id, bool byServer)
    {
        Row use = c.Find(Records.Use, id)!;
        return Ids.Of("waits", use.Bytes("request"), Ids.Text(use.Code("provider")), [byServer ? (byte)1 : (byte)0]);
    }
}
