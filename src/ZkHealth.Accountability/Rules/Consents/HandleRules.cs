namespace ZkHealth.Accountability;

/// <summary>Patients' keys: lost seeds are replaced by provider and registrar together, guardians act for a patient until a
/// date, and the old key can object.</summary>
internal static class HandleRules
{
    private const long LongestGuardian = 20 * 366 * Durations.Day;

    /// <summary>Determines whether the signer of a restricting entry is the handle, or its guardian who was in force when it was
    /// sent.</summary>
    public static bool ActsFor(Change c, byte[] handle) =>
        handle.AsSpan().SequenceEqual(c.Act!.Signer)
        || (
            c.Find(Records.Guardian, handle) is Row guardian
            && guardian.Bytes("key").AsSpan().SequenceEqual(c.Act.Signer)
            && LatenessRules.EffectiveTime(c) < guardian.Whole("until")
        );

    /// <summary>`guardian named`, by the patient's key; for minors and the incapable by one provider that is no party to an
    /// agreement over the record, and a registrar.</summary>
    public static void NameGuardian(Change c, Row body)
    {
        byte[] handle = body.Bytes("handle"),
            key = body.Bytes("guardian");
        Row? consent = c.Find(Records.Consent, handle);
        bool patient = handle.AsSpan().SequenceEqual(c.Act!.Signer);
        c.Require(consent is not null, "HANDLE");
        c.Require(!patient || c.Find(Records.Replaced, handle) is null, "REPLACED");
        c.Require(
            patient || (MemberRules.Has(c, c.Signer, "provider") && Signatures.HaveOther(c, "registrar", c.Signer!)),
            "COUNTERSIGNATURE"
        );
        c.Require(
            patient
                || consent is null
                || !consent
                    .List<byte[]>("taken")
                    .Select(a => c.Find(Records.Agreement, a))
                    .Any(a => a is not null && (a.Code("user") == c.Signer || a.Codes("providers").Contains(c.Signer!))),
            "PARTY"
        );

        // whom the patient has chosen herself nobody else replaces while he is it
        c.Require(
            patient
                || c.Find(Records.Guardian, handle) is not Row chosen
                || !chosen.Flag("byPatient")
                || chosen.Whole("until") <= c.Time,
            "CHOSEN"
        );
        c.Require(c.Find(Records.Key, key) is null && !key.AsSpan().SequenceEqual(handle), "GUARDIAN");
        c.Require(c.Time < body.Whole("until") && body.Whole("until") - c.Time <= LongestGuardian, "TERM");
        if (!c.IsRefused)
        {
            c.Put(handle, Records.Guardian.Row(key, body.Whole("until"), patient));
        }
    }

    /// <summary>`handles replaced`, by the provider of record and a registrar: the old handles end after 14 days unless their
    /// key objects; until then only their restrictions count.</summary>
    public static void Replace(Change c, Row body)
    {
        IReadOnlyList<byte[]> handles = body.List<byte[]>("handles");
        c.Require(handles.Count > 0, "NOTHING_NAMED");
        c.Require(Signatures.HaveOther(c, "registrar", c.Signer!), "COUNTERSIGNATURE");
        c.Require(handles.All(h => c.Find(Records.Consent, h) is Row g && g.Code("provider") == c.Signer), "HANDLE");
        c.Require(handles.All(h => c.Find(Records.Replaced, h) is null), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        long due = c.Time + c.Param(Parameter.HandleWait);
        foreach (byte[] handle in handles)
        {
            c.Put(handle, Records.Replaced.Row(due, c.Act!.Id));
            c.Schedule(due, Effect.HandleEnds, handle);
        }
    }

    /// <summary>A replaced handle ends. Its key chooses no contract any more, so that the treasury pays what lies on its
    /// account.</summary>
    public static void End(Change c, byte[] handle)
    {
        if (c.Find(Records.Account, handle) is Row account && account.List<Row>("rail").Count > 0)
        {
            c.Put(handle, account.With("rail", Array.Empty<Row>()));
        }

        // also a consent that begins later
        if (
            c.Find(Records.Consent, handle) is Row consent
            && consent.List<long>("revoked").Count == 0
            && c.Time < consent.Whole("until")
        )
        {
            ConsentRules.Stop(c, handle);
        }
    }

    /// <summary>`handle objected`, by the patient or her guardian: against the replacement of the key, or against an emergency
    /// access to her record.</summary>
    public static void Object(Change c, Row body)
    {
        byte[] handle = body.Bytes("handle");
        c.Require(c.Find(Records.Consent, handle) is not null && ActsFor(c, handle), "HANDLE");
        byte[] about = body.Bytes("about");
        if (c.Find(Records.Emergency, about) is not null)
        {
            EmergencyRules.Object(c, handle, about);
            return;
        }

        // the entry names the replacement: one without it would be known already when the key is replaced again
        Row? replaced = c.Find(Records.Replaced, handle);
        replaced = replaced?.Bytes("by").AsSpan().SequenceEqual(about) == true ? replaced : null;
        c.Require(replaced is not null && LatenessRules.EffectiveTime(c) < replaced.Whole("due"), "NOT_REPLACED");
        if (!c.IsRefused)
        {
            // where the objection was held back the consent has ended and stays so; its key has all other rights again
            c.Cancel(replaced!.Whole("due"), Effect.HandleEnds, handle);
            c.Remove(Records.Replaced, handle);
        }
    }
}
