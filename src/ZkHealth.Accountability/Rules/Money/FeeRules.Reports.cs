namespace ZkHealth.Accountability;

/// <summary>Values of use: reported, estimated, corrected, and what of them is booked to which period.</summary>
internal static partial class FeeRules
{
    /// <summary>`use value reported`: the cumulative value at the end of a period that is over, in the order of the periods, and
    /// never falling. That of the last one told can still be raised; so each value is split by the weights of its own
    /// period.</summary>
    public static void Report(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        long period = body.Whole("period");
        Row? agreement = c.Find(Records.Agreement, id);
        if (!c.Require(agreement is not null && agreement.Code("user") == c.Signer, "UNKNOWN_AGREEMENT"))
        {
            return;
        }

        bool isNext = period == agreement!.Whole("told");
        c.Require(isNext ? Fees.IsPeriodOver(agreement, period, c.Time) : IsLastTold(c, id, agreement, period), "PERIOD");
        c.Require(isNext || c.Find(Records.Pool, PeriodId(id, period))?.Flag("lapsed") != true, "LAPSED");
        long told = body.Whole("cumulative"),
            least = !isNext && IsReplaceable(c, id)
                ? c.Find(Records.Counter, BeforeId(id))!.Whole("count")
                : agreement.Whole("reported");
        c.Require(told >= least, "FALLING");
        if (c.IsRefused)
        {
            return;
        }

        // the user's own word stands, and is no estimate that another one replaces
        if (c.Find(Records.Counter, EstimatedId(id)) is not null)
        {
            c.Remove(Records.Counter, EstimatedId(id));
        }

        if (told < agreement.Whole("reported"))
        {
            Lower(c, id, agreement, period, told);
        }
        else
        {
            Tell(c, id, agreement, period, told);
        }
    }

    /// <summary>Determines whether the last figure is an estimate that the user may still replace: for as long as it may appeal
    /// against a breach.</summary>
    private static bool IsReplaceable(Change c, byte[] id) =>
        c.Find(Records.Counter, EstimatedId(id)) is Row end && c.Time < end.Whole("count");

    private static byte[] EstimatedId(byte[] agreement) => Ids.Of("estimated", agreement);

    private static byte[] BeforeId(byte[] agreement) => Ids.Of("told before", agreement);

    /// <summary>`use value estimated`, by an auditor, for a provider that signs along: what a silent user has not
    /// reported.</summary>
    public static void Estimate(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        long period = body.Whole("period");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(MemberRules.Has(c, c.Signer, "auditor"), "ROLE");
        if (!c.Require(agreement is not null, "UNKNOWN_AGREEMENT"))
        {
            return;
        }

        IReadOnlyList<string> providers = agreement!.Codes("providers");
        c.Require(c.Signer != agreement.Code("user") && !providers.Contains(c.Signer!), "PARTY");
        c.Require(Signatures.Along(c, "money", providers.Contains).Count > 0, "COUNTERSIGNATURE");
        c.Require(body.Whole("cumulative") >= agreement.Whole("reported"), "FALLING");
        c.Require(body.Whole("cumulative") <= MostEstimated(c, id, agreement), "AMOUNT");

        // while the user may still replace an estimate, no other one is built on it
        bool isSilent = period == agreement.Whole("told") && period < agreement.Whole("period") && !IsReplaceable(c, id);
        c.Require(isSilent, "NOT_SILENT");
        if (!c.IsRefused)
        {
            c.Put(EstimatedId(id), Records.Counter.Row(c.Time + c.Param(Parameter.Appeal)));
            c.Put(BeforeId(id), Records.Counter.Row(agreement.Whole("reported")));
            Tell(c, id, agreement, period, body.Whole("cumulative"));
        }
    }

    /// <summary>The largest value that may be estimated: what was told, and for the period as much as the one before added, or
    /// so much that its fee is the deposit. An auditor and a provider know no more, and nobody answers for what they
    /// imagine.</summary>
    private static long MostEstimated(Change c, byte[] id, Row agreement)
    {
        Row terms = agreement.Inner("terms");
        long told = agreement.Whole("reported"),
            before = c.Find(Records.Pool, PeriodId(id, agreement.Whole("told") - 2))?.Whole("value") ?? 0,
            ppm = Math.Max(terms.Whole("ppm"), 1);
        Int128 more = Int128.Max(told - before, (Int128)terms.Whole("deposit") * Fees.Million / ppm);
        return (long)Int128.Min(told + more, long.MaxValue);
    }

