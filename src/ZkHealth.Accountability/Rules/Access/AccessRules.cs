namespace ZkHealth.Accountability;

/// <summary>Requests for access: decided at once, permitted or denied with every reason; about a patient there is one reason,
/// NO_CONSENT.</summary>
internal static class AccessRules
{
    /// <summary>The operation that names no handles.</summary>
    public const string Statistics = "statistics";

    /// <summary>The most handles that a request names: a cohort takes the place of more.</summary>
    public const int MostHandles = 4096;

    private const string Prohibited = "PROHIBITED_PURPOSE",
        Discrimination = "DISCRIMINATION";

    /// <summary>`access requested`; the id of the request is that of the act.</summary>
    public static void Decide(Change c, Row body)
    {
        c.Decides = true;
        string purpose = body.Code("purpose");
        Row recipient = c.Find(Records.Member, c.Signer!)!;
        byte[]? agreementId = body.Optional<byte[]>("agreement");
        Row? agreement = agreementId is null ? null : c.Find(Records.Agreement, agreementId);
        IReadOnlyList<byte[]> handles = body.List<byte[]>("handles");
        IReadOnlyList<string> columns = body.Codes("columns");
        bool cohort = body.List<byte[]>("cohort").Count == 1;
        c.Require(agreementId is null || (agreement is not null && agreement.Code("user") == c.Signer), "UNKNOWN_AGREEMENT");
        c.Require(handles.Count > 0 != cohort && columns.Count > 0, "NOTHING_NAMED");
        c.Require(cohort ? body.Whole("count") > MostHandles : body.Whole("count") == handles.Count, "COUNT");
        c.Require(c.Time < body.Whole("until"), "TERM");
        c.Require(Purposes.Exists(c, purpose) && !Purposes.IsEmergency(purpose), "PURPOSE_UNKNOWN");
        c.Require(body.Code("operation") != Statistics, "OPERATION");

        // the consents of a committed cohort are proven off the log, by the join of a registrar that is no party, who signs along
        c.Require(
            !cohort || Signatures.HaveOther(c, "registrar", [c.Signer!, .. agreement?.Codes("providers") ?? []]),
            "COUNTERSIGNATURE"
        );
        if (c.IsRefused)
        {
            return;
        }

        bool prohibited = Prohibit(c, purpose, columns, recipient.Code("kind"), body.Code("operation"));
        if (!IsTreating(c, recipient, purpose))
        {
            Stand(c, recipient, Credit.Full);
            c.Permit(agreement is not null, "NO_AGREEMENT");
            if (agreement is not null)
            {
                ByAgreement(c, agreement, purpose, columns);
                c.Permit(agreement.Inner("terms").Codes("classes").Contains(body.Code("class")), "CLASS");
            }
        }

        IReadOnlyList<string> duties = agreement?.Inner("terms").Codes("duties") ?? [];
        c.Permit(handles.All(h => ConsentRules.Covers(c, h, recipient, body, duties)), "NO_CONSENT");
        c.Permit(
            handles.All(h => (c.Find(Records.Consent, h)?.List<byte[]>("taken").Count ?? 0) < Records.MaxTaken),
            "NO_CONSENT"
        );
        if (c.IsDenied && !CountDenial(c, c.Signer!))
        {
            return;
        }

        long until = agreement is null ? body.Whole("until") : Math.Min(body.Whole("until"), agreement.Whole("until"));
        c.Put(
            c.Act!.Id,
            Records.Request.Row(
                body.List<byte[]>("agreement"),
                c.Signer!,
                purpose,
                body.Code("class"),
                body.Code("operation"),
                columns,
                handles,
                !c.IsDenied,
                c.Denials,
                until,
                prohibited,
                false,
                body.List<byte[]>("cohort"),
                false
            )
        );
    }

    /// <summary>Determines whether a request permits a use at the time of the change, as far as no consent decides it: what it
    /// was decided by still holds, its recipient is not suspended, and nothing has prohibited it since.</summary>
    public static bool Permits(Change c, Row request, out byte[]? agreementId)
    {
        agreementId = request.Optional<byte[]>("agreement");
        return Hindrance(c, request) is null;
    }

    /// <summary>The code of what stands against such a use; null where nothing does. Who owes a final cut that its deposit did
    /// not reach has no access, also not by a permission from before, as soon as the words about what was delivered before it
    /// are due: nobody may be in breach for a delivery of the minute before. A fee that is owed ends nothing that was
    /// permitted.</summary>
    public static string? Hindrance(Change c, Row request)
    {
        Row recipient = c.Find(Records.Member, request.Code("recipient"))!;
        if (!request.Flag("permitted"))
        {
            return request.Codes("codes")[0];
        }

        if (request.Flag("revoked"))
        {
            return "NO_CONSENT";
        }

        if (recipient.Flag("suspended"))
        {
            return "SUSPENDED";
        }

        if (c.Time >= request.Whole("until"))
        {
            return "TERM";
        }

        if (Prohibition(c, request) is string prohibited)
        {
            return prohibited;
        }

        if (request.Optional<byte[]>("agreement") is not byte[] id || IsTreatment(c, recipient, request))
        {
            return null;
        }

        Row agreement = c.Find(Records.Agreement, id)!;
        if (!AgreementRules.IsInForce(agreement, c.Time))
        {
            return "ENDED";
        }

        return agreement.Flag("frozen") ? "FROZEN"
            : FineRules.HasOwedFine(c, agreement) ? "DEBT"
            : null;
    }

