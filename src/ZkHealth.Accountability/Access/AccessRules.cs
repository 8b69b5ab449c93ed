namespace ZkHealth.Accountability;

/// <summary>Requests for access: decided at once, permitted or denied with every reason; about a patient there is one reason,
/// NO_CONSENT.</summary>
internal static class AccessRules
{
    /// <summary>`access requested`; the id of the request is that of the act.</summary>
    public static void Decide(Change c, Row body)
    {
        c.Decides = true;
        string recipient = c.Signer!,
            purpose = body.Code("purpose"),
            kind = c.Find(Records.Member, recipient)!.Code("kind");
        byte[]? agreementId = body.Optional<byte[]>("agreement");
        Row? agreement = agreementId is null ? null : c.Find(Records.Agreement, agreementId);
        IReadOnlyList<byte[]> handles = body.List<byte[]>("handles");
        IReadOnlyList<string> columns = body.Codes("columns");
        c.Require(agreementId is null || (agreement is not null && agreement.Code("user") == recipient), "UNKNOWN_AGREEMENT");
        c.Require(handles.Count > 0 && columns.Count > 0, "NOTHING_NAMED");
        c.Require(c.Time < body.Whole("until"), "TERM");
        c.Require(Purposes.Exists(purpose) && !Purposes.IsEmergency(purpose), "PURPOSE_UNKNOWN");
        if (c.IsRefused)
        {
            return;
        }

        bool prohibited = Purposes.IsProhibited(purpose, kind),
            discriminates = Purposes.Discriminates(columns, kind);
        c.Permit(!prohibited, "PROHIBITED_PURPOSE");
        c.Permit(!discriminates, "DISCRIMINATION");
        if (!(Purposes.IsTreatment(purpose) && MemberRules.Has(c, recipient, "provider")))
        {
            ByAgreement(c, agreementId, agreement, body);
        }

        c.Permit(handles.All(h => ConsentRules.Covers(c, h, recipient, purpose, body.Code("class"), columns)), "NO_CONSENT");
        c.Permit(
            handles.All(h => (c.Find(Records.Consent, h)?.List<byte[]>("taken").Count ?? 0) < Records.MaxTaken),
            "NO_CONSENT"
        );
        if (c.IsDenied && !CountDenial(c, recipient))
        {
            return;
        }

        long until = agreement is null ? body.Whole("until") : Math.Min(body.Whole("until"), agreement.Whole("until"));
        c.Put(
            c.Act!.Id,
            Records.Request.Row(
                body.List<byte[]>("agreement"),
                recipient,
                purpose,
                body.Code("class"),
                handles,
                !c.IsDenied,
                c.Denials,
                until,
                prohibited || discriminates
            )
        );
    }

    /// <summary>Determines whether a request permits a use at the time of the change: what it was decided by still
    /// holds.</summary>
    public static bool Permits(Change c, Row request, out byte[]? agreementId)
    {
        agreementId = request.Optional<byte[]>("agreement");
        Row? agreement = agreementId is null ? null : c.Find(Records.Agreement, agreementId);
        return request.Flag("permitted")
            && c.Time < request.Whole("until")
            && (agreement is null || (AgreementRules.IsInForce(agreement, c.Time) && !agreement.Flag("frozen")))
            && request.List<byte[]>("handles").All(h => ConsentRules.IsInForce(c.Find(Records.Consent, h)!, c.Time));
    }

    private static void ByAgreement(Change c, byte[]? id, Row? agreement, Row body)
    {
        c.Permit(MemberRules.CreditOf(c.Find(Records.Member, c.Signer!)!, c.Time) >= Credit.Full, "CREDIT");
        c.Permit(agreement is not null && AgreementRules.IsInForce(agreement, c.Time), "NO_AGREEMENT");
        if (agreement is null)
        {
            return;
        }

        Row terms = agreement.Inner("terms");
        c.Permit(!agreement.Flag("frozen"), "FROZEN");
        c.Permit(agreement.Whole("locked") >= terms.Whole("deposit"), "NO_DEPOSIT");
        c.Permit(agreement.Whole("booked") == agreement.Whole("paid"), "DEBT");
        c.Permit(terms.Codes("purposes").Any(p => Purposes.Covers(p, body.Code("purpose"))), "PURPOSE");
        c.Permit(terms.Codes("classes").Contains(body.Code("class")), "CLASS");
        c.Permit(body.Codes("columns").All(terms.Codes("columns").Contains), "COLUMNS");
    }

    /// <summary>Counts a denial of a member on a day; too many are refused, so that nobody searches by asking.</summary>
    private static bool CountDenial(Change c, string recipient)
    {
        byte[] id = Ids.Of("denied", Ids.Text(recipient), Ids.Number(c.Time / Durations.Day));
        long count = (c.Find(Records.Counter, id)?.Whole("count") ?? 0) + 1;
        bool allowed = c.Require(count <= c.Param(Parameter.Denials), "DENIALS_DAILY");
        c.Put(id, Records.Counter.Row(count));
        return allowed;
    }
}
