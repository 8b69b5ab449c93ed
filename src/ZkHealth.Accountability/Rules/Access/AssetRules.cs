namespace ZkHealth.Accountability;

/// <summary>Assets: who is provider of record for what, its standard, and corrections that were ordered.</summary>
internal static class AssetRules
{
    private static readonly string[] Standards = ["HL7v2", "CDA-R2", "FHIR-R4", "DICOM", "local", "statement"];

    /// <summary>The rights in data: to hold, to process and use, to operate (to offer to others).</summary>
    private static readonly string[] Rights = ["hold", "process", "operate"];

    private const string Patient = "patient";

    /// <summary>`asset registered`: evidence of a date, not of a right.</summary>
    public static void Register(Change c, Row body)
    {
        byte[] id = body.Bytes("fingerprint");
        c.Require(MemberRules.Has(c, c.Signer, "provider"), "ROLE");
        c.Require(IsStandard(c, body.Code("standard")), "STANDARD");
        c.Require(body.Whole("collected") <= c.Time, "COLLECTED_LATER");
        c.Require(body.List<byte[]>("sources").All(s => c.Find(Records.Asset, s) is not null), "UNKNOWN_SOURCE");
        c.Require(
            body.List<byte[]>("sources")
                .Select(s => c.Find(Records.Asset, s)?.Code("provider"))
                .All(p => p is null || p == c.Signer || c.Find(Records.Counter, UseRules.DeliveredId(p, c.Signer!)) is not null),
            "NO_DELIVERY"
        );
        IReadOnlyList<byte[]> consents = body.List<byte[]>("consents");
        IReadOnlyList<string> grounds = body.Codes("ground");
        c.Require((consents.Count > 0 || grounds.Count > 0) && TableRules.AreGrounds(c, grounds), "NO_GROUND");
        c.Require(consents.Select(h => c.Find(Records.Consent, h)).All(g => g is null || IsGround(c, g, body)), "NO_GROUND");
        c.Require(
            consents.All(h => c.Find(Records.Consent, h) is Row g && ConsentRules.WasInForce(g, body.Whole("collected"))),
            "COLLECTED_BEFORE_CONSENT"
        );
        c.Require(
            body.Code("standard") != "statement"
                || c.Along(k => c.Find(Records.Replaced, k) is null && consents.Any(h => h.AsSpan().SequenceEqual(k))).Count > 0,
            "COUNTERSIGNATURE"
        );
        IReadOnlyList<Row> rights = body.List<Row>("rights");
        c.Require(rights.All(r => r.Code("holder") == Patient || c.Find(Records.Member, r.Code("holder")) is not null), "HOLDER");
        c.Require(rights.All(r => Rights.Contains(r.Code("right"))), "RIGHT");
        Row? known = c.Find(Records.Asset, id);
        byte[] claim = Ids.Of("claim", id, Ids.Text(c.Signer!));
        c.Require(known is null || (known.Code("provider") != c.Signer && c.Find(Records.Claim, claim) is null), "REGISTERED");
        if (c.IsRefused)
        {
            return;
        }

        if (known is not null)
        {
            // two that contradict open a challenge by themselves: the first date is evidence, not a right
            c.Put(claim, Records.Claim.Row(id, c.Signer!, c.Time));
            ChallengeRules.Raise(c, ChallengeRules.Claims, id);
        }
        else
        {
            c.Put(
                id,
                Records.Asset.Row(
                    c.Signer!,
                    body.Code("standard"),
                    body.Code("class"),
                    body.Codes("columns"),
                    body.Whole("collected"),
                    body.List<byte[]>("sources"),
                    false,
                    Array.Empty<object>(),
                    Array.Empty<object>(),
                    consents,
                    rights
                )
            );
            if (grounds.Count > 0 && consents.Count > 0)
            {
                c.Put(GroundId(id), Records.Counter.Row(1));
            }
        }
    }

    /// <summary>Determines whether a ground of the charter takes the place of consents that an asset does not name.</summary>
    public static bool IsByGround(Change c, byte[] id, Row asset) =>
        asset.List<byte[]>("consents").Count == 0 || c.Find(Records.Counter, GroundId(id)) is not null;

    private static byte[] GroundId(byte[] asset) => Ids.Of("by ground", asset);

    /// <summary>Determines whether a consent is one to the collection: of a patient of the signer or of the provider of a named
    /// source, and for this class of data. Handles stand on the log: anybody could name another's.</summary>
    private static bool IsGround(Change c, Row consent, Row body) =>
        consent.Codes("classes").Contains(body.Code("class"))
        && body.List<byte[]>("sources")
            .Select(s => c.Find(Records.Asset, s)?.Code("provider"))
            .Append(c.Signer)
            .Contains(consent.Code("provider"));

    /// <summary>Standard and version: of the charter's table, or of the common ones.</summary>
    public static bool IsStandard(Change c, string standard) =>
        TableRules.Has(c, TableRules.Standards)
            ? TableRules.Find(c, TableRules.Standards, standard) is not null
            : Standards.Contains(standard.Split('/')[0]);

    /// <summary>`asset corrected`, by the provider of record; what was ordered is done.</summary>
    public static void Correct(Change c, Row body)
    {
        byte[] id = body.Bytes("fingerprint");
        Row? asset = c.Find(Records.Asset, id);
        c.Require(asset is not null && asset.Code("provider") == c.Signer, "UNKNOWN_ASSET");
        c.Require(asset is null || asset.List<byte[]>("corrected").Count == 0, "DUPLICATE");
        c.Require(!body.Bytes("corrected").AsSpan().SequenceEqual(id), "UNCHANGED");
        if (c.IsRefused)
        {
            return;
        }

        foreach (long due in asset!.List<long>("correctBy"))
        {
            c.Cancel(due, Effect.CorrectionLate, id);
            LatenessRules.Note(c, id, due);
        }

        c.Put(id, asset.With("corrected", new object[] { body.Bytes("corrected") }).With("correctBy", Array.Empty<object>()));
    }

    /// <summary>A quality finding orders a correction with a deadline, and tells every recipient of the wrong value; also of one
    /// that its provider has corrected before, whom nobody has told.</summary>
    public static void OrderCorrection(Change c, byte[] id)
    {
        byte[] found = Ids.Of("found wrong", id);
        if (c.Find(Records.Asset, id) is not Row asset || c.Find(Records.Counter, found) is not null)
        {
            return;
        }

        c.Put(found, Records.Counter.Row(1));
        asset = asset.With("challenged", true);
        if (asset.List<byte[]>("corrected").Count == 0)
        {
            long due = c.Time + c.Param(Parameter.CorrectionDue);
            asset = asset.With("correctBy", new object[] { due });
            c.Schedule(due, Effect.CorrectionLate, id);
        }

        c.Put(id, asset);
        RecallRules.DemandReplacement(c, id);
    }

    /// <summary>The correction is late.</summary>
    public static void CorrectionLate(Change c, byte[] id) =>
        BreachRules.Record(c, c.Find(Records.Asset, id)!.Code("provider"), "CORRECTION_LATE", Severity.Serious, null, id);
}
