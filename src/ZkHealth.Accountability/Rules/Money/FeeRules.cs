namespace ZkHealth.Accountability;

/// <summary>
/// Fees of use: the user reports the cumulative value; when a period closes, the fee is booked and split by the weights of
/// that
/// period, which do not change any more. What the user cannot pay is a debt, split by the same weights when it comes.
/// </summary>
internal static class FeeRules
{
    /// <summary>The most operators that share a fee.</summary>
    private const int MaxOperators = 64;

    /// <summary>Makes the report of a period due, and its closing.</summary>
    public static void OpenPeriod(Change c, byte[] agreement, Row terms, long period)
    {
        long life = c.Param(Parameter.ReportDue, c.Find(Records.Agreement, agreement)!);
        long due = terms.Whole("from") + ((period + 1) * terms.Whole("period")) + life;
        due = Math.Max(due, c.Time + 1);
        c.Put(PeriodId(agreement, period), Records.Pool.Row(0, 0, 0, 0, false, false));
        if (terms.Whole("ppm") > 0)
        {
            c.Put(Ids.Of("valueDue", agreement), Records.Counter.Row(due));
            c.Schedule(due, Effect.ValueLate, agreement);
        }

        if (terms.Whole("ppm") > 0 || terms.Whole("perThousand") > 0 || terms.Whole("flat") > 0)
        {
            c.Schedule(due, Effect.PeriodCloses, agreement);
        }
    }

    /// <summary>`use value reported`: cumulative, never falling.</summary>
    public static void Report(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(agreement is not null && agreement.Code("user") == c.Signer, "UNKNOWN_AGREEMENT");
        c.Require(agreement is null || body.Whole("cumulative") >= agreement.Whole("reported"), "FALLING");
        if (c.IsRefused)
        {
            return;
        }

        if (IsSilent(c, id, agreement!))
        {
            BookLate(c, id, agreement!, body.Whole("cumulative"));
        }
        else
        {
            c.Put(id, agreement!.With("reported", body.Whole("cumulative")));
            c.Cancel(c.Find(Records.Counter, Ids.Of("valueDue", id))?.Whole("count") ?? 0, Effect.ValueLate, id);
        }
    }

    /// <summary>`use value estimated`, by an auditor, for a provider that signs along: what a silent user has not
    /// reported.</summary>
    public static void Estimate(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(MemberRules.Has(c, c.Signer, "auditor"), "ROLE");
        if (!c.Require(agreement is not null, "UNKNOWN_AGREEMENT"))
        {
            return;
        }

        IReadOnlyList<string> providers = agreement!.Codes("providers");
        c.Require(c.Signer != agreement.Code("user") && !providers.Contains(c.Signer!), "PARTY");
        c.Require(providers.Any(p => Signatures.Cosigned(c, p)), "COUNTERSIGNATURE");
        c.Require(body.Whole("cumulative") >= agreement.Whole("reported"), "FALLING");
        c.Require(IsSilent(c, id, agreement), "NOT_SILENT");
        if (!c.IsRefused)
        {
            BookLate(c, id, agreement, body.Whole("cumulative"));
        }
    }

    /// <summary>Determines whether the value of the last closed period was not reported in time, nor since.</summary>
    private static bool IsSilent(Change c, byte[] id, Row agreement) =>
        c.Find(Records.Counter, Ids.Of("silence", id))?.Whole("count") == agreement.Whole("period");

    /// <summary>Books the value of a closed period at once, by the weights of that period.</summary>
    private static void BookLate(Change c, byte[] id, Row agreement, long cumulative)
    {
        long ppm = agreement.Inner("terms").Whole("ppm"),
            more = Fees.Booked(ppm, cumulative) - Fees.Booked(ppm, agreement.Whole("reported"));
        long booked = (long)Int128.Min((Int128)agreement.Whole("booked") + more, long.MaxValue);
        c.Put(Ids.Of("silence", id), Records.Counter.Row(0));
        c.Put(id, agreement.With("reported", cumulative).With("booked", booked));
        Collect(c, id);
    }

    /// <summary>Nothing was reported in time.</summary>
    public static void ReportLate(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        c.Put(Ids.Of("silence", id), Records.Counter.Row(agreement.Whole("period") + 1));
        BreachRules.Record(
            c,
            agreement.Code("user"),
            "VALUE_NOT_REPORTED",
            Severity.Serious,
            id,
            Ids.Of("silent", id, Ids.Number(agreement.Whole("period")))
        );
    }

