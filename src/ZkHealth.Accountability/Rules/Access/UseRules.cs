namespace ZkHealth.Accountability;

/// <summary>Uses by the server's word and the taker's: who is in breach where they differ, or where the use was not
/// permitted. A delivery is judged at the first word about it: what ends between the two words reaches neither of them.</summary>
internal static class UseRules
{
    /// <summary>`used`: the server's word.</summary>
    public static void Serve(Change c, Row body)
    {
        Row? request = c.Find(Records.Request, body.Bytes("request"));
        c.Require(MemberRules.Has(c, c.Signer, "provider"), "ROLE");
        if (!c.Require(request is not null, "UNKNOWN_REQUEST") || c.IsRefused)
        {
            return;
        }

        byte[] id = Id(body, c.Signer!);
        Row? use = c.Find(Records.Use, id);
        c.Require(use is null || use.List<string>("server").Count == 0, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        // handles, a cohort, columns and an operation that the request does not name were not permitted
        IReadOnlyList<byte[]> served = body.List<byte[]>("handles");
        var handles = new OpenHandles(c, request!, use);
        bool asked = AccessRules.Permits(c, request!, out byte[]? agreement),
            open = handles.AreAll(served),
            agree =
                use is null
                || (use.Whole("rows") == body.Whole("rows") && handles.AreNamed(served, use.Optional<byte[]>("named")));
        asked = use?.Flag("permitted") ?? asked;
        bool permitted =
            asked
            && open
            && IsOfCohort(request!, body)
            && IsParty(c, agreement, c.Signer!)
            && body.Codes("columns").All(request!.Codes("columns").Contains)
            && body.Code("operation") == request!.Code("operation");
        if (!body.Flag("withinRights"))
        {
            // the member answers outward; the code names the person to those who hold its directory
            c.Confess("BEYOND_RIGHTS");
            BreachRules.Record(c, c.Signer!, "BEYOND_RIGHTS", Severity.Serious, null, c.Act!.Id, body.Bytes("person"));
        }
        else if (!permitted)
        {
            c.Confess("SERVED");
            BreachRules.Record(c, c.Signer!, "SERVED", Severity.Serious, null, c.Act!.Id);
        }

        if (use is not null && !open)
        {
            // else the taker's own word was its breach already
            bool stood =
                asked && handles.MayBe(isOfAll: use.List<byte[]>("named").Count == 0) && IsParty(c, agreement, c.Signer!);
            Reach(c, request!, served, agreement, agree, stood);
        }

        c.Put(
            id,
            Records.Use.Row(
                body.Bytes("request"),
                body.Bytes("root"),
                c.Signer!,
                new object[] { c.Signer! },
                use?.List<string>("taker") ?? [],
                use?.Whole("rows") ?? body.Whole("rows"),
                asked,
                !agree,
                handles.Time,
                handles.Closed,
                served,
                use?.List<byte[]>("named") ?? [],
                IsProven(c, use, request!, c.Signer!)
            )
        );
        if (use is not null)
        {
            WaitingWords.Answer(c, id, use, byServer: false);
            Confirm(c, id, request!, agreement, permitted && agree);
        }
        else if (!permitted)
        {
            WaitingWords.Stand(c, id, byServer: true);
        }
        else if (Answers(c, request!, agreement, c.Signer!))
        {
            WaitingWords.Await(c, id, request!, byServer: true);
        }
    }

    /// <summary>`receipt`: the taker's word.</summary>
    public static void Receive(Change c, Row body)
    {
        Row? request = c.Find(Records.Request, body.Bytes("request"));
        c.Require(request is not null && request.Code("recipient") == c.Signer, "UNKNOWN_REQUEST");
        c.Require(MemberRules.Has(c, body.Code("server"), "provider"), "UNKNOWN_SERVER");
        if (c.IsRefused)
        {
            return;
        }

        byte[] id = Id(body, body.Code("server"));
        Row? use = c.Find(Records.Use, id);
        c.Require(use is null || use.List<string>("taker").Count == 0, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        byte[]? named = body.Optional<byte[]>("handles");
        IReadOnlyList<byte[]> all = request!.List<byte[]>("handles"),
            served = use?.List<byte[]>("handles").Count > 0 ? use.List<byte[]>("handles") : all;
        var handles = new OpenHandles(c, request, use);
        bool asked = AccessRules.Permits(c, request, out byte[]? agreement);
        asked = use?.Flag("permitted") ?? asked;
        bool agree =
                use is null
                || (
                    use.Whole("rows") == body.Whole("rows")
                    && (named is null || handles.AreNamed(use.List<byte[]>("handles"), named))
                ),
            open = use is not null && agree ? handles.AreAll(served) : handles.MayBe(isOfAll: use is null && named is null),
            permitted = asked && open && IsParty(c, agreement, body.Code("server"));
        byte[] under = RecallRules.Taken(c, agree ? served : all, request);
        if (!permitted)
        {
            string rule = TakenRule(c, request);
            c.Confess(rule);
            RecallRules.Demand(c, under, BreachRules.Record(c, c.Signer!, rule, Severity.Grave, agreement, c.Act!.Id));
        }

        c.Put(
            id,
            Records.Use.Row(
                body.Bytes("request"),
                body.Bytes("root"),
                body.Code("server"),
                use?.List<string>("server") ?? [],
                new object[] { c.Signer! },
                body.Whole("rows"),
                asked,
                !agree,
                handles.Time,
                handles.Closed,
                use?.List<byte[]>("handles") ?? [],
                body.List<byte[]>("handles"),
                IsProven(c, use, request, body.Code("server"))
            )
        );
        if (use is null)
        {
            // what was not permitted is the taker's by its own word; the server's by its own, or by verdict
            if (!permitted)
            {
                WaitingWords.Stand(c, id, byServer: false);
            }
            else if (Answers(c, request, agreement, body.Code("server")))
            {
                WaitingWords.Await(c, id, request, byServer: false);
            }

            return;
        }

        // a word that is a breach of its server waits for none, and counts in no fee
        long? due = WaitingWords.Answer(c, id, use, byServer: true);
        LatenessRules.Note(c, id, due ?? 0);
        Confirm(c, id, request, agreement, permitted && agree && due is not null);

        if (!handles.AreAll(served) || HasEnded(c, request, agreement, served))
        {
            RecallRules.Demand(c, under);
        }
    }

    /// <summary>Notes what a taker has that is silent about it, so that whatever ends recalls it.</summary>
    public static void NoteTaken(Change c, Row request, IReadOnlyList<byte[]> served)
    {
        served = served.Count > 0 ? served : request.List<byte[]>("handles");
        byte[] under = RecallRules.Taken(c, served, request);
        if (HasEnded(c, request, request.Optional<byte[]>("agreement"), served))
        {
            RecallRules.Demand(c, under);
        }
    }

    /// <summary>Determines whether anything has ended since the first word: it found nothing then that it could recall.</summary>
    private static bool HasEnded(Change c, Row request, byte[]? agreement, IReadOnlyList<byte[]> served) =>
        (agreement is not null && !AgreementRules.IsInForce(c.Find(Records.Agreement, agreement)!, c.Time))
        || request.Flag("revoked")
        || !served.All(h => c.Find(Records.Consent, h) is Row consent && ConsentRules.IsInForce(consent, c.Time));

    /// <summary>
    /// The server's word comes second, and names handles that were not open: both have taken part, whoever spoke first, if both
    /// name the same handles and rows. Where they differ the words contradict one another, and convict nobody but who said it of
    /// itself; what was taken is recalled all the same.
    /// </summary>
    private static void Reach(Change c, Row request, IReadOnlyList<byte[]> served, byte[]? agreement, bool agree, bool stood)
    {
        // by the server's word alone nothing of patients was taken for whom nobody asked
        IReadOnlyList<byte[]> reached = agree && served.Count > 0 ? served : request.List<byte[]>("handles");
        byte[] under = RecallRules.Taken(c, reached, request);
        byte[]? breach =
            agree && stood
                ? BreachRules.Record(c, request.Code("recipient"), TakenRule(c, request), Severity.Grave, agreement, c.Act!.Id)
                : null;
        RecallRules.Demand(c, under, breach);
    }

    /// <summary>Determines whether data under an agreement are a member's to serve: anybody may say that it served, and burdens
    /// none but itself.</summary>
    public static bool IsParty(Change c, byte[]? agreement, string server) =>
        agreement is null || c.Find(Records.Agreement, agreement)!.Codes("providers").Contains(server);

    /// <summary>Determines whether a server and a taker owe each other a word about what is delivered: of a provider that the
    /// agreement does not name, or without one of a provider of record of none of the patients, a word burdens nobody but who
    /// says it.</summary>
    private static bool Answers(Change c, Row request, byte[]? agreement, string server) =>
        agreement is null
            ? request.List<byte[]>("handles").Any(h => c.Find(Records.Consent, h)?.Code("provider") == server)
            : IsParty(c, agreement, server);

    /// <summary>Determines whether a server's word names the cohort of its request, or none where that names handles.</summary>
    private static bool IsOfCohort(Row request, Row body) =>
        (request.Optional<byte[]>("cohort"), body.Optional<byte[]>("cohort")) switch
        {
            (null, null) => true,
            (byte[] asked, byte[] served) => asked.AsSpan().SequenceEqual(served),
            _ => false,
        };

    /// <summary>The rule that is broken by who takes without a permission: that against what is prohibited before any
    /// other.</summary>
    public static string TakenRule(Change c, Row request) => AccessRules.Prohibition(c, request) ?? "TAKEN";

    /// <summary>Rows of statistics are proven where an auditor that is no party signs a word along, having verified
    /// them.</summary>
    private static bool IsProven(Change c, Row? use, Row request, string server) =>
        Signatures.HaveOther(c, "auditor", request.Code("recipient"), server) || use?.Flag("proven") == true;

    /// <summary>The id of a use: request, server and root of the delivery.</summary>
    public static byte[] Id(Row body, string server) =>
        Ids.Of("use", body.Bytes("request"), Ids.Text(server), body.Bytes("root"));

    /// <summary>The id of the record that a member has received something from a provider.</summary>
    public static byte[] DeliveredId(string provider, string taker) => Ids.Of("delivered", Ids.Text(provider), Ids.Text(taker));

    /// <summary>Notes that the recipient of a request has something of a provider: both say so, or one and the other is
    /// silent.</summary>
    public static void NoteDelivery(Change c, string provider, Row request) =>
        c.Put(DeliveredId(provider, request.Code("recipient")), Records.Counter.Row(1));

    /// <summary>Both words agree: the provider's handles of the period count for its part of the fee, each once; of statistics
    /// the rows that are proven.</summary>
    private static void Confirm(Change c, byte[] id, Row request, byte[]? agreement, bool counts)
    {
        Row use = c.Find(Records.Use, id)!;
        string provider = use.Code("provider");
        NoteDelivery(c, provider, request);
        if (!counts || agreement is null)
        {
            return;
        }

        if (request.Code("operation") == AccessRules.Statistics)
        {
            FeeRules.CountRows(c, agreement, provider, use.Flag("proven") ? use.Whole("rows") : 0);
            return;
        }

        IReadOnlyList<byte[]> handles = use.List<byte[]>("handles");
        FeeRules.Count(c, agreement, provider, handles.Count > 0 ? handles : request.List<byte[]>("handles"));
    }
}
