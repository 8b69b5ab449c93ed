namespace ZkHealth.Accountability.Traces;

/// <summary>
/// All uses of handles, of a data set (by the handles of its consents), by a member or in an emergency (by its contact): each
/// request with its decision, what was served and received, recalls and their attestations, emergencies, sanctions, and who was
/// in breach.
/// </summary>
internal static class UseTrace
{
    /// <summary>Traces uses.</summary>
    /// <param name="log">The log.</param>
    /// <param name="about">Handles, fingerprints and contacts in hexadecimal, and subjects of members.</param>
    /// <param name="unknown">A word that is none of these; null where there is none.</param>
    /// <returns>Null where there is such a word.</returns>
    public static Trace? Of(LogHistory log, IReadOnlyList<string> about, out string? unknown)
    {
        var trace = new TraceBuilder(log);
        var handles = new HashSet<string>(StringComparer.Ordinal);
        var members = new HashSet<string>(StringComparer.Ordinal);
        var contacts = new HashSet<string>(StringComparer.Ordinal);
        foreach (string word in about)
        {
            string hex = word.ToLowerInvariant();
            if (log.State.Find(Records.Member, word) is not null)
            {
                members.Add(word);
            }
            else if (LogHistory.Ids(word).FirstOrDefault(i => IsConsent(log, i)) is string handle)
            {
                handles.Add(handle);
            }
            else if (log.Leaves.FirstOrDefault(l => IsAsset(l, hex)) is HistoryLeaf asset)
            {
                trace.Add(asset);
                trace.Node(hex, $"{asset.Body!.Code("standard")} {LogHistory.Short(hex)}", "data set");
                handles.UnionWith(asset.Body.List<byte[]>("consents").Select(LogHistory.Hex));
            }
            else if (log.Leaves.Any(l => IsEmergency(l, hex)))
            {
                contacts.Add(hex);
            }
            else
            {
                unknown = word;
                return null;
            }
        }

        unknown = null;
        trace.Members.UnionWith(members);
        HashSet<string> requests = [.. log.Leaves.Where(l => contacts.Any(c => IsEmergency(l, c))).Select(l => l.ActId)];
        HashSet<string> served = ServedBeyond(log, handles);
        var recalls = new HashSet<string>(StringComparer.Ordinal);
        foreach (HistoryLeaf leaf in log.Leaves)
        {
            DutyTrace.AddRecalls(trace, leaf, recalls, handles, members, log);
            DutyTrace.AddDuties(trace, log, leaf, members);
            if (leaf.Act is not null && Belongs(log, leaf, handles, members, requests, recalls, served))
            {
                trace.Add(leaf);
                Draw(trace, log, leaf);
            }
        }

        return trace.Build("use", about);
    }

    private static bool Belongs(
        LogHistory log,
        HistoryLeaf leaf,
        HashSet<string> handles,
        HashSet<string> members,
        HashSet<string> requests,
        HashSet<string> recalls,
        HashSet<string> served
    )
    {
        Row body = leaf.Body!;
        string signer = LogHistory.Hex(leaf.Act!.Signer);
        switch (leaf.Act.Kind)
        {
            case "consent granted" or "share claimed" or "patient reported":
                return handles.Contains(signer);
            case "assets contradict" or "contradiction settled":
                return handles.Contains(signer)
                    || members.Contains(leaf.Who)
                    || DutyTrace
                        .Contradictions(leaf)
                        .Any(x => ContradictionRules.Providers(log.State, x.After!).Any(members.Contains));
            case "handle objected" when requests.Contains(LogHistory.Hex(body.Bytes("about"))):
                return true;
            case "consent revoked" or "handle objected" or "guardian named":
                return handles.Contains(LogHistory.Hex(body.Bytes("handle")));
            case "handles replaced":
                return body.List<byte[]>("handles").Any(h => handles.Contains(LogHistory.Hex(h)));
            case "statistics requested":
                return members.Contains(leaf.Who);
            case "result published" or "cohort revoked":
                return requests.Contains(LogHistory.Hex(body.Bytes("request"))) || members.Contains(leaf.Who);
            case "access requested":
                bool asked = members.Contains(leaf.Who) || NamesAny(body, handles) || served.Contains(leaf.ActId);
                return asked && requests.Add(leaf.ActId);
            case "used" or "receipt":
                bool isParty =
                    members.Contains(leaf.Who)
                    || (leaf.Act.Kind == "receipt" && members.Contains(body.Code("server")))
                    || members.Contains(RecipientOf(log, body));
                return isParty || (requests.Contains(LogHistory.Hex(body.Bytes("request"))) && IsOf(log, leaf, handles));
            case "erasure attested":
                return recalls.Contains(LogHistory.Hex(body.Bytes("recall")));
            case "emergency":
                return requests.Contains(leaf.ActId) || (members.Contains(leaf.Who) && requests.Add(leaf.ActId));
            case "emergency reviewed":
                return requests.Contains(LogHistory.Hex(body.Bytes("access")));
            case "sanction":
                return members.Contains(body.Code("subject")) && requests.Add(leaf.ActId);
            case "rectified":
                return requests.Contains(LogHistory.Hex(body.Bytes("sanction")));
            case "agreement made" or "use value reported" or "use value corrected" or "agreement ended" or "appeal":
                return members.Contains(leaf.Who);
            case "report":
                return members.Contains(body.Code("accused"));
            default:
                return false;
        }
    }

