namespace ZkHealth.Accountability;

/// <summary>Values of use: reported, estimated, corrected, and what of them is booked to which period.</summary>
internal static partial class FeeRules
{
    /// <summary>`use value reported`: cumulative, never falling. One that comes before the period ends counts, and leaves the
    /// duty: what is sold until then is still to be reported.</summary>
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

        if (c.Time >= Fees.EndOfPeriod(agreement!))
        {
            c.Cancel(c.Find(Records.Counter, Ids.Of("valueDue", id))?.Whole("count") ?? 0, Effect.ValueLate, id);
        }

        // once the next period is over too, the figure is that one's, as after a report of nothing: by silence nobody chooses
        // whose weights split a fee
        bool isOver = IsOver(agreement!),
            isNext = !isOver && c.Time >= Fees.EndOfPeriod(agreement!),
            isSilent = IsSilent(c, id, agreement!);
        if ((isSilent && !isNext) || (isOver && agreement!.Whole("unsettled") < agreement.Whole("period")))
        {
            BookLate(c, id, agreement!, body.Whole("cumulative"));
            return;
        }

        c.Put(id, agreement!.With("reported", body.Whole("cumulative")));
        if (isSilent)
        {
            c.Put(Ids.Of("silence", id), Records.Counter.Row(0));
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

    /// <summary>`use value corrected`, by the user, all providers and an auditor signing along: a figure that was too high. What
    /// is owed falls; what was paid is not taken back from those who share it, and is set off against later fees.</summary>
    public static void Correct(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        if (!c.Require(agreement is not null && agreement.Code("user") == c.Signer, "UNKNOWN_AGREEMENT"))
        {
            return;
        }

        IReadOnlyList<string> providers = agreement!.Codes("providers");
        c.Require(
            providers.All(p => Signatures.Cosigned(c, p)) && Signatures.IsAudited(c, [.. providers, agreement.Code("user")]),
            "COUNTERSIGNATURE"
        );
        c.Require(body.Whole("cumulative") < agreement.Whole("reported"), "NOT_LOWER");
        if (c.IsRefused)
        {
            return;
        }

        long ppm = agreement.Inner("terms").Whole("ppm"),
            valued = Math.Min(agreement.Whole("valued"), body.Whole("cumulative")),
            booked = agreement.Whole("booked") - Fees.Booked(ppm, agreement.Whole("valued")) + Fees.Booked(ppm, valued),
            paid = agreement.Whole("paid");
        Remit(c, id, agreement, Math.Max(paid, agreement.Whole("booked")) - Math.Max(paid, booked));
        c.Put(id, agreement.With("reported", body.Whole("cumulative")).With("valued", valued).With("booked", booked));
        Collect(c, id);
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

    /// <summary>Determines whether the value of the last closed period was not reported in time, nor since.</summary>
    private static bool IsSilent(Change c, byte[] id, Row agreement) =>
        c.Find(Records.Counter, Ids.Of("silence", id))?.Whole("count") == agreement.Whole("period");

    /// <summary>Books the value of a closed period at once, by the weights of that period.</summary>
    private static void BookLate(Change c, byte[] id, Row agreement, long cumulative)
    {
        long ppm = agreement.Inner("terms").Whole("ppm"),
            more = Fees.Booked(ppm, cumulative) - Fees.Booked(ppm, agreement.Whole("valued"));
        c.Put(Ids.Of("silence", id), Records.Counter.Row(0));
        Book(
            c,
            id,
            agreement.With("reported", cumulative),
            agreement.Whole("period") - 1,
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
        c.Put(id, agreement.With("booked", fee).With("valued", agreement.Whole("reported")));
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
}
