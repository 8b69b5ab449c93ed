namespace ZkHealth.Accountability;

/// <summary>Weights of providers and patients in the fee of a period.</summary>
internal static partial class FeeRules
{
    /// <summary>The most rows of statistics that weigh; with the largest factor far below the largest number.</summary>
    private const long MaxRows = 1_000_000_000;

    /// <summary>Counts handles of a confirmed use in the period of its confirmation: each once a period and provider, with the
    /// factor that governance gave the provider. Assisted handles, which no registrar backs, weigh nothing.</summary>
    public static void Count(Change c, byte[] id, string provider, IEnumerable<byte[]> handles)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        if (!IsCounted(agreement))
        {
            return;
        }

        long period = Fees.PeriodAt(agreement, c.Time),
            factor = c.Find(Records.Member, provider)!.Whole("factor");
        Row pool = Pool(c, id, period);
        byte[] weight = WeightId(id, period, provider);
        foreach (byte[] handle in handles.Where(h => IsBacked(c, h)))
        {
            byte[] mine = Ids.Of("weighed", weight, handle),
                counted = CountedId(id, period, handle);
            if (c.Find(Records.Counter, mine) is null)
            {
                c.Put(mine, Records.Counter.Row(1));
                c.Put(weight, (c.Find(Records.Weight, weight) ?? Records.Weight.Row(0)).Plus("value", factor));
            }

            if (c.Find(Records.Counter, counted) is null)
            {
                long share = ShareOf(c, handle);
                c.Put(counted, Records.Counter.Row(share));
                pool = pool.Plus("handles", 1).Plus("weight", share);
            }
        }

        c.Put(PeriodId(id, period), pool);
    }

    /// <summary>Counts proven rows of statistics of a provider: the most of one confirmed use in the period, since the rows of
    /// several are those of the same patients.</summary>
    public static void CountRows(Change c, byte[] id, string provider, long rows)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        if (!IsCounted(agreement))
        {
            return;
        }

        byte[] weight = WeightId(id, Fees.PeriodAt(agreement, c.Time), provider),
            most = Ids.Of("proven", weight);
        long had = c.Find(Records.Counter, most)?.Whole("count") ?? 0,
            more = Math.Min(rows, MaxRows) - had;
        if (more > 0)
        {
            long factor = c.Find(Records.Member, provider)!.Whole("factor");
            c.Put(most, Records.Counter.Row(had + more));
            c.Put(weight, (c.Find(Records.Weight, weight) ?? Records.Weight.Row(0)).Plus("value", factor * more));
        }
    }

    /// <summary>Determines whether what is used now weighs in any fee.</summary>
    private static bool IsCounted(Row agreement) => Fees.AreAsked(agreement.Inner("terms")) && !IsOver(agreement);

    private static bool IsBacked(Change c, byte[] handle) => c.Find(Records.Consent, handle)?.Flag("backed") == true;

    /// <summary>The weight of a patient's share: the factor for remote patients that governance gave her provider of record at
    /// its admission, or 1; never what provider or patient says.</summary>
    private static long ShareOf(Change c, byte[] handle)
    {
        Row? consent = c.Find(Records.Consent, handle);
        Row? provider = consent is null ? null : c.Find(Records.Member, consent.Code("provider"));
        return provider?.List<long>("remote") is [long factor] ? factor : Fees.Million;
    }

    private static byte[] WeightId(byte[] agreement, long period, string provider) =>
        Ids.Of("weight", agreement, Ids.Number(period), Ids.Text(provider));

    private static byte[] CountedId(byte[] agreement, long period, byte[] handle) =>
        Ids.Of("counted", agreement, Ids.Number(period), handle);
}