    /// <summary>`cohort revoked`, by a registrar that is no party: somebody of a committed cohort has taken her consent back.
    /// What was delivered is recalled, and nothing more is permitted: who asks anew commits to a cohort without her.</summary>
    public static void RevokeCohort(Change c, Row body)
    {
        byte[] id = body.Bytes("request");
        Row? request = c.Find(Records.Request, id);
        c.Require(MemberRules.Has(c, c.Signer, "registrar"), "ROLE");
        if (!c.Require(request?.List<byte[]>("cohort").Count == 1, "UNKNOWN_REQUEST"))
        {
            return;
        }

        byte[]? agreement = request!.Optional<byte[]>("agreement");
        IReadOnlyList<string> providers = agreement is null ? [] : c.Find(Records.Agreement, agreement)!.Codes("providers");
        c.Require(c.Signer != request.Code("recipient") && !providers.Contains(c.Signer!), "PARTY");
        c.Require(!request.Flag("revoked"), "DUPLICATE");
        if (!c.IsRefused)
        {
            c.Put(id, request.With("revoked", true));
            RecallRules.Demand(c, agreement ?? RecallRules.WithoutAgreement(request.Code("recipient")));
        }
    }

    /// <summary>Determines whether a provider asks in order to treat, which no credit, agreement or debt restricts.</summary>
    private static bool IsTreating(Change c, Row recipient, string purpose) =>
        Purposes.IsTreatment(c, purpose) && recipient.Codes("roles").Contains("provider");

    /// <summary>Determines whether a request is one to treat; statistics treat nobody, whatever their purpose.</summary>
    private static bool IsTreatment(Change c, Row recipient, Row request) =>
        request.Code("operation") != Statistics && IsTreating(c, recipient, request.Code("purpose"));

    /// <summary>The rule against what a request was for, or is for now: a prohibition applies from its effect on, also to what
    /// was permitted before. Null where nothing prohibits it.</summary>
    public static string? Prohibition(Change c, Row request)
    {
        string kind = c.Find(Records.Member, request.Code("recipient"))!.Code("kind"),
            operation = request.Code("operation");
        if (request.Codes("codes").Contains(Prohibited) || Purposes.IsProhibited(c, request.Code("purpose"), kind, operation))
        {
            return Prohibited;
        }

        return request.Flag("prohibited") || Purposes.Discriminates(c, request.Codes("columns"), kind, operation)
            ? Discrimination
            : null;
    }

    /// <summary>Denies a member with less credit, or one that has not signed the charter's documents. Neither restricts
    /// treatment.</summary>
    public static void Stand(Change c, Row recipient, long credit)
    {
        c.Permit(MemberRules.CreditOf(recipient, c.Time) >= credit, "CREDIT");
        c.Permit(MemberRules.IsBound(c, recipient), "CONVENTION");
    }

    /// <summary>Denies what the charter prohibits whatever a consent or an agreement says, and columns that the purpose does not
    /// need.</summary>
    public static bool Prohibit(Change c, string purpose, IReadOnlyList<string> columns, string kind, string operation)
    {
        bool prohibited = Purposes.IsProhibited(c, purpose, kind, operation),
            discriminates = Purposes.Discriminates(c, columns, kind, operation);
        c.Permit(!prohibited, Prohibited);
        c.Permit(!discriminates, Discrimination);
        c.Permit(Purposes.Needs(c, purpose, columns), "NOT_NECESSARY");
        return prohibited || discriminates;
    }

    /// <summary>Denies what an agreement does not allow now.</summary>
    public static void ByAgreement(Change c, Row agreement, string purpose, IReadOnlyList<string> columns)
    {
        Row terms = agreement.Inner("terms");
        c.Permit(AgreementRules.IsInForce(agreement, c.Time), "NO_AGREEMENT");
        c.Permit(!agreement.Flag("frozen"), "FROZEN");
        c.Permit(agreement.Whole("locked") >= terms.Whole("deposit"), "NO_DEPOSIT");
        c.Permit(!FineRules.IsDebtor(c, agreement.Code("user")), "DEBT");
        c.Permit(terms.Codes("purposes").Any(p => Purposes.Covers(c, p, purpose)), "PURPOSE");
        c.Permit(columns.All(terms.Codes("columns").Contains), "COLUMNS");
    }

    /// <summary>Counts a denial of a member on a day; too many are refused, so that nobody searches by asking.</summary>
    public static bool CountDenial(Change c, string recipient)
    {
        byte[] id = Ids.Of("denied", Ids.Text(recipient), Ids.Number(c.Time / Durations.Day));
        long count = (c.Find(Records.Counter, id)?.Whole("count") ?? 0) + 1;
        bool allowed = c.Require(count <= c.Param(Parameter.Denials), "DENIALS_DAILY");
        c.Put(id, Records.Counter.Row(count));
        return allowed;
    }
}
