namespace ZkHealth.Accountability;

/// <summary>An authority's sanction and its rectification.</summary>
internal static class SanctionRules
{
    /// <summary>`sanction`: rule, amount, rectify by.</summary>
    public static void Order(Change c, Row body)
    {
        c.Require(MemberRules.Has(c, c.Signer, "authority"), "ROLE");
        c.Require(c.Find(Records.Member, body.Code("subject")) is not null && body.Code("subject") != c.Signer, "UNKNOWN_MEMBER");

        // an entry may be on its way for as long: nobody could do it in less
        c.Require(body.Whole("rectifyBy") - c.Param(Parameter.EntryLife) >= c.Time, "TERM");
        if (!c.IsRefused)
        {
            byte[] id = c.Act!.Id;
            c.Put(
                id,
                Records.Sanction.Row(
                    c.Signer!,
                    body.Code("subject"),
                    body.Code("rule"),
                    body.Whole("amount"),
                    body.Whole("rectifyBy"),
                    false
                )
            );
            c.Schedule(body.Whole("rectifyBy"), Effect.RectificationLate, id);
        }
    }

    /// <summary>`rectified`, by the subject.</summary>
    public static void Rectify(Change c, Row body)
    {
        byte[] id = body.Bytes("sanction");
        Row? sanction = c.Find(Records.Sanction, id);
        c.Require(sanction is not null && sanction.Code("subject") == c.Signer, "UNKNOWN_SANCTION");
        c.Require(sanction is null || !sanction.Flag("rectified"), "DUPLICATE");
        if (!c.IsRefused)
        {
            c.Cancel(sanction!.Whole("rectifyBy"), Effect.RectificationLate, id);
            LatenessRules.Note(c, id, sanction.Whole("rectifyBy"));
            c.Put(id, sanction.With("rectified", true));
        }
    }

    /// <summary>Not rectified in time.</summary>
    public static void Late(Change c, byte[] id)
    {
        Row sanction = c.Find(Records.Sanction, id)!;
        Silences.Record(c, sanction.Code("subject"), "NOT_RECTIFIED", Severity.Serious, sanction.Code("authority"), id);
    }
}
