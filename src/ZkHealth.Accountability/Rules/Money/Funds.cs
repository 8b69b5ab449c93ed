namespace ZkHealth.Accountability;

/// <summary>
/// Says where money lies. After every entry: received = Σ accounts + Σ locked in agreements + Σ held by breaches + Σ (pools −
/// claimed) + dust + patients' fund + paid out.
/// </summary>
internal static class Funds
{
    public const string Received = "received",
        PaidOut = "paidOut",
        Dust = "dust",
        Patients = "patients";

    /// <summary>Raises or lowers a fund.</summary>
    public static void Add(Change c, string fund, long amount)
    {
        if (amount != 0)
        {
            Row row = c.Find(Records.Fund, fund) ?? Records.Fund.Row(0);
            c.Put(fund, row.Plus("amount", amount));
        }
    }

    /// <summary>Books to an account.</summary>
    public static void Credit(Change c, byte[] account, long amount)
    {
        if (amount != 0)
        {
            Row row = c.Find(Records.Account, account) ?? Records.Account.Row(0, 0);
            c.Put(account, row.Plus("amount", amount));
        }
    }

    /// <summary>The balance of an account.</summary>
    public static long Balance(Change c, byte[] account) => c.Find(Records.Account, account)?.Whole("amount") ?? 0;

    /// <summary>Determines whether money of this amount can come in without the largest amount being passed.</summary>
    public static bool CanReceive(Change c, long amount) =>
        amount > 0 && amount <= long.MaxValue - (c.Find(Records.Fund, Received)?.Whole("amount") ?? 0);
}
