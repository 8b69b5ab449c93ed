namespace ZkHealth.Accountability;

/// <summary>Effects of a verdict: it upholds or dismisses a report, or annuls a breach on appeal.</summary>
internal static class Verdicts
{
    public const string Quality = "QUALITY";

    /// <summary>The report is upheld: a breach of the accused; a finding about quality orders a correction first.</summary>
    public static void Uphold(Change c, byte[] id, Severity severity, IReadOnlyList<string> judges)
    {
        if (c.Find(Records.Report, id) is not Row report || !report.Flag("open"))
        {
            return;
        }

        ReportRules.CloseReport(c, id, report);
        if (report.Code("rule") == Quality)
        {
            AssetRules.OrderCorrection(c, report.Bytes("about"));
            return;
        }

        byte[]? agreement = AgreementRules.About(c, report.Bytes("about"));
        BreachRules.Record(
            c,
            report.Code("accused"),
            report.Code("rule"),
            severity,
            agreement,
            id,
            judges: judges,
            other: report.Code("reporter")
        );
    }

    /// <summary>The report is dismissed; an abusive one costs its reporter credit.</summary>
    public static void Dismiss(Change c, byte[] id, bool abusive, IReadOnlyList<string> judges)
    {
        if (c.Find(Records.Report, id) is not Row report || !report.Flag("open"))
        {
            return;
        }

        ReportRules.CloseReport(c, id, report);
        byte[] about = report.Bytes("about");
        if (report.Code("rule") == Quality && c.Find(Records.Asset, about) is not null)
        {
            ChallengeRules.End(c, ChallengeRules.Claims, about);
            ChallengeRules.Lower(c, about);
        }

        if (abusive)
        {
            BreachRules.Record(
                c,
                report.Code("reporter"),
                "ABUSIVE_REPORT",
                Severity.Minor,
                null,
                id,
                judges: judges,
                other: report.Code("accused")
            );
        }
    }

    /// <summary>Takes a breach back whose subject was never owed: it is void, also where it is final.</summary>
    public static void Undo(Change c, byte[] id)
    {
        Annul(c, id);
        if (c.Find(Records.Breach, id)!.Code("status") == BreachRules.Final)
        {
            BreachRules.Forgive(c, id);
        }
    }

    /// <summary>The breach is void.</summary>
    public static void Annul(Change c, byte[] id)
    {
        Row breach = c.Find(Records.Breach, id)!;
        if (breach.Code("status") != BreachRules.Provisional)
        {
            return;
        }

        c.Cancel(breach.Whole("due"), Effect.BreachFinal, id);
        BreachRules.Annul(c, id);
    }
}
