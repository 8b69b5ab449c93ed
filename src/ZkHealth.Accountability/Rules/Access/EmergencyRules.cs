namespace ZkHealth.Accountability;

/// <summary>Emergency access: one contact, ETREAT or BTG, reviewed afterwards; a missing review is the reviewers' breach, never
/// the rescuer's.</summary>
internal static class EmergencyRules
{
    /// <summary>`emergency`; its id is that of the act.</summary>
    public static void Open(Change c, Row body)
    {
        c.Require(MemberRules.Has(c, c.Signer, "provider"), "ROLE");
        c.Require(Purposes.IsEmergency(body.Code("purpose")), "PURPOSE");
        if (!c.IsRefused)
        {
            byte[] id = c.Act!.Id;
            byte[] daily = Ids.Of("emergencies", Ids.Text(c.Signer!), body.Bytes("person"), Ids.Number(c.Time / Durations.Day));
            long count = (c.Find(Records.Counter, daily)?.Whole("count") ?? 0) + 1;
            c.Put(daily, Records.Counter.Row(count));
            c.Put(
                id,
                Records.Emergency.Row(
                    c.Signer!,
                    body.Bytes("person"),
                    false,
                    c.Time + c.Param(Parameter.Emergency),
                    count > c.Param(Parameter.Emergencies),
                    false
                )
            );
            long due = c.Time + c.Param(Parameter.ReviewDue);
            c.Put(Ids.Of("review", id), Records.Counter.Row(due));
            c.Schedule(due, Effect.ReviewLate, id);
        }
    }

    /// <summary>`emergency reviewed` by an authority that is not the provider.</summary>
    public static void Review(Change c, Row body)
    {
        byte[] id = body.Bytes("access");
        Row? access = c.Find(Records.Emergency, id);
        c.Require(MemberRules.Has(c, c.Signer, "authority"), "ROLE");
        c.Require(access is not null && access.Code("provider") != c.Signer, "UNKNOWN_ACCESS");
        c.Require(access is null || !access.Flag("reviewed"), "DUPLICATE");

        // one authority convicts nobody by itself: it upholds what a patient has objected to, or reports it to the judges
        c.Require(access is null || access.Flag("objected") || !body.Flag("upheld"), "NOT_OBJECTED");
        if (c.IsRefused)
        {
            return;
        }

        c.Put(id, access!.With("reviewed", true));
        c.Cancel(c.Find(Records.Counter, Ids.Of("review", id))!.Whole("count"), Effect.ReviewLate, id);
        if (body.Flag("upheld"))
        {
            BreachRules.Record(
                c,
                access.Code("provider"),
                "NO_EMERGENCY",
                Severity.Serious,
                null,
                id,
                access.Bytes("person"),
                other: c.Signer
            );
        }
    }

    /// <summary>A patient of the provider objects: the review sees it.</summary>
    public static void Object(Change c, byte[] handle, byte[] id)
    {
        Row? access = c.Find(Records.Emergency, id);
        c.Require(
            access is not null
                && !access.Flag("reviewed")
                && access.Code("provider") == c.Find(Records.Consent, handle)?.Code("provider"),
            "UNKNOWN_ACCESS"
        );
        if (!c.IsRefused)
        {
            c.Put(id, access!.With("objected", true));
        }
    }

    /// <summary>Nobody reviewed it in time: a breach of the authorities that could. Of what is due later on the day nobody looks
    /// for them again, however many emergencies a provider declares.</summary>
    public static void ReviewLate(Change c, byte[] id)
    {
        string provider = c.Find(Records.Emergency, id)!.Code("provider");
        byte[] day = Ids.Of("reviews", Ids.Text(provider), Ids.Number(c.Time / Durations.Day));
        if (c.Find(Records.Counter, day) is not null)
        {
            return;
        }

        c.Put(day, Records.Counter.Row(1));
        long opened = c.Time - c.Param(Parameter.ReviewDue);
        foreach (Row m in MemberRules.Of(c, "authority", opened).Where(m => !m.Flag("suspended")))
        {
            if (m.Code("subject") != provider)
            {
                Silences.Record(c, m.Code("subject"), "REVIEW_LATE", Severity.Minor, provider, id);
            }
        }
    }
}
