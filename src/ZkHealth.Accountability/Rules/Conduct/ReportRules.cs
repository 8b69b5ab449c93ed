namespace ZkHealth.Accountability;

/// <summary>Reports by members and patients: each waits for a verdict, few are open at a time, and the deposit of the agreement
/// that one is about waits with it.</summary>
internal static class ReportRules
{
    /// <summary>`report` by a member: at most so many open at a time.</summary>
    public static void Report(Change c, Row body)
    {
        byte[] open = Ids.Of("reports", Ids.Text(c.Signer!));
        long count = c.Find(Records.Counter, open)?.Whole("count") ?? 0;
        c.Require(c.Find(Records.Member, body.Code("accused")) is not null && body.Code("accused") != c.Signer, "ACCUSED");
        c.Require(count < c.Param(Parameter.OpenReports), "REPORTS_OPEN");
        if (!c.IsRefused)
        {
            c.Put(open, Records.Counter.Row(count + 1));
            Open(c, c.Signer!, body);
        }
    }

    /// <summary>A report that is the signer's duty: how many others are open does not count, or the duty could not be
    /// done.</summary>
    public static void ReportAsDuty(Change c, Row body)
    {
        c.Put(DutyId(c.Act!.Id), Records.Counter.Row(1));
        Open(c, c.Signer!, body);
    }

    /// <summary>`patient reported`, by a handle: one open report against a member, and at most so many a day by the patients of
    /// one provider. Handles that no registrar backs are counted apart: a provider could make so many that no patient reports
    /// it.</summary>
    public static void ReportByPatient(Change c, Row body)
    {
        byte[] handle = c.Act!.Signer;
        Row? consent = c.Find(Records.Consent, handle);
        string name = Ids.Name(handle);
        byte[] open = Ids.Of("reports", Ids.Text(name)),
            daily = Ids.Of(
                "patientReports",
                Ids.Text(consent?.Code("provider") ?? ""),
                [consent?.Flag("backed") == true ? (byte)1 : (byte)0],
                Ids.Number(c.Time / Durations.Day)
            );
        long today = c.Find(Records.Counter, daily)?.Whole("count") ?? 0;
        c.Require(consent is not null, "HANDLE");
        c.Require(c.Find(Records.Replaced, handle) is null, "REPLACED");
        c.Require(c.Find(Records.Member, body.Code("accused")) is not null, "ACCUSED");
        c.Require((c.Find(Records.Counter, open)?.Whole("count") ?? 0) == 0, "REPORTS_OPEN");
        c.Require(today < c.Param(Parameter.PatientReports), "REPORTS_DAILY");
        if (!c.IsRefused)
        {
            c.Put(open, Records.Counter.Row(1));
            c.Put(daily, Records.Counter.Row(today + 1));
            Open(c, name, body);
        }
    }

    /// <summary>A report stands; a challenge of an asset flags it and stops nothing.</summary>
    private static void Open(Change c, string reporter, Row body)
    {
        byte[] id = c.Act!.Id;
        c.Put(id, Records.Report.Row(reporter, body.Code("accused"), body.Code("rule"), body.Bytes("about"), true));

        // the deposit of the agreement waits for the verdict
        if (AgreementRules.About(c, body.Bytes("about")) is byte[] agreement)
        {
            c.Put(Ids.Of("under", id, agreement), Records.Counter.Row(1));
            DepositRules.Open(c, agreement, 1);
        }

        if (body.Code("rule") == Verdicts.Quality && c.Find(Records.Asset, body.Bytes("about")) is not null)
        {
            ChallengeRules.Raise(c, id, body.Bytes("about"));
        }
    }

    /// <summary>Closes a report.</summary>
    public static void CloseReport(Change c, byte[] id, Row report)
    {
        if (c.Find(Records.Counter, DutyId(id)) is null)
        {
            byte[] open = Ids.Of("reports", Ids.Text(report.Code("reporter")));
            c.Put(open, c.Find(Records.Counter, open)!.Plus("count", -1));
        }

        c.Put(id, report.With("open", false));
        ChallengeRules.End(c, id, report.Bytes("about"));
        if (
            AgreementRules.About(c, report.Bytes("about")) is byte[] agreement
            && c.Find(Records.Counter, Ids.Of("under", id, agreement)) is not null
        )
        {
            DepositRules.Open(c, agreement, -1);
        }
    }

    private static byte[] DutyId(byte[] report) => Ids.Of("duty", report);
}