    /// <summary>`use value corrected`, by the user, all providers and an auditor signing along: a figure that was too high. What
    /// is owed falls; what was paid is not taken back from those who share it, and is set off against later fees.</summary>
    public static void Correct(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        long corrected = body.Whole("cumulative");
        Row? agreement = c.Find(Records.Agreement, id);
        if (!c.Require(agreement is not null && agreement.Code("user") == c.Signer, "UNKNOWN_AGREEMENT"))
        {
            return;
        }

        IReadOnlyList<string> providers = agreement!.Codes("providers");
        c.Require(
            Signatures.HaveAll(c, "money", providers)
                && Signatures.HaveOther(c, "auditor", [.. providers, agreement.Code("user")]),
            "COUNTERSIGNATURE"
        );
        c.Require(IsLastTold(c, id, agreement, body.Whole("period")), "PERIOD");
        c.Require(corrected < agreement.Whole("reported"), "NOT_LOWER");
        if (!c.IsRefused)
        {
            Lower(c, id, agreement, body.Whole("period"), corrected);
        }
    }

    /// <summary>A lower figure stands for the last period that was told.</summary>
    private static void Lower(Change c, byte[] id, Row agreement, long told, long corrected)
    {
        // a period that is not closed yet takes the figure that is told of it
        for (long period = told; period >= agreement.Whole("period"); period--)
        {
            Row pool = Pool(c, id, period);
            c.Put(PeriodId(id, period), pool.With("value", Math.Min(pool.Whole("value"), corrected)));
        }

        long ppm = agreement.Inner("terms").Whole("ppm"),
            valued = Math.Min(agreement.Whole("valued"), corrected),
            booked = agreement.Whole("booked") - Fees.Booked(ppm, agreement.Whole("valued")) + Fees.Booked(ppm, valued),
            paid = agreement.Whole("paid");
        Remit(c, id, agreement, Math.Max(paid, agreement.Whole("booked")) - Math.Max(paid, booked));
        c.Put(id, agreement.With("reported", corrected).With("valued", valued).With("booked", booked));
        Collect(c, id);
    }

    /// <summary>Determines whether a period is the last one whose value was told.</summary>
    private static bool IsLastTold(Change c, byte[] id, Row agreement, long period) =>
        period == agreement.Whole("told") - 1 && c.Find(Records.Pool, PeriodId(id, period)) is not null;

    /// <summary>A figure stands for a period: its duty is done. If the period has closed, the fee is booked at once.</summary>
    private static void Tell(Change c, byte[] id, Row agreement, long period, long cumulative)
    {
        c.Put(PeriodId(id, period), Pool(c, id, period).With("value", cumulative));
        agreement = agreement.With("reported", cumulative).With("told", period + 1);
        c.Put(id, agreement);
        FreezeRules.MakeGood(c, BreachRules.Id(SilenceId(id, period), agreement.Code("user")));
        agreement = c.Find(Records.Agreement, id)!;
        if (period == agreement.Whole("period"))
        {
            c.Cancel(c.Find(Records.Counter, Ids.Of("valueDue", id))?.Whole("count") ?? 0, Effect.ValueLate, id);
        }
        else if (period < agreement.Whole("period"))
        {
            BookLate(c, id, agreement, period, cumulative);
        }
    }

    /// <summary>Takes what is not owed any more from the periods that are not paid, the last one first.</summary>
    private static void Remit(Change c, byte[] id, Row agreement, long amount)
    {
        for (long period = agreement.Whole("period") - 1; amount > 0; period--)
        {
            Row pool = c.Find(Records.Pool, PeriodId(id, period))!;
            long less = Math.Min(amount, pool.Whole("booked") - pool.Whole("paid"));
            c.Put(PeriodId(id, period), pool.Plus("booked", -less));
            amount -= less;
        }
    }

    /// <summary>Books the value of a closed period at once, by the weights of that period.</summary>
    private static void BookLate(Change c, byte[] id, Row agreement, long period, long cumulative)
    {
        long ppm = agreement.Inner("terms").Whole("ppm"),
            more = Fees.Booked(ppm, cumulative) - Fees.Booked(ppm, agreement.Whole("valued"));
        Book(
            c,
            id,
            agreement
                .With("valued", cumulative)
                .With("unpaid", Math.Min(agreement.Whole("unpaid"), period))
                .With("unsettled", Math.Min(agreement.Whole("unsettled"), period)),
            period,
            (long)Int128.Min((Int128)agreement.Whole("booked") + more, long.MaxValue)
        );
        Collect(c, id);
    }

    /// <summary>Books the fee of the value reported so far: what it adds to that which was booked or paid before is the
    /// period's.</summary>
    private static void Book(Change c, byte[] id, Row agreement, long period, long fee)
    {
        Row pool = Pool(c, id, period);
        long before = Math.Max(agreement.Whole("booked"), agreement.Whole("paid"));
        c.Put(PeriodId(id, period), pool.Plus("booked", Math.Max(0, fee - before)));
        c.Put(id, agreement.With("booked", fee));
    }

    private static byte[] SilenceId(byte[] agreement, long period) => Ids.Of("silent", agreement, Ids.Number(period));

    /// <summary>Nothing was reported in time.</summary>
    public static void ReportLate(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        byte[] silence = SilenceId(id, agreement.Whole("period"));
        FreezeRules.Owe(c, BreachRules.Record(c, agreement.Code("user"), "VALUE_NOT_REPORTED", Severity.Serious, id, silence));
    }
}
