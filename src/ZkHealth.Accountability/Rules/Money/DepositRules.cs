namespace ZkHealth.Accountability;

/// <summary>Deposits: locked to one agreement, returned after its end if recalls are attested and nothing is open.</summary>
internal static class DepositRules
{
    /// <summary>Describes how long a deposit stays after the end of its agreement.</summary>
    public const long Wait = 90 * Durations.Day;

    /// <summary>`deposit paid`, by the treasury.</summary>
    public static void Pay(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(agreement is not null, "UNKNOWN_AGREEMENT");
        c.Require(agreement is null || !agreement.Flag("ended"), "ENDED");
        c.Require(Funds.CanReceive(c, body.Whole("amount")), "AMOUNT");
        if (!c.IsRefused)
        {
            Funds.Add(c, Funds.Received, body.Whole("amount"));
            c.Put(id, agreement!.Plus("locked", body.Whole("amount")));
        }
    }

    /// <summary>Counts what is open under an agreement: recalls that are not attested, breaches that are not final.</summary>
    public static void Open(Change c, byte[] agreement, long change)
    {
        byte[] id = Ids.Of("open", agreement);
        c.Put(id, (c.Find(Records.Counter, id) ?? Records.Counter.Row(0)).Plus("count", change));
    }

    /// <summary>The deposit goes back, or waits for what is open.</summary>
    public static void Return(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        if (
            (c.Find(Records.Counter, Ids.Of("open", id))?.Whole("count") ?? 0) > 0
            || agreement.Whole("booked") > agreement.Whole("paid")
        )
        {
            c.Schedule(c.Time + (30 * Durations.Day), Effect.DepositReturns, id);
            return;
        }

        c.Put(id, agreement.With("locked", 0));
        Funds.Credit(c, Ids.Text(agreement.Code("user")), agreement.Whole("locked"));
    }

    /// <summary>Takes a cut by a breach out of a deposit: the agreement's penalty or the charter's, the larger one; by what is a
    /// breach without a verdict at most the daily part of what was agreed.</summary>
    /// <param name="c">The change.</param>
    /// <param name="id">The agreement.</param>
    /// <param name="byVerdict">Tells whether judges decided it.</param>
    /// <param name="missing">What the deposit did not reach.</param>
    /// <returns>What was taken.</returns>
    public static long Cut(Change c, byte[] id, bool byVerdict, out long missing)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        Row terms = agreement.Inner("terms");
        long wanted = Fees.Booked(
            Math.Max(terms.Whole("penalty"), Math.Min(c.Param(Parameter.Penalty, agreement), Fees.Million)),
            terms.Whole("deposit")
        );
        if (byVerdict)
        {
            return Take(c, id, agreement, wanted, out missing);
        }

        byte[] day = Ids.Of("cut", id, Ids.Number(c.Time / Durations.Day));
        long already = c.Find(Records.Counter, day)?.Whole("count") ?? 0;
        long cap = Math.Max(
            0,
            Fees.Booked(Math.Min(c.Param(Parameter.DailyCut, agreement), Fees.Million), terms.Whole("deposit")) - already
        );
        long due = Math.Min(wanted, cap);
        c.Put(day, Records.Counter.Row(already + due));
        return Take(c, id, agreement, due, out missing);
    }

    private static long Take(Change c, byte[] id, Row agreement, long due, out long missing)
    {
        long cut = Math.Min(due, agreement.Whole("locked"));
        missing = due - cut;
        c.Put(id, agreement.Plus("locked", -cut));
        return cut;
    }
}
