namespace ZkHealth.Accountability;

/// <summary>Requests for statistics: they name no handles; a release names the request that permits it.</summary>
internal static class StatisticsRules
{
    /// <summary>`statistics requested`; the id of the request is that of the act.</summary>
    public static void Decide(Change c, Row body)
    {
        c.Decides = true;
        string purpose = body.Code("purpose");
        byte[] agreementId = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, agreementId);
        Row recipient = c.Find(Records.Member, c.Signer!)!;
        IReadOnlyList<string> columns = body.Codes("columns");
        c.Require(agreement is not null && agreement.Code("user") == c.Signer, "UNKNOWN_AGREEMENT");
        c.Require(columns.Count > 0, "NOTHING_NAMED");
        c.Require(c.Time < body.Whole("until"), "TERM");
        c.Require(Purposes.Exists(c, purpose) && !Purposes.IsEmergency(purpose), "PURPOSE_UNKNOWN");
        if (c.IsRefused)
        {
            return;
        }

        bool prohibited = AccessRules.Prohibit(c, purpose, columns, recipient.Code("kind"), AccessRules.Statistics);
        AccessRules.Stand(c, recipient, Credit.Statistics);
        AccessRules.ByAgreement(c, agreement!, purpose, columns);
        if (c.IsDenied && !AccessRules.CountDenial(c, c.Signer!))
        {
            return;
        }

        c.Put(
            c.Act!.Id,
            Records.Request.Row(
                new[] { agreementId },
                c.Signer!,
                purpose,
                AccessRules.Statistics,
                AccessRules.Statistics,
                columns,
                Array.Empty<byte[]>(),
                !c.IsDenied,
                c.Denials,
                Math.Min(body.Whole("until"), agreement!.Whole("until")),
                prohibited,
                Purposes.NeedConsent(c, purpose),
                Array.Empty<byte[]>(),
                false
            )
        );
    }
}
