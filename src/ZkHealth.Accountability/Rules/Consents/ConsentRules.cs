namespace ZkHealth.Accountability;

/// <summary>Consents: one key (handle) a consent, countersigned by the provider of record, never endless. One that a registrar
/// signs along is backed: the holder is one person; any other is assisted, for treatment only.</summary>
internal static class ConsentRules
{
    private static readonly string[] Roles = ["provider", "user", "authority", "auditor", "operator", "developer"];

    /// <summary>`consent granted`.</summary>
    public static void Grant(Change c, Row body)
    {
        byte[] handle = c.Act!.Signer;
        string? provider = Cosigner(c, "provider");
        string? registrar = Cosigner(c, "registrar", provider);

        // nobody is named for nothing: a registrar whose key has ended would leave a consent that counts for treatment only
        c.Require(provider is not null && c.Act.Cosigners.Count == (registrar is null ? 1 : 2), "COUNTERSIGNATURE");
        c.Require(c.Find(Records.Consent, handle) is null, "HANDLE_USED");
        IReadOnlyList<string> purposes = body.Codes("purposes");
        c.Require(purposes.All(p => Purposes.Exists(c, p) && !Purposes.IsEmergency(p)) && purposes.Count > 0, "PURPOSE");
        c.Require(body.Codes("classes").Count > 0 && body.Codes("columns").Count > 0, "NOTHING_NAMED");
        c.Require(IsRecipient(c, body.Code("recipient")), "RECIPIENT");
        c.Require(body.Codes("permission").All(DataUse.IsPermission), "PERMISSION");
        c.Require(IsAcceptedText(c, body), "TEXT");
        (long from, long until) = (body.Whole("from"), body.Whole("until"));
        long longest = purposes.Select(p => Purposes.LongestTerm(c, p)).DefaultIfEmpty(0).Min();
        c.Require(c.Time < until && from < until && until - from <= longest, "TERM");
        if (c.IsRefused)
        {
            return;
        }

        // nothing reaches back: a consent that was granted later is not older than what was collected before
        c.Put(
            handle,
            Records.Consent.Row(
                provider!,
                body.Code("recipient"),
                body.Codes("classes"),
                purposes,
                body.Codes("columns"),
                Math.Max(from, c.Time),
                until,
                body.Bytes("explanation"),
                registrar is not null,
                body.Codes("permission"),
                body.Codes("diseases"),
                body.Codes("modifiers"),
                body.List<byte[]>("projects"),
                body.Codes("institutions"),
                body.List<byte[]>("persons"),
                body.Codes("regions"),
                Array.Empty<object>(),
                Array.Empty<object>()
            )
        );
        c.Schedule(until, Effect.ConsentEnds, handle);
    }

    /// <summary>`consent revoked`, by the patient or her guardian: whoever received something under it has to erase or restrict
    /// it.</summary>
    public static void Revoke(Change c, Row body)
    {
        byte[] handle = body.Bytes("handle");
        Row? consent = c.Find(Records.Consent, handle);
        c.Require(consent is not null && HandleRules.ActsFor(c, handle), "HANDLE");
        c.Require(consent is null || consent.List<long>("revoked").Count == 0, "DUPLICATE");
        if (!c.IsRefused)
        {
            Stop(c, handle);
        }
    }

    /// <summary>Ends a consent before its time.</summary>
    public static void Stop(Change c, byte[] handle)
    {
        Row consent = c.Find(Records.Consent, handle)!;
        c.Put(handle, consent.With("revoked", new object[] { c.Time }));
        c.Cancel(consent.Whole("until"), Effect.ConsentEnds, handle);
        RecallTaken(c, consent.List<byte[]>("taken"));
    }

    /// <summary>A consent ends by its time.</summary>
    public static void End(Change c, byte[] handle) => RecallTaken(c, c.Look(Records.Consent, handle, "taken"));

    /// <summary>Tells whether the consent of a handle covers all of what is asked, at the time of the change.</summary>
    public static bool Covers(Change c, byte[] handle, Row recipient, Row asked, IReadOnlyList<string> duties)
    {
        if (c.Find(Records.Consent, handle) is not Row consent || !IsInForce(consent, c.Time))
        {
            return false;
        }

        string to = consent.Code("recipient"),
            purpose = asked.Code("purpose");
        return (to == recipient.Code("subject") || recipient.Codes("roles").Any(r => to == $"{r}/{recipient.Code("kind")}"))
            && (consent.Flag("backed") || Purposes.IsTreatment(c, purpose))
            && consent.Whole("until") - consent.Whole("from") <= Purposes.LongestTerm(c, purpose)
            && consent.Codes("purposes").Any(p => Purposes.Covers(c, p, purpose))
            && consent.Codes("classes").Contains(asked.Code("class"))
            && asked.Codes("columns").All(consent.Codes("columns").Contains)
            && DataUse.Holds(c, consent, asked, recipient, duties);
    }

    /// <summary>Determines whether a consent was in force at a time before, however it ended later.</summary>
    public static bool WasInForce(Row consent, long time) =>
        consent.Whole("from") <= time
        && time < consent.Whole("until")
        && consent.List<long>("revoked").All(revoked => time < revoked);

    /// <summary>Determines whether a consent is in force: from ≤ t &lt; until, and not revoked.</summary>
    public static bool IsInForce(Row consent, long time) =>
        consent.List<long>("revoked").Count == 0 && consent.Whole("from") <= time && time < consent.Whole("until");

    /// <summary>The member with a role that signed along, and is not another one, or null.</summary>
    private static string? Cosigner(Change c, string role, string? other = null) =>
        Signatures.Along(c, "attest", s => s != other && MemberRules.Has(c, s, role)) is [string first, ..] ? first : null;

    /// <summary>A member, or a class of role and kind; a class of any kind or role is void.</summary>
    private static bool IsRecipient(Change c, string recipient) =>
        recipient.Split('/') is [string role, string kind]
            ? Roles.Contains(role) && kind is not ("" or "any")
            : c.Find(Records.Member, recipient) is not null;

    /// <summary>The text that the patient was shown is one that the charter accepts, for all that she grants.</summary>
    private static bool IsAcceptedText(Change c, Row body) =>
        !TableRules.Has(c, TableRules.Texts)
        || (
            TableRules.FindText(c, body.Bytes("explanation")) is Row text
            && body.Codes("purposes").All(p => text.Codes("to").Any(t => Purposes.Covers(c, t, p)))
        );

    private static void RecallTaken(Change c, IReadOnlyList<byte[]> taken)
    {
        foreach (byte[] agreement in taken)
        {
            RecallRules.Demand(c, agreement);
        }
    }
}