    /// <summary>The requests under which rows of handles were served that the request may not name at all: the server says
    /// so.</summary>
    private static HashSet<string> ServedBeyond(LogHistory log, HashSet<string> handles) =>
        [
            .. log
                .Leaves.Where(l => l.Act?.Kind == "used" && NamesAny(l.Body!, handles))
                .Select(l => LogHistory.Hex(l.Body!.Bytes("request"))),
        ];

    private static bool NamesAny(Row body, HashSet<string> handles) =>
        handles.Count > 0 && body.List<byte[]>("handles").Any(h => handles.Contains(LogHistory.Hex(h)));

    /// <summary>Determines whether a word of a server or taker can be about rows of handles: the server may have said that it is
    /// of others, and what is wrong with those is none of theirs.</summary>
    private static bool IsOf(LogHistory log, HistoryLeaf leaf, HashSet<string> handles) =>
        log.State.Find(Records.Use, UseOf(leaf)) is not Row use
        || use.List<byte[]>("handles").Count == 0
        || NamesAny(use, handles);

    private static string RecipientOf(LogHistory log, Row body) =>
        log.State.Find(Records.Request, body.Bytes("request"))?.Code("recipient") ?? "";

    private static void Draw(TraceBuilder trace, LogHistory log, HistoryLeaf leaf)
    {
        Row body = leaf.Body!;
        switch (leaf.Act!.Kind)
        {
            case "consent granted":
                trace.Node(leaf.Who, $"handle {LogHistory.Short(leaf.Who)}", "handle");
                break;
            case "result published":
                string result = LogHistory.Hex(body.Bytes("result"));
                trace.Node(result, $"{body.Code("kind")} {LogHistory.Short(result)}", "result");
                trace.Edge(LogHistory.Hex(body.Bytes("request")), result, "published");
                break;
            case "access requested":
                trace.Node(leaf.Who, leaf.Who, "member");
                trace.Node(leaf.ActId, $"request {LogHistory.Short(leaf.ActId)}: {leaf.Outcome}", "request");
                trace.Edge(leaf.Who, leaf.ActId, $"asks for {body.Code("class")}, {body.Code("purpose")}");
                foreach (byte[] handle in body.List<byte[]>("handles"))
                {
                    trace.Edge(leaf.ActId, LogHistory.Hex(handle), "names");
                }

                break;
            case "used":
                Delivery(trace, body, leaf.Who, null, null);
                break;
            case "receipt":
                Delivery(trace, body, body.Code("server"), leaf.Who, log.State.Find(Records.Use, UseOf(leaf)));
                break;
            case "sanction":
                trace.Node(leaf.Who, leaf.Who, "member");
                trace.Node(body.Code("subject"), body.Code("subject"), "member");
                trace.Edge(leaf.Who, body.Code("subject"), $"sanction {body.Code("rule")}");
                break;
        }
    }

    /// <summary>Words of a server about what it gave, and of a taker about what it received, under one request. Of a server
    /// that has not said so itself the taker says it, and the graph names the taker for it.</summary>
    private static void Delivery(TraceBuilder trace, Row body, string server, string? taker, Row? use)
    {
        string request = LogHistory.Hex(body.Bytes("request")),
            root = LogHistory.Hex(body.Bytes("root"));
        trace.Add(LogHistory.Hex(UseRules.Id(body, server)));
        trace.Node(server, server, "member");
        string node = $"{request} {root}";
        trace.Node(node, $"delivery {LogHistory.Short(root)}, {body.Whole("rows")} rows", "delivery");
        string says = taker is null || use?.List<string>("server").Count > 0 ? "" : $", says {taker}";
        trace.Edge(request, node, "served" + says);
        trace.Edge(server, node, "gave" + says);
        if (taker is not null)
        {
            trace.Node(taker, taker, "member");
            trace.Edge(node, taker, "taken");
        }
    }

    /// <summary>The id of the use that a word of a server or taker is about.</summary>
    public static byte[] UseOf(HistoryLeaf leaf) =>
        UseRules.Id(leaf.Body!, leaf.Act!.Kind == "used" ? leaf.Who : leaf.Body!.Code("server"));

    private static bool IsAsset(HistoryLeaf leaf, string hex) =>
        leaf.Act?.Kind == "asset registered" && LogHistory.Hex(leaf.Body!.Bytes("fingerprint")) == hex;

    /// <summary>Determines whether a leaf is a look in an emergency at the record behind a contact, which its hospital
    /// knows.</summary>
    private static bool IsEmergency(HistoryLeaf leaf, string hex) =>
        leaf.Act?.Kind == "emergency" && LogHistory.Hex(leaf.Body!.Bytes("contact")) == hex;

    private static bool IsConsent(LogHistory log, string id) =>
        IsHex(id) && log.State.Find(Records.Consent, Convert.FromHexString(id)) is not null;

    private static bool IsHex(string text) => text.Length is 64 or 66 && text.All(char.IsAsciiHexDigit);
}
