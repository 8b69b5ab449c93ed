namespace ZkHealth.Accountability;

/// <summary>Deposits: locked to one agreement, returned after its end if recalls are attested and nothing is open.</summary>
internal static class DepositRules
{
    /// <summary>`deposit paid`, by the treasury.</summary>
    public static void Pay(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(agreement is not null, "UNKNOWN_AGREEMENT");
        c.Require(agreement is null || !agreement.Flag("ended"), "ENDED");
        c.Require(c.Find(Records.Escrow, id)?.Optional<Row>("rail") is null, "RAIL");
        c.Require(Funds.CanReceive(c, body.Whole("amount")), "AMOUNT");
        if (!c.IsRefused)
        {
            Lock(c, id, c.Find(Records.Escrow, id) ?? Records.Escrow.Row(Array.Empty<Row>(), 0, 0, false), body.Whole("amount"));
        }
    }

    /// <summary>A contract has received a deposit: one deposit lies on one rail. What is stated after the end of the agreement
    /// waits to be let go as well, or it would stay in the contract for ever.</summary>
    public static void PayOnChain(Change c, Row contract, byte[] id, long more)
    {
        Row? agreement = c.Find(Records.Agreement, id),
            escrow = c.Find(Records.Escrow, id);
        c.Require(agreement is not null, "UNKNOWN_AGREEMENT");
        c.Require(escrow is null || !escrow.Flag("released"), "ENDED");
        c.Require(
            escrow is null
                || (escrow.Optional<Row>("rail") is Row rail && Rails.Id(rail).AsSpan().SequenceEqual(Rails.Id(contract))),
            "RAIL"
        );
        c.Require(Funds.CanReceive(c, more), "AMOUNT");
        if (!c.IsRefused)
        {
            Lock(c, id, escrow ?? Records.Escrow.Row(new[] { contract }, 0, 0, false), more);
            if (agreement!.Flag("ended") && escrow is null)
            {
                Await(c, id, agreement);
            }
        }
    }

    /// <summary>The deposit of an agreement that has ended stays for the time that the agreement keeps.</summary>
    public static void Await(Change c, byte[] id, Row agreement) =>
        c.Schedule(c.Time + c.Param(Parameter.DepositWait, agreement), Effect.DepositReturns, id);

    private static void Lock(Change c, byte[] id, Row escrow, long amount)
    {
        Funds.Add(c, Funds.Received, amount);
        c.Put(id, escrow.Plus("paid", amount));
        c.Put(id, c.Find(Records.Agreement, id)!.Plus("locked", amount));
    }

    /// <summary>A cut is final: what was held is no longer of the deposit, and free on its rail.</summary>
    public static void Forfeit(Change c, byte[] id, long held)
    {
        if (held > 0)
        {
            Row escrow = c.Find(Records.Escrow, id)!;
            c.Put(id, escrow.Plus("cut", held));
            Rails.Add(c, RailOf(escrow), held);
        }
    }

    private static byte[] RailOf(Row escrow) =>
        escrow.Optional<Row>("rail") is Row contract ? Rails.Id(contract) : Rails.Treasury;

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

        long locked = agreement.Whole("locked");
        c.Put(id, agreement.With("locked", 0));
        if (c.Find(Records.Escrow, id) is not Row escrow)
        {
            return;
        }

        c.Put(id, escrow.With("released", true));
        if (escrow.List<Row>("rail").Count > 0)
        {
            // the contract lets it go to whoever paid it, less the cuts, against an anchor of this state
            Funds.Add(c, Funds.PaidOut, locked);
            return;
        }

        byte[] user = Ids.Text(agreement.Code("user"));
        Rails.Add(c, Rails.Treasury, locked);
        Funds.Credit(c, user, locked);
        Rails.Settle(c, user);
        Rails.PassOn(c, user, locked);
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
            Math.Max(terms.Whole("penalty"), c.Param(Parameter.Penalty, agreement)),
            terms.Whole("deposit")
        );
        if (byVerdict)
        {
            return Take(c, id, agreement, wanted, out missing);
        }

        byte[] day = Ids.Of("cut", id, Ids.Number(c.Time / Durations.Day));
        long already = c.Find(Records.Counter, day)?.Whole("count") ?? 0;
        long cap = Math.Max(0, Fees.Booked(c.Param(Parameter.DailyCut, agreement), terms.Whole("deposit")) - already);
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
