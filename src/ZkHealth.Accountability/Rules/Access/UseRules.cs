using System.Security.Cryptography;

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
        c.Require(IsSignedAlong(c, request!, c.Signer!), "COUNTERSIGNATURE");
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

        bool agree =
            use is null || (use.Whole("rows") == body.Whole("rows") && AreNamed(request!, served, use.Optional<byte[]>("named")));
        if (use is not null && !open)
        {
            Reach(c, use, request!, served, agreement, agree);
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
                time,
                served,
                use?.List<byte[]>("named") ?? [],
                use?.Flag("proven") == true || c.Act!.Cosigners.Count > 0
            )
        );
        if (use is not null)
        {
            WaitingWords.Answer(c, id, use, byServer: false);
            Confirm(c, id, request!, agreement, permitted && agree);
        }
        else if (permitted)
        {
            WaitingWords.Await(c, id, request!, byServer: true);
        }
        else
        {
            WaitingWords.Stand(c, id);
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
        c.Require(IsSignedAlong(c, request!, body.Code("server")), "COUNTERSIGNATURE");
        c.Require(use is null || use.List<string>("taker").Count == 0, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        byte[]? named = body.Optional<byte[]>("handles");
        IReadOnlyList<byte[]> all = request!.List<byte[]>("handles"),
            handles = use?.List<byte[]>("handles").Count > 0 ? use.List<byte[]>("handles") : all;
        long time = use?.Whole("time") ?? c.Time;
        bool asked = AccessRules.Permits(c, request, out byte[]? agreement);
        asked = use?.Flag("permitted") ?? asked;
        bool agree =
                use is null
                || (
                    use.Whole("rows") == body.Whole("rows")
                    && (named is null || AreNamed(request, use.List<byte[]>("handles"), named))
                ),
            isOfAll = use is null && named is null,
            isFromParty = IsParty(c, agreement, body.Code("server")),
            permitted =
                asked
                && isFromParty
                && (use is not null && agree ? AreOpen(c, request, handles, time) : MayTake(c, request, isOfAll, time));
        byte[] under = RecallRules.Taken(c, agree ? handles : all, request);
        if (!permitted)
        {
            c.Confess(TakenRule(c, request));
            BreachRules.Record(c, c.Signer!, TakenRule(c, request), Severity.Grave, agreement, c.Act!.Id);
            RecallRules.Demand(c, under);
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
                time,
                use?.List<byte[]>("handles") ?? [],
                body.List<byte[]>("handles"),
                use?.Flag("proven") == true || c.Act!.Cosigners.Count > 0
            )
        );
        if (use is null)
        {
            // of a provider that the agreement does not name, the taker's word alone says nothing that it would have to answer
            if (isFromParty)
            {
                WaitingWords.Await(c, id, request, byServer: false);
            }

            return;
        }

        // a word that is a breach of its server waits for none, and counts in no fee
        long? due = WaitingWords.Answer(c, id, use, byServer: true);
        LatenessRules.Note(c, id, due ?? 0);
        Confirm(c, id, request, agreement, permitted && agree && due is not null);

        // what ended between the two words found nothing that it could recall, nor did what was not open before them
        bool stands =
            (agreement is null || AgreementRules.IsInForce(c.Find(Records.Agreement, agreement)!, c.Time))
            && AreOpen(c, request, handles, time)
            && handles.All(h => WasInForce(c, h, c.Time));
        if (!stands)
        {
            RecallRules.Demand(c, under);
        }
    }

    /// <summary>
    /// The server's word comes second, and names handles that were not open: both have taken part, whoever spoke first, if both
    /// name the same handles and rows. Where they differ the words contradict one another, and convict nobody but who said it of
    /// itself; what was taken is recalled all the same.
    /// </summary>
    private static void Reach(Change c, Row use, Row request, IReadOnlyList<byte[]> served, byte[]? agreement, bool agree)
    {
        // by the server's word alone nothing of patients was taken for whom nobody asked
        IReadOnlyList<byte[]> reached = agree && served.Count > 0 ? served : request.List<byte[]>("handles");
        byte[] under = RecallRules.Taken(c, reached, request);

        // else the taker's own word was its breach already
        bool stood = use.Flag("permitted") && MayTake(c, request, use.Optional<byte[]>("named") is null, use.Whole("time"));
        if (agree && stood)
        {
            BreachRules.Record(c, request.Code("recipient"), TakenRule(c, request), Severity.Grave, agreement, c.Act!.Id);
        }

        RecallRules.Demand(c, under);
    }

    /// <summary>Determines whether data under an agreement are a member's to serve: anybody may say that it served, and burdens
    /// none but itself.</summary>
    private static bool IsParty(Change c, byte[]? agreement, string server) =>
        agreement is null || c.Find(Records.Agreement, agreement)!.Codes("providers").Contains(server);

    private static string TakenRule(Change c, Row request) =>
        AccessRules.IsProhibited(c, request) ? "PROHIBITED_PURPOSE" : "TAKEN";

    /// <summary>Determines whether a taker's word alone says of nothing that was not open: of all that the request names, or of
    /// some of it, which may be what is.</summary>
    private static bool MayTake(Change c, Row request, bool isOfAll, long time) =>
        isOfAll
            ? AreOpen(c, request, [], time)
            : request.List<byte[]>("handles") is var all && (all.Count == 0 || all.Any(h => WasInForce(c, h, time)));

    /// <summary>Determines whether the handles that a server served are those that the taker names, by their digest: of a word of
    /// the other side alone nobody is in breach.</summary>
    private static bool AreNamed(Row request, IReadOnlyList<byte[]> served, byte[]? named)
    {
        IReadOnlyList<byte[]> all = request.List<byte[]>("handles");
        return DigestOf(served.Count > 0 ? served : all).AsSpan().SequenceEqual(named ?? DigestOf(all));
    }

    /// <summary>The digest by which a taker names handles: SHA-256 of their keys, one behind the other, ascending.</summary>
    public static byte[] DigestOf(IEnumerable<byte[]> handles) =>
        SHA256.HashData([.. handles.OrderBy(Convert.ToHexString, StringComparer.Ordinal).SelectMany(h => h)]);

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

    /// <summary>Rows of statistics are proven where an auditor that is no party signs a word along, having verified
    /// them.</summary>
    private static bool IsSignedAlong(Change c, Row request, string server) =>
        c.Act!.Cosigners.Count == 0 || Signatures.IsAudited(c, [request.Code("recipient"), server]);

    /// <summary>The taker's word is due.</summary>
    public static void ReceiptLate(Change c, byte[] id)
    {
        if (WaitingWords.IsSilent(c, id, byServer: true) && IsFirstSilence(c, id, byServer: true))
        {
            // the taker's deposit is untouched: nobody pays on one party's word
            string taker = RequestOf(c, id).Code("recipient");
            BreachRules.Record(c, taker, "NO_RECEIPT", Severity.Minor, null, id);
        }
    }

    /// <summary>The server's word is due.</summary>
    public static void LogLate(Change c, byte[] id)
    {
        bool silent = WaitingWords.IsSilent(c, id, byServer: false) && RequestOf(c, id).Flag("permitted");
        if (silent && IsFirstSilence(c, id, byServer: false))
        {
            string server = c.Find(Records.Use, id)!.Code("provider");
            BreachRules.Record(c, server, "NOT_LOGGED", Severity.Minor, null, id);
        }
    }

    /// <summary>Determines whether silence about a delivery is the first of a day between the two of a request: words that are
    /// made up cost the other side no more than one.</summary>
    private static bool IsFirstSilence(Change c, byte[] id, bool byServer)
    {
        Row use = c.Find(Records.Use, id)!;
        byte[] day = Ids.Of(
            byServer ? "no receipt" : "not logged",
            use.Bytes("request"),
            Ids.Text(use.Code("provider")),
            Ids.Number(c.Time / Durations.Day)
        );
        bool first = c.Find(Records.Counter, day) is null;
        if (first)
        {
            c.Put(day, Records.Counter.Row(1));
        }

        return first;
    }

    private static Row RequestOf(Change c, byte[] use) => c.Find(Records.Request, c.Find(Records.Use, use)!.Bytes("request"))!;

    /// <summary>The id of a use: request, server and root of the delivery.</summary>
    public static byte[] Id(Row body, string server) =>
        Ids.Of("use", body.Bytes("request"), Ids.Text(server), body.Bytes("root"));

    /// <summary>The id of the record that a member has received something from a provider.</summary>
    public static byte[] DeliveredId(string provider, string taker) => Ids.Of("delivered", Ids.Text(provider), Ids.Text(taker));

    /// <summary>Both words agree: the provider's handles of the period count for its part of the fee, each once; of statistics
    /// the rows that are proven.</summary>
    private static void Confirm(Change c, byte[] id, Row request, byte[]? agreement, bool counts)
    {
        Row use = c.Find(Records.Use, id)!;
        string provider = use.Code("provider");
        c.Put(DeliveredId(provider, request.Code("recipient")), Records.Counter.Row(1));
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