    /// <summary>A period closes: its fee is booked, its weights are fixed, the next one opens until the tail of the agreement
    /// is
    /// over.</summary>
    public static void Close(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!,
            terms = agreement.Inner("terms");
        long period = agreement.Whole("period");
        Row pool = c.Find(Records.Pool, PeriodId(id, period))!;

        // what the weights before left over stays with the patients
        long settled = agreement.Whole("paid") - agreement.Whole("settled");
        long dust = Shares.Of(agreement, settled).Dust;
        Funds.Add(c, Funds.Dust, -dust);
        Funds.Add(c, Funds.Patients, dust);
        IReadOnlyList<string> providers = agreement.Codes("providers");
        var weights = providers
            .Select(p => (object)(c.Find(Records.Weight, WeightId(id, period, p))?.Whole("value") ?? 0L))
            .ToList();
        c.Put(PeriodId(id, period), pool.With("closed", true));
        c.Schedule(c.Time + c.Param(Parameter.ShareLife, agreement), Effect.SharesLapse, PeriodId(id, period));
        c.Put(
            id,
            agreement
                .With("weights", weights)
                .With("operators", MemberRules.Of(c, "operator").Select(m => m.Code("subject")).Take(MaxOperators).ToList())
                .With("settled", agreement.Whole("paid"))
                .With("period", period + 1)
                .With("booked", Math.Max(agreement.Whole("booked"), Fees.Of(agreement, c.Time)))
        );
        Collect(c, id);
        if (terms.Whole("from") + ((period + 1) * terms.Whole("period")) < agreement.Whole("until") + terms.Whole("tail"))
        {
            OpenPeriod(c, id, terms, period + 1);
        }
    }

    /// <summary>`money received`, by the treasury, for an account; a debt is paid first.</summary>
    public static void ReceiveMoney(Change c, Row body)
    {
        string subject = body.Code("subject");
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(c.Find(Records.Member, subject) is not null, "UNKNOWN_MEMBER");
        c.Require(Funds.CanReceive(c, body.Whole("amount")), "AMOUNT");
        if (c.IsRefused)
        {
            return;
        }

        Rails.Add(c, Rails.Treasury, body.Whole("amount"));
        Receive(c, Ids.Text(subject), body.Whole("amount"));
    }

    /// <summary>Money comes in for an account; debts are paid first.</summary>
    public static void Receive(Change c, byte[] account, long amount)
    {
        Funds.Add(c, Funds.Received, amount);
        Funds.Credit(c, account, amount);
        Rails.Settle(c, account);
    }

    /// <summary>`share claimed` by a handle whose record was used in a closed period that is paid.</summary>
    public static void Claim(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement"),
            handle = c.Act!.Signer,
            counted = CountedId(id, body.Whole("period"), handle);
        Row? agreement = c.Find(Records.Agreement, id);
        Row? pool = c.Find(Records.Pool, PeriodId(id, body.Whole("period")));
        c.Require(pool is not null && pool.Flag("closed"), "PERIOD");
        c.Require(pool is null || !pool.Flag("lapsed"), "LAPSED");
        c.Require(c.Find(Records.Replaced, handle) is null, "REPLACED");
        c.Require(c.Find(Records.Counter, counted) is not null && IsBacked(c, handle), "NOT_USED");
        c.Require(c.Find(Records.Counter, Ids.Of("claimed", counted)) is null, "DUPLICATE");
        c.Require(agreement is null || agreement.Whole("booked") == agreement.Whole("paid"), "NOT_PAID_YET");
        if (!c.IsRefused)
        {
            long weight = c.Find(Records.Counter, counted)!.Whole("count"),
                share = (long)((Int128)pool!.Whole("amount") * weight / pool.Whole("weight"));
            c.Put(Ids.Of("claimed", counted), Records.Counter.Row(1));
            c.Put(PeriodId(id, body.Whole("period")), pool.Plus("claimed", share));
            Funds.Earn(c, handle, share);
        }
    }

    /// <summary>Shares that nobody claimed go to the patients' fund.</summary>
    public static void Lapse(Change c, byte[] id)
    {
        Row pool = c.Find(Records.Pool, id)!;
        Funds.Add(c, Funds.Patients, pool.Whole("amount") - pool.Whole("claimed"));
        c.Put(id, pool.With("claimed", pool.Whole("amount")).With("lapsed", true));
    }

