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
        c.Require(IsSignedAlong(c, body, request!, c.Signer!), "COUNTERSIGNATURE");
        c.Require(use is null || use.List<string>("server").Count == 0, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        // handles, columns and operation that the request does not name were not permitted
        IReadOnlyList<byte[]> served = body.List<byte[]>("handles");
        long time = use?.Whole("time") ?? c.Time;
        bool asked = AccessRules.Permits(c, request!, out byte[]? agreement),
            open = AreOpen(c, request!, served, time);
        asked = use?.Flag("permitted") ?? asked;
        bool permitted =
            asked
            && open
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

        bool received = use is not null;
        if (received && !open)
        {
            Reach(c, use!, request!, body, agreement);
        }

        bool differs = !received && Dispute(c, body.Bytes("request"), c.Signer!, "taken", Effect.LogLate);
        bool dispute = differs || (received && use!.Whole("rows") != body.Whole("rows"));
        c.Put(
            id,
            Records.Use.Row(
                body.Bytes("request"),
                body.Bytes("root"),
                new object[] { c.Signer! },
                received ? use!.List<string>("taker") : Array.Empty<string>(),
                received ? use!.Whole("rows") : body.Whole("rows"),
                asked,
                dispute,
                time,
                served,
                use?.Flag("proven") == true || body.Codes("auditor").Count > 0
            )
        );
        if (received)
        {
            c.Cancel(c.Find(Records.Counter, [.. id, 1])?.Whole("count") ?? 0, Effect.LogLate, id);
            Confirm(c, id, request!, agreement, c.Signer!, permitted && !dispute);
        }
        else if (permitted && !differs)
        {
            Await(c, Effect.ReceiptLate, id, agreement);
            Note(c, body.Bytes("request"), c.Signer!, "served", id);
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
        c.Require(IsSignedAlong(c, body, request!, body.Code("server")), "COUNTERSIGNATURE");
        c.Require(use is null || use.List<string>("taker").Count == 0, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        // whoever speaks first does not say of whom the rows are: those of consents that are over may not be among them
        IReadOnlyList<byte[]> all = request!.List<byte[]>("handles"),
            handles = use?.List<byte[]>("handles").Count > 0 ? use.List<byte[]>("handles") : all;
        long time = use?.Whole("time") ?? c.Time;
        bool asked = AccessRules.Permits(c, request, out byte[]? agreement);
        asked = use?.Flag("permitted") ?? asked;
        bool permitted =
            asked
            && (use?.Whole("rows") == body.Whole("rows") ? AreOpen(c, request, handles, time) : IsAnyOpen(c, request, time));
        RecallRules.Taken(c, handles, agreement);
        if (!permitted)
        {
            c.Confess(TakenRule(c, request));
            BreachRules.Record(c, c.Signer!, TakenRule(c, request), Severity.Grave, agreement, c.Act!.Id);
        }

        bool served = use is not null;
        bool differs = !served && Dispute(c, body.Bytes("request"), body.Code("server"), "served", Effect.ReceiptLate);
        bool dispute = differs || (served && use!.Whole("rows") != body.Whole("rows"));
        c.Put(
            id,
            Records.Use.Row(
                body.Bytes("request"),
                body.Bytes("root"),
                served ? use!.List<string>("server") : Array.Empty<string>(),
                new object[] { c.Signer! },
                body.Whole("rows"),
                asked,
                dispute,
                time,
                use?.List<byte[]>("handles") ?? [],
                use?.Flag("proven") == true || body.Codes("auditor").Count > 0
            )
        );
        if (served)
        {
            // a word that is a breach of its server waits for none, and counts in no fee
            long? due = c.Find(Records.Counter, [.. id, 1])?.Whole("count");
            c.Cancel(due ?? 0, Effect.ReceiptLate, id);
            LatenessRules.Note(c, id, due ?? 0);
            Confirm(c, id, request, agreement, body.Code("server"), permitted && !dispute && due is not null);
        }
        else if (!differs)
        {
            c.Put(Ids.Of("awaited", id), Records.Report.Row(c.Signer!, body.Code("server"), "NOT_LOGGED", id, false));
            Await(c, Effect.LogLate, id, agreement);
            Note(c, body.Bytes("request"), body.Code("server"), "taken", id);
        }

        // what ended between the two words found nothing that it could recall, nor did what was not open before them
        bool stands =
            agreement is null
            || (
                AgreementRules.IsInForce(c.Find(Records.Agreement, agreement)!, c.Time)
                && AreOpen(c, request, handles, time)
                && handles.All(h => WasInForce(c, h, c.Time))
            );
        if (served && permitted && !stands)
        {
            RecallRules.Demand(c, agreement!);
        }
    }

    /// <summary>
    /// The server's word comes second, and names handles that were not open: both have taken part, whoever spoke first. Where the
    /// rows differ the words contradict one another, and convict nobody but who said it of itself; what was taken is recalled all
    /// the same.
    /// </summary>
    private static void Reach(Change c, Row use, Row request, Row body, byte[]? agreement)
    {
        IReadOnlyList<byte[]> served = body.List<byte[]>("handles");
        RecallRules.Taken(c, served.Count > 0 ? served : request.List<byte[]>("handles"), agreement);
        if (!use.Flag("permitted") || !IsAnyOpen(c, request, use.Whole("time")))
        {
            // the taker's own word was its breach already
            return;
        }

        if (use.Whole("rows") == body.Whole("rows"))
        {
            BreachRules.Record(c, request.Code("recipient"), TakenRule(c, request), Severity.Grave, agreement, c.Act!.Id);
        }
        else if (agreement is not null)
        {
            RecallRules.Demand(c, agreement);
        }
    }

    private static string TakenRule(Change c, Row request) =>
        AccessRules.IsProhibited(c, request) ? "PROHIBITED_PURPOSE" : "TAKEN";

    /// <summary>Determines whether something of a request could be taken: who does not say of whom the rows are.</summary>
    private static bool IsAnyOpen(Change c, Row request, long time) =>
        request.List<byte[]>("handles") is var all && (all.Count == 0 || all.Any(h => WasInForce(c, h, time)));

    /// <summary>Determines whether the rows that were delivered are of handles that the request names, and all their consents
    /// were in force; one that was taken back does not close the others.</summary>
    private static bool AreOpen(Change c, Row request, IReadOnlyList<byte[]> served, long time)
    {
        IReadOnlyList<byte[]> all = request.List<byte[]>("handles");
        var named = all.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return (served.Count > 0 ? served : all).All(h => named.Contains(Convert.ToHexString(h)) && WasInForce(c, h, time));
    }

    private static bool WasInForce(Change c, byte[] handle, long time) =>
        c.Find(Records.Consent, handle) is Row consent && ConsentRules.WasInForce(consent, time);

    /// <summary>Rows of statistics are proven where an auditor that is no party signs a word along, having verified them. The
    /// word names it: whoever relays an entry can take a signature from it, and nothing from what was signed.</summary>
    private static bool IsSignedAlong(Change c, Row body, Row request, string server) =>
        body.Codes("auditor")
            .All(a =>
                MemberRules.Has(c, a, "auditor") && a != request.Code("recipient") && a != server && Signatures.Cosigned(c, a)
            );

    /// <summary>The taker's word is due.</summary>
    public static void ReceiptLate(Change c, byte[] id)
    {
        Row request = c.Find(Records.Request, c.Find(Records.Use, id)!.Bytes("request"))!;

        // the taker's deposit is untouched: nobody pays on one party's word
        BreachRules.Record(c, request.Code("recipient"), "NO_RECEIPT", Severity.Minor, null, id);
    }

    /// <summary>The server's word is due.</summary>
    public static void LogLate(Change c, byte[] id)
    {
        Row awaited = c.Find(Records.Report, Ids.Of("awaited", id))!;
        Row request = c.Find(Records.Request, c.Find(Records.Use, id)!.Bytes("request"))!;
        if (request.Flag("permitted"))
        {
            BreachRules.Record(c, awaited.Code("accused"), "NOT_LOGGED", Severity.Minor, null, id);
        }
    }

    /// <summary>The id of a use: request, server and root of the delivery.</summary>
    public static byte[] Id(Row body, string server) =>
        Ids.Of("use", body.Bytes("request"), Ids.Text(server), body.Bytes("root"));

    /// <summary>Notes which word of a side waits for the other side's.</summary>
    private static void Note(Change c, byte[] request, string server, string side, byte[] use) =>
        c.Put(AwaitedId(request, server), Awaited(c, request, server).With(side, new object[] { use }));

    /// <summary>
    /// The other side has a word about the same request with another root, and it still waits: they contradict one another, and
    /// nobody is in breach by that. The delivery is opened to an auditor, who says which word is wrong.
    /// </summary>
    /// <returns>False where no such word waits.</returns>
    private static bool Dispute(Change c, byte[] request, string server, string side, Effect late)
    {
        Row awaited = Awaited(c, request, server);
        if (
            awaited.Optional<byte[]>(side) is not byte[] id
            || c.Find(Records.Counter, [.. id, 1])?.Whole("count") is not long due
            || due <= c.Time
            || !IsAlone(c.Find(Records.Use, id)!)
        )
        {
            return false;
        }

        c.Cancel(due, late, id);
        c.Put(id, c.Find(Records.Use, id)!.With("dispute", true));
        c.Put(AwaitedId(request, server), awaited.With(side, Array.Empty<object>()));
        return true;
    }

    private static bool IsAlone(Row use) => use.List<string>("server").Count + use.List<string>("taker").Count == 1;

    private static Row Awaited(Change c, byte[] request, string server) =>
        c.Find(Records.Awaited, AwaitedId(request, server)) ?? Records.Awaited.Row(Array.Empty<object>(), Array.Empty<object>());

    private static byte[] AwaitedId(byte[] request, string server) => Ids.Of("waits", request, Ids.Text(server));

    private static void Await(Change c, Effect effect, byte[] id, byte[]? agreement)
    {
        long due =
            c.Time
            + (
                agreement is null
                    ? c.Param(Parameter.ReceiptDue)
                    : c.Param(Parameter.ReceiptDue, c.Find(Records.Agreement, agreement)!)
            );
        c.Put([.. id, 1], Records.Counter.Row(due));
        c.Schedule(due, effect, id);
    }

    /// <summary>The id of the record that a member has received something from a provider.</summary>
    public static byte[] DeliveredId(string provider, string taker) => Ids.Of("delivered", Ids.Text(provider), Ids.Text(taker));

    /// <summary>Both words agree: the provider's handles of the period count for its part of the fee, each once; of statistics
    /// the rows that are proven.</summary>
    private static void Confirm(Change c, byte[] id, Row request, byte[]? agreement, string provider, bool counts)
    {
        c.Put(DeliveredId(provider, request.Code("recipient")), Records.Counter.Row(1));
        Row use = c.Find(Records.Use, id)!;
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
