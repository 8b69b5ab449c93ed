namespace ZkHealth.Accountability;

/// <summary>
/// Says where money lies outside of the books: with the treasury, or in a contract on a chain. After every entry Σ over rails
/// (money that is free) + Σ over deposits not let go (paid − cut) = Σ accounts + Σ locked + Σ held + Σ (pools − claimed) + dust +
/// patients' fund: nothing is promised on a rail that does not lie there.
/// </summary>
internal static class Rails
{
    /// <summary>The id of the treasury's rail.</summary>
    public static readonly byte[] Treasury = Ids.Text("treasury");

    /// <summary>The id of a contract's rail.</summary>
    public static byte[] Id(Row contract) => Ids.Of("rail", Ids.Number(contract.Whole("chain")), contract.Bytes("contract"));

    /// <summary>The id of what an account may draw from a contract.</summary>
    public static byte[] EntitlementId(byte[] rail, byte[] account) => Ids.Of("entitlement", rail, account);

    /// <summary>The contract of an account and its address there; null for the treasury.</summary>
    public static Row? Payee(Change c, byte[] account) => c.Find(Records.Account, account)?.Optional<Row>("rail");

    /// <summary>Determines whether the charter's table names a contract.</summary>
    public static bool IsNamed(Change c, Row contract) =>
        TableRules
            .Rows(c, TableRules.Rails)
            .Any(r =>
                r.Whole("number") == contract.Whole("chain")
                && r.Optional<byte[]>("digest") is byte[] word
                && word.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0
                && word.AsSpan(12).SequenceEqual(contract.Bytes("contract"))
            );

    /// <summary>The money of a rail that is neither drawn nor a deposit.</summary>
    public static long Free(Change c, byte[] rail) => c.Find(Records.Rail, rail)?.Whole("free") ?? 0;

    /// <summary>Tells how much more an account may be let draw from a contract: what is free there, below the largest
    /// sum.</summary>
    public static long Room(Change c, byte[] account, Row payee) =>
        Math.Min(
            Free(c, Id(payee)),
            long.MaxValue - (c.Find(Records.Entitlement, EntitlementId(Id(payee), account))?.Whole("amount") ?? 0)
        );

    /// <summary>Raises or lowers the free money of a rail.</summary>
    public static void Add(Change c, byte[] rail, long amount)
    {
        if (amount != 0)
        {
            c.Put(rail, (c.Find(Records.Rail, rail) ?? Records.Rail.Row(0)).Plus("free", amount));
        }
    }

    /// <summary>Passes on what came to an account of a contract: what its owner may draw there grows, as far as the money lies
    /// there. A debtor's stays on the account, for the debts.</summary>
    public static void PassOn(Change c, byte[] account, long amount)
    {
        if (Payee(c, account) is not Row payee || !IsNamed(c, payee) || IsDebtor(c, account))
        {
            return;
        }

        long passed = Math.Min(Math.Min(amount, Funds.Balance(c, account)), Room(c, account, payee));
        if (passed > 0)
        {
            Pay(c, account, payee, passed);
        }
    }

    /// <summary>Takes an amount from the balance of an account, and lets its owner draw as much from the contract.</summary>
    public static void Pay(Change c, byte[] account, Row payee, long amount)
    {
        Funds.Credit(c, account, -amount);
        Funds.Add(c, Funds.PaidOut, amount);
        Entitle(c, account, payee, amount);
    }

    /// <summary>Raises the sum that an account may draw from a contract. It never falls, also when the account leaves and comes
    /// back: the contract pays what is above that which it has paid, so an old anchor is harmless.</summary>
    public static void Entitle(Change c, byte[] account, Row payee, long amount)
    {
        byte[] rail = Id(payee),
            id = EntitlementId(rail, account);
        Row before =
            c.Find(Records.Entitlement, id)
            ?? Records.Entitlement.Row(payee.Whole("chain"), payee.Bytes("contract"), account, payee.Bytes("address"), 0, 0);
        c.Put(id, before.With("address", payee.Bytes("address")).Plus("amount", amount));
        Add(c, rail, -amount);
    }

    /// <summary>Directs what an account has not drawn from a contract yet to another address: the key of the one before may be in
    /// other hands.</summary>
    public static void Redirect(Change c, byte[] account, Row payee)
    {
        byte[] id = EntitlementId(Id(payee), account);
        if (c.Find(Records.Entitlement, id) is Row entitlement)
        {
            c.Put(id, entitlement.With("address", payee.Bytes("address")));
        }
    }

    /// <summary>Pays what the owner of an account owes, as far as its balance reaches: fees of every agreement, then
    /// fines.</summary>
    public static void Settle(Change c, byte[] account)
    {
        if (c.Find(Records.Member, account)?.Code("subject") is not string subject)
        {
            return;
        }

        // what is paid off goes out of the list; an empty account pays nothing, however much is owed
        while (Funds.Balance(c, account) > 0 && Debts.Oldest(c, subject) is byte[] agreement)
        {
            FeeRules.Collect(c, agreement);
        }

        FineRules.Collect(c, subject);
    }

    private static bool IsDebtor(Change c, byte[] account) =>
        c.Find(Records.Member, account) is Row member && FineRules.IsDebtor(c, member.Code("subject"));
}
