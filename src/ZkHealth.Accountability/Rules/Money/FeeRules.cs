namespace ZkHealth.Accountability;

/// <summary>
/// Fees of use: the user reports the cumulative value; when a period closes, the fee is booked and split by the weights of
/// that period, which do not change any more. What the user cannot pay is a debt, split by the same weights when it comes.
/// </summary>
internal static partial class FeeRules
{
    /// <summary>The most operators that share a fee.</summary>
    private const int MaxOperators = 64;

    /// <summary>Opens the period in which an agreement is made. Those that were over before it have no duty, which nobody could
    /// do in time, and no use could weigh in them: their part of the fee is in that of the first.</summary>
    public static void OpenFirst(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        long first = Fees.PeriodAt(agreement, c.Time);
        c.Put(id, agreement.With("period", first).With("unsettled", first).With("unpaid", first).With("told", first));
        OpenPeriod(c, id, agreement.Inner("terms"), first);
    }

    /// <summary>Makes the report of a period due, and its closing.</summary>
    private static void OpenPeriod(Change c, byte[] agreement, Row terms, long period)
    {
        long life = c.Param(Parameter.ReportDue, c.Find(Records.Agreement, agreement)!);
        long due = terms.Whole("from") + ((period + 1) * terms.Whole("period")) + life;
        due = Math.Max(due, c.Time + 1);
        if (!Fees.AreAsked(terms))
        {
            return;
        }

        if (terms.Whole("ppm") > 0 && c.Find(Records.Agreement, agreement)!.Whole("told") <= period)
        {
            c.Put(Ids.Of("valueDue", agreement), Records.Counter.Row(due));
            c.Schedule(due, Effect.ValueLate, agreement);
        }

        c.Put(PeriodId(agreement, period), Pool(c, agreement, period));
        c.Schedule(due, Effect.PeriodCloses, agreement);
    }

    /// <summary>A period closes: its fee is booked, its weights are fixed, the next one opens until the tail of the agreement
    /// is over.</summary>
    public static void Close(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!,
            terms = agreement.Inner("terms");
        long period = agreement.Whole("period");
        Row pool = Pool(c, id, period);
        var weights = agreement
            .Codes("providers")
            .Select(p => (object)(c.Find(Records.Weight, WeightId(id, period, p))?.Whole("value") ?? 0L))
            .ToList();
        c.Put(
            PeriodId(id, period),
            pool.With("closed", true)
                .With("weights", weights)
                .With("operators", MemberRules.Of(c, "operator").Select(m => m.Code("subject")).Take(MaxOperators).ToList())
        );
        c.Schedule(c.Time + c.Param(Parameter.ShareLife, agreement), Effect.SharesLapse, PeriodId(id, period));

        // of a value that is not told yet nothing is booked; where none is asked for, nobody waits for one
        bool isTold = agreement.Whole("told") > period;
        agreement = agreement
            .Plus("handles", pool.Whole("handles"))
            .With("period", period + 1)
            .With("valued", isTold ? pool.Whole("value") : agreement.Whole("valued"))
            .With("told", isTold || terms.Whole("ppm") > 0 ? agreement.Whole("told") : period + 1);
        Book(c, id, agreement, period, Fees.Of(agreement, c.Time));
        Collect(c, id);
        if (period < Fees.LastPeriod(agreement))
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
        Row? pool = c.Find(Records.Pool, PeriodId(id, body.Whole("period")));
        c.Require(pool is not null && pool.Flag("closed"), "PERIOD");
        c.Require(pool is null || !pool.Flag("lapsed"), "LAPSED");
        c.Require(c.Find(Records.Replaced, handle) is null, "REPLACED");
        c.Require(c.Find(Records.Counter, counted) is not null && IsBacked(c, handle), "NOT_USED");
        if (pool is null || c.Find(Records.Counter, counted) is not Row share)
        {
            return;
        }

        // what a late payment adds is claimed again: the share is of all that was paid so far
        long had = c.Find(Records.Counter, Ids.Of("claimed", counted))?.Whole("count") ?? -1,
            has = (long)((Int128)pool.Whole("amount") * share.Whole("count") / pool.Whole("weight"));
        bool isPaid = pool.Whole("paid") == pool.Whole("booked");
        c.Require(isPaid || has > Math.Max(had, 0), "NOT_PAID_YET");
        c.Require(!isPaid || has > had, "DUPLICATE");
        if (!c.IsRefused)
        {
            long more = has - Math.Max(had, 0);
            c.Put(Ids.Of("claimed", counted), Records.Counter.Row(has));
            c.Put(PeriodId(id, body.Whole("period")), pool.Plus("claimed", more));
            Funds.Earn(c, handle, more);
        }
    }