    /// <summary>`payout recorded`, by the treasury: never more than the account holds once its debts are paid, nor than the
    /// treasury does; an account with a contract is paid there alone.</summary>
    public static void PayOut(Change c, Row body)
    {
        byte[] account = body.Bytes("account");
        long amount = body.Whole("amount");
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(Rails.Payee(c, account) is null, "RAIL");
        Rails.Settle(c, account);
        c.Require(amount > 0 && amount <= Funds.Balance(c, account) && amount <= Rails.Free(c, Rails.Treasury), "AMOUNT");
        if (!c.IsRefused)
        {
            c.Put(account, c.Find(Records.Account, account)!.Plus("amount", -amount).Plus("paid", amount));
            Funds.Add(c, Funds.PaidOut, amount);
            Rails.Add(c, Rails.Treasury, -amount);
        }
    }

    /// <summary>Counts handles of a confirmed use: each once a period and provider, with the factor that governance gave the
    /// provider. Assisted handles, which no registrar backs, weigh nothing.</summary>
    public static void Count(Change c, byte[] id, string provider, IEnumerable<byte[]> handles)
    {
        long period = c.Find(Records.Agreement, id)!.Whole("period"),
            factor = c.Find(Records.Member, provider)!.Whole("factor");
        if (c.Find(Records.Pool, PeriodId(id, period)) is not Row pool)
        {
            return;
        }

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
                c.Put(id, c.Find(Records.Agreement, id)!.Plus("handles", 1));
            }
        }

        c.Put(PeriodId(id, period), pool);
    }

    private static bool IsBacked(Change c, byte[] handle) => c.Find(Records.Consent, handle)?.Flag("backed") == true;

    /// <summary>The weight of a patient's share: the factor for remote patients that governance gave her provider of record at
    /// its admission, or 1; never what provider or patient says.</summary>
    private static long ShareOf(Change c, byte[] handle)
    {
        Row? consent = c.Find(Records.Consent, handle);
        Row? provider = consent is null ? null : c.Find(Records.Member, consent.Code("provider"));
        return provider?.List<long>("remote") is [long factor] ? factor : Fees.Million;
    }

    /// <summary>Pays what is owed as far as the account of the user reaches.</summary>
    public static void Collect(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        byte[] user = Ids.Text(agreement.Code("user"));
        long pay = Math.Min(Funds.Balance(c, user), agreement.Whole("booked") - agreement.Whole("paid"));
        if (pay > 0)
        {
            Funds.Credit(c, user, -pay);
            Distribute(c, id, agreement, pay);
        }

        Row after = c.Find(Records.Agreement, id)!;
        IReadOnlyList<byte[]> debts = c.Find(Records.Debts, agreement.Code("user"))?.List<byte[]>("agreements") ?? [];
        IEnumerable<byte[]> others = debts.Where(d => !d.AsSpan().SequenceEqual(id));
        bool owes = after.Whole("booked") > after.Whole("paid");
        c.Put(agreement.Code("user"), Records.Debts.Row(owes ? others.Append(id) : others));
    }

    /// <summary>Books what each receiver has by the sum paid so far, less what it had before: parts of a payment lose
    /// nothing.</summary>
    private static void Distribute(Change c, byte[] id, Row agreement, long pay)
    {
        long before = agreement.Whole("paid") - agreement.Whole("settled");
        Shares had = Shares.Of(agreement, before),
            has = Shares.Of(agreement, before + pay);
        Pay(c, agreement.Codes("operators"), had.Operators, has.Operators);
        Pay(c, agreement.Codes("providers"), had.Providers, has.Providers);
        byte[] pool = PeriodId(id, agreement.Whole("period") - 1);
        Row shares = c.Find(Records.Pool, pool)!;
        if (shares.Whole("handles") > 0 && !shares.Flag("lapsed"))
        {
            c.Put(pool, shares.Plus("amount", has.Patients - had.Patients));
        }
        else
        {
            Funds.Add(c, Funds.Patients, has.Patients - had.Patients);
        }

        Funds.Add(c, Funds.Dust, has.Dust - had.Dust);
        c.Put(id, agreement.Plus("paid", pay));
    }

    private static void Pay(Change c, IReadOnlyList<string> receivers, long[] had, long[] has)
    {
        for (int i = 0; i < receivers.Count; i++)
        {
            Funds.Earn(c, Ids.Text(receivers[i]), has[i] - had[i]);
        }
    }

    /// <summary>The id of the pool of a period.</summary>
    public static byte[] PeriodId(byte[] agreement, long period) => [.. agreement, .. Ids.Number(period)];

    private static byte[] WeightId(byte[] agreement, long period, string provider) =>
        Ids.Of("weight", agreement, Ids.Number(period), Ids.Text(provider));

    private static byte[] CountedId(byte[] agreement, long period, byte[] handle) =>
        Ids.Of("counted", agreement, Ids.Number(period), handle);
}
