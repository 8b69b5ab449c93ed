namespace ZkHealth.Accountability;

/// <summary>Requests, and the words of both sides about deliveries.</summary>
internal static partial class RegionActs
{
    /// <summary>A member asks for access. Returns the id of the request.</summary>
    public static byte[] Ask(
        this Region r,
        string recipient,
        byte[]? agreement,
        string[] handles,
        string purpose = "HRESCH",
        string @class = "GENERAL",
        string[]? columns = null
    )
    {
        r.Do(
            "access requested",
            recipient,
            Bodies.Request(
                agreement,
                Region.Digest("person at " + recipient),
                columns ?? Columns,
                r.Time + (30 * Durations.Day),
                [.. handles.Select(Region.Key)],
                purpose,
                @class
            )
        );
        return r.LastId;
    }

    /// <summary>A member asks for statistics of some columns. Returns the id of the request.</summary>
    public static byte[] AskStatistics(this Region r, string recipient, byte[] agreement, params string[] columns)
    {
        r.Do(
            "statistics requested",
            recipient,
            Bodies.StatisticsRequested.Row(
                agreement,
                Region.Digest("person at " + recipient),
                "HRESCH",
                columns,
                r.Time + (30 * Durations.Day)
            )
        );
        return r.LastId;
    }

    /// <summary>A provider says that it delivered.</summary>
    public static Outcome Serve(
        this Region r,
        string provider,
        byte[] request,
        long rows = 10,
        bool within = true,
        string root = "delivery",
        string[]? columns = null,
        string[]? handles = null,
        string operation = "download",
        string? auditor = null,
        string? cohort = null
    ) =>
        r.Do(
            "used",
            provider,
            Bodies.UseServed.Row(
                request,
                (handles ?? []).Select(Region.Key),
                operation,
                Region.Digest("doctor at " + provider),
                within,
                rows,
                rows * 40,
                columns ?? [],
                Region.Digest(root),
                Region.Digest("network"),
                Array.Empty<byte[]>(),
                cohort is null ? Array.Empty<byte[]>() : [Region.Digest(cohort)]
            ),
            auditor is null ? [] : [auditor]
        );

    /// <summary>A taker says that it received.</summary>
    public static Outcome Take(
        this Region r,
        string taker,
        byte[] request,
        string provider = "hospital",
        long rows = 10,
        string root = "delivery",
        string? auditor = null,
        string[]? handles = null
    ) =>
        r.Do(
            "receipt",
            taker,
            Bodies.UseReceived.Row(
                request,
                provider,
                Region.Digest("person at " + taker),
                rows,
                Region.Digest(root),
                handles is null ? Array.Empty<byte[]>() : new[] { OpenHandles.DigestOf(handles.Select(Region.Key)) }
            ),
            auditor is null ? [] : [auditor]
        );
}
