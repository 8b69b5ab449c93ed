namespace ZkHealth.Accountability;

/// <summary>
/// Words about deliveries that wait for the other side's. One that has no answer when it is due is a breach of whoever is silent,
/// unless it has named another root in a word that has no answer either: these contradict one another, and nobody is in breach by
/// that. It is decided when a word is due, by the times of the words of both sides alone: a word excuses one silence, whether it
/// came before or after the word that it contradicts, and however the other side is excused.
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

    /// <summary>A word stands that asks for no answer, being a breach of whoever said it: it contradicts one with another root
    /// all the same.</summary>
    public static void Stand(Change c, byte[] id, bool byServer)
    {
        c.Put(DueId(id), Records.Counter.Row(0));
        Count(c, id, byServer, late: 1);
    }

    /// <summary>A word has its answer. One that was excused when it was due has used up its excuse.</summary>
    /// <param name="c">The change.</param>
    /// <param name="id">The use.</param>
    /// <param name="word">The use as it was before the answer.</param>
    /// <param name="byServer">Whose word it was.</param>
    /// <returns>When the answer was due; null where it asked for none.</returns>
    public static long? Answer(Change c, byte[] id, Row word, bool byServer)
    {
        if (c.Find(Records.Counter, DueId(id))?.Whole("count") is not long due)
        {
            return null;
        }

        if (due > c.Time)
        {
            c.Cancel(due, EffectOf(byServer), id);
            Count(c, id, byServer, open: -1);
        }
        else if (!word.Flag("dispute"))
        {
            Count(c, id, byServer, late: -1);
        }

        return due == 0 ? null : due;
    }

    /// <summary>The taker's word is due. Its deposit is untouched: nobody pays on one party's word. What it does not contradict
    /// is recalled as any delivery, or whoever posts no receipt would keep for three points what others erase.</summary>
    public static void ReceiptLate(Change c, byte[] id)
    {
        if (IsSilent(c, id, byServer: true))
        {
            Row use = c.Find(Records.Use, id)!,
                request = c.Find(Records.Request, use.Bytes("request"))!;
            Silences.Record(c, request.Code("recipient"), "NO_RECEIPT", Severity.Minor, use.Code("provider"), id);
            UseRules.NoteDelivery(c, use.Code("provider"), request);
            UseRules.NoteTaken(c, request, use.List<byte[]>("handles"));
        }
    }

    /// <summary>The server's word is due.</summary>
    public static void LogLate(Change c, byte[] id)
    {
        if (IsSilent(c, id, byServer: false))
        {
            Row use = c.Find(Records.Use, id)!,
                request = c.Find(Records.Request, use.Bytes("request"))!;
            Silences.Record(c, use.Code("provider"), "NOT_LOGGED", Severity.Minor, request.Code("recipient"), id);
            UseRules.NoteDelivery(c, use.Code("provider"), request);
        }
    }

    /// <summary>
    /// The answer to a word is due: whoever is silent is excused by a word of its own about the same request that has no answer
    /// either, and each of these excuses once. What the other side is excused by is another matter, so that it does not depend on
    /// which word comes first.
    /// </summary>
    private static bool IsSilent(Change c, byte[] id, bool byServer)
    {
        Row other = Find(c, id, !byServer);
        bool silent =
            Find(c, id, byServer).Whole("excused") >= other.Whole("open") + other.Whole("excused") + other.Whole("late");
        Count(c, id, byServer, open: -1, excused: silent ? 0 : 1, late: silent ? 1 : 0);
        if (!silent)
        {
            c.Put(id, c.Find(Records.Use, id)!.With("dispute", true));
        }

        return silent;
    }

    private static Effect EffectOf(bool byServer) => byServer ? Effect.ReceiptLate : Effect.LogLate;

    private static byte[] DueId(byte[] id) => [.. id, 1];

    private static void Count(Change c, byte[] id, bool byServer, long open = 0, long excused = 0, long late = 0) =>
        c.Put(SideId(c, id, byServer), Find(c, id, byServer).Plus("open", open).Plus("excused", excused).Plus("late", late));

    private static Row Find(Change c, byte[] id, bool byServer) =>
        c.Find(Records.Waiting, SideId(c, id, byServer)) ?? Records.Waiting.Row(0, 0, 0);

    private static byte[] SideId(Change c, byte[] id, bool byServer)
    {
        Row use = c.Find(Records.Use, id)!;
        return Ids.Of("waits", use.Bytes("request"), Ids.Text(use.Code("provider")), [byServer ? (byte)1 : (byte)0]);
    }
}
