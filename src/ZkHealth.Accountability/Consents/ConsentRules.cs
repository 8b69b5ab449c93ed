namespace ZkHealth.Accountability;

/// <summary>Consents: one key (handle) a consent, countersigned by the provider of record, never endless.</summary>
internal static class ConsentRules
{
    /// <summary>`consent granted`.</summary>
    public static void Grant(Change c, Row body)
    {
        byte[] handle = c.Act!.Signer;
        string? provider = c
            .Act.Cosigners.Select(k => c.Find(Records.Key, k)?.Code("subject"))
            .FirstOrDefault(s => MemberRules.Has(c, s, "provider") && Signatures.Cosigned(c, s!));
        c.Require(provider is not null, "COUNTERSIGNATURE");
        c.Require(c.Find(Records.Consent, handle) is null, "HANDLE_USED");
        c.Require(
            body.Codes("purposes").All(p => Purposes.Exists(p) && !Purposes.IsEmergency(p)) && body.Codes("purposes").Count > 0,
            "PURPOSE"
        );
        c.Require(body.Codes("classes").Count > 0 && body.Codes("columns").Count > 0, "NOTHING_NAMED");
        c.Require(body.Code("recipient") != "any", "RECIPIENT");
        (long from, long until) = (body.Whole("from"), body.Whole("until"));
        c.Require(c.Time < until && from < until && until - from <= c.Param(Parameter.LongestTerm), "TERM");
        if (c.IsRefused)
        {
            return;
        }

        c.Put(
            handle,
            Records.Consent.Row(
                provider!,
                body.Code("recipient"),
                body.Codes("classes"),
                body.Codes("purposes"),
                body.Codes("columns"),
                from,
                until,
                body.Bytes("explanation"),
                Array.Empty<object>(),
                Array.Empty<object>()
            )
        );
        c.Schedule(until, Effect.ConsentEnds, handle);
    }

    /// <summary>`consent revoked`: whoever received something under it has to erase or restrict it.</summary>
    public static void Revoke(Change c, Row body)
    {
        byte[] handle = body.Bytes("handle");
        Row? consent = c.Find(Records.Consent, handle);
        c.Require(consent is not null && handle.AsSpan().SequenceEqual(c.Act!.Signer), "HANDLE");
        c.Require(consent is null || consent.List<long>("revoked").Count == 0, "DUPLICATE");
        if (!c.IsRefused)
        {
            c.Put(handle, consent!.With("revoked", new object[] { c.Time }));
            c.Cancel(consent!.Whole("until"), Effect.ConsentEnds, handle);
            RecallTaken(c, consent);
        }
    }

    /// <summary>A consent ends by its time.</summary>
    public static void End(Change c, byte[] handle) => RecallTaken(c, c.Find(Records.Consent, handle)!);

    /// <summary>Tells whether the consent of a handle covers all of what is asked, at the time of the change.</summary>
    public static bool Covers(
        Change c,
        byte[] handle,
        string recipient,
        string purpose,
        string @class,
        IEnumerable<string> columns
    )
    {
        if (c.Find(Records.Consent, handle) is not Row consent || !IsInForce(consent, c.Time))
        {
            return false;
        }

        string to = consent.Code("recipient");
        Row? member = c.Find(Records.Member, recipient);
        bool named =
            to == recipient || (member is not null && member.Codes("roles").Any(r => to == $"{r}/{member.Code("kind")}"));
        return named
            && consent.Codes("purposes").Any(p => Purposes.Covers(p, purpose))
            && consent.Codes("classes").Contains(@class)
            && columns.All(consent.Codes("columns").Contains);
    }

    /// <summary>Determines whether a consent is in force: from ≤ t &lt; until, and not revoked.</summary>
    public static bool IsInForce(Row consent, long time) =>
        consent.List<long>("revoked").Count == 0 && consent.Whole("from") <= time && time < consent.Whole("until");

    private static void RecallTaken(Change c, Row consent)
    {
        foreach (byte[] agreement in consent.List<byte[]>("taken"))
        {
            RecallRules.Demand(c, agreement);
        }
    }
}
