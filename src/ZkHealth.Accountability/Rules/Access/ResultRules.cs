namespace ZkHealth.Accountability;

/// <summary>Results that were made of data: papers, models, products, each by the request that it comes from.</summary>
internal static class ResultRules
{
    private static readonly string[] Kinds = ["paper", "model", "product"];

    /// <summary>`result published`, by the recipient of the request. A result of a request that was denied is a
    /// confession.</summary>
    public static void Publish(Change c, Row body)
    {
        byte[] id = Id(body);
        Row? request = c.Find(Records.Request, body.Bytes("request"));
        c.Require(request is not null && request.Code("recipient") == c.Signer, "UNKNOWN_REQUEST");
        c.Require(Kinds.Contains(body.Code("kind")), "RESULT_KIND");
        c.Require(body.List<byte[]>("assets").All(a => c.Find(Records.Asset, a) is not null), "UNKNOWN_ASSET");
        c.Require(c.Find(Records.Result, id) is null, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        if (!request!.Flag("permitted"))
        {
            // a further result of the request is the same breach, and demands the recall once more on a day of its own
            c.Confess("TAKEN");
            bool isNew = c.Find(Records.Breach, BreachRules.Id(body.Bytes("request"), c.Signer!)) is null;
            byte[] under = RecallRules.Taken(c, request.List<byte[]>("handles"), request),
                breach = BreachRules.Record(
                    c,
                    c.Signer!,
                    "TAKEN",
                    Severity.Grave,
                    request.Optional<byte[]>("agreement"),
                    body.Bytes("request")
                );
            RecallRules.Demand(c, under, isNew ? breach : null);
        }

        c.Put(
            id,
            Records.Result.Row(
                body.Bytes("result"),
                body.Code("kind"),
                body.Bytes("request"),
                body.List<byte[]>("assets"),
                body.Bytes("citation"),
                c.Time
            )
        );
    }

    /// <summary>The id of a result of a request: whoever publishes one first keeps nobody from naming the same result for a
    /// request of its own.</summary>
    public static byte[] Id(Row body) => Ids.Of("result", body.Bytes("result"), body.Bytes("request"));
}