    /// <summary>Determines whether all periods of an agreement have closed.</summary>
    private static bool IsOver(Row agreement) => agreement.Whole("period") > Fees.LastPeriod(agreement);

    /// <summary>Shares that nobody claimed go to the patients' fund.</summary>
    public static void Lapse(Change c, byte[] id)
    {
        Row pool = c.Find(Records.Pool, id)!;
        Funds.Add(c, Funds.Patients, pool.Whole("amount") - pool.Whole("claimed"));
        c.Put(id, pool.With("claimed", pool.Whole("amount")).With("lapsed", true));
        Settle(c, id[..^sizeof(long)]);
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

    /// <summary>Pays what is owed as far as the account of the user reaches, the oldest period first: each is split by its own
    /// weights, or whoever pays late would choose by whose.</summary>
    public static void Collect(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        string user = agreement.Code("user");
        long period = agreement.Whole("unpaid");
        for (; period < agreement.Whole("period"); period++)
        {
            Row pool = c.Find(Records.Pool, PeriodId(id, period))!;
            long pay = Math.Min(Funds.Balance(c, Ids.Text(user)), pool.Whole("booked") - pool.Whole("paid"));
            if (pay > 0)
            {
                Funds.Credit(c, Ids.Text(user), -pay);
                Distribute(c, id, period, pay);
            }

            if (pool.Whole("paid") + pay < pool.Whole("booked"))
            {
                break;
            }
        }

        c.Put(id, c.Find(Records.Agreement, id)!.With("unpaid", period));
        Settle(c, id);
        Row after = c.Find(Records.Agreement, id)!;
        Debts.Note(c, user, id, owes: after.Whole("booked") > after.Whole("paid"));
    }

    /// <summary>Periods that are paid and can be raised no more, or whose shares have lapsed: what the floors left over is the
    /// patients', and so is the part of the providers where none of them weighs. What a silent user pays later for a period that
    /// has lapsed is split anew.</summary>
    private static void Settle(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        long period = agreement.Whole("unsettled"),
            dust = 0;
        for (; period < agreement.Whole("period"); period++)
        {
            Row pool = c.Find(Records.Pool, PeriodId(id, period))!;
            bool isOver = agreement.Whole("told") > period + 1 || pool.Flag("lapsed");
            if (!isOver || pool.Whole("booked") > pool.Whole("paid"))
            {
                break;
            }

            dust += Shares.Of(agreement, pool).Dust;
            c.Put(PeriodId(id, period), pool.With("settled", pool.Whole("paid")));
        }

        Funds.Add(c, Funds.Dust, -dust);
        Funds.Add(c, Funds.Patients, dust);
        if (period > agreement.Whole("unsettled"))
        {
            c.Put(id, agreement.With("unsettled", period));
        }
    }

    /// <summary>Books what each receiver has by the sum paid so far, less what it had before: parts of a payment lose
    /// nothing.</summary>
    private static void Distribute(Change c, byte[] id, long period, long pay)
    {
        Row agreement = c.Find(Records.Agreement, id)!,
            pool = c.Find(Records.Pool, PeriodId(id, period))!;
        Shares had = Shares.Of(agreement, pool),
            has = Shares.Of(agreement, pool.Plus("paid", pay));
        bool isShared = pool.Whole("handles") > 0 && !pool.Flag("lapsed");
        c.Put(PeriodId(id, period), pool.Plus("paid", pay).Plus("amount", isShared ? has.Patients - had.Patients : 0));
        c.Put(id, agreement.Plus("paid", pay));
        Pay(c, pool.Codes("operators"), had.Operators, has.Operators);
        Pay(c, agreement.Codes("providers"), had.Providers, has.Providers);
        Funds.Add(c, Funds.Patients, isShared ? 0 : has.Patients - had.Patients);
        Funds.Add(c, Funds.Dust, has.Dust - had.Dust);
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

    /// <summary>The record of a period; a use counts in its own also before that opens.</summary>
    private static Row Pool(Change c, byte[] agreement, long period) =>
        c.Find(Records.Pool, PeriodId(agreement, period))
        ?? Records.Pool.Row(0, 0, 0, 0, false, false, 0, 0, 0, 0, Array.Empty<object>(), Array.Empty<string>());
}
