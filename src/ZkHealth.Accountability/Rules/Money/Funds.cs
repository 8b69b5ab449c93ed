namespace ZkHealth.Accountability;

/// <summary>
/// Says whose money is. After every entry: received = Σ accounts + Σ locked in agreements + Σ held by breaches + Σ (pools −
/// claimed) + dust + patients' fund + paid out. What a contract was told to pay is paid out.
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
            Row row = c.Find(Records.Account, account) ?? NoAccount();
            c.Put(account, row.Plus("amount", amount));
        }
    }

    /// <summary>Books what an account earns: shares of fees and pools, deposits that go back. An account with a contract may draw
    /// it there.</summary>
    public static void Earn(Change c, byte[] account, long amount)
    {
        Credit(c, account, amount);
        Rails.PassOn(c, account, amount);
    }

    /// <summary>An empty account, with the treasury.</summary>
    public static Row NoAccount() => Records.Account.Row(0, 0, Array.Empty<Row>());

    /// <summary>The balance of an account.</summary>
    public static long Balance(Change c, byte[] account) => c.Find(Records.Account, account)?.Whole("amount") ?? 0;

    /// <summary>Determines whether money of this amount can come in without the largest amount being passed.</summary>
    public static bool CanReceive(Change c, long amount) =>
        amount > 0 && amount <= long.MaxValue - (c.Find(Records.Fund, Received)?.Whole("amount") ?? 0);
}
