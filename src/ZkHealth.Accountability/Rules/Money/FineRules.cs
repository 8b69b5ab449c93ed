namespace ZkHealth.Accountability;

/// <summary>Fines: the part of a penalty that a deposit did not reach. It is owed once the breach is final, and a debtor has no
/// access.</summary>
internal static class FineRules
{
    /// <summary>Determines whether a member owes a fine, or a fee under any agreement.</summary>
    public static bool IsDebtor(Change c, string subject) => OwesFine(c, subject) || Debts.Oldest(c, subject) is not null;

    /// <summary>Determines whether a member owes a fine.</summary>
    public static bool OwesFine(Change c, string subject) => Owed(c, subject) > 0;

    /// <summary>Determines whether the user of an agreement has owed a fine for so long that the word about any delivery of the
    /// time before it is late.</summary>
    public static bool HasOwedFine(Change c, Row agreement) =>
        agreement.Code("user") is string subject
        && OwesFine(c, subject)
        && c.Time >= c.Find(Records.Fine, subject)!.Whole("since") + c.Param(Parameter.ReceiptDue, agreement);

    /// <summary>Makes a fine due, and pays it as far as the account reaches.</summary>
    public static void Add(Change c, string subject, long amount)
    {
        if (amount > 0)
        {
            // what is owed is the member's debt, not money that is there: it may pass what a number holds
            long owed = Owed(c, subject),
                since = owed > 0 ? c.Find(Records.Fine, subject)!.Whole("since") : c.Time;
            c.Put(subject, Records.Fine.Row((long)Int128.Min((Int128)owed + amount, long.MaxValue), since));
            Collect(c, subject);
        }
    }

    /// <summary>Pays fines into the patients' fund as far as the account of the member reaches.</summary>
    public static void Collect(Change c, string subject)
    {
        byte[] account = Ids.Text(subject);
        long pay = Math.Min(Funds.Balance(c, account), Owed(c, subject));
        if (pay > 0)
        {
            Funds.Credit(c, account, -pay);
            Funds.Add(c, Funds.Patients, pay);
            c.Put(subject, c.Find(Records.Fine, subject)!.Plus("amount", -pay));
        }
    }

    private static long Owed(Change c, string subject) => c.Find(Records.Fine, subject)?.Whole("amount") ?? 0;
}
