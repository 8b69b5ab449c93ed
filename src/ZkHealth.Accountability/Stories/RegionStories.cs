namespace ZkHealth.Accountability;

/// <summary>The stories of the design that the rules play so far.</summary>
internal static class RegionStories
{
    private static readonly string[] Patients = ["ann", "bea", "cas", "dan"];

    /// <summary>Every story.</summary>
    public static readonly IReadOnlyList<Story> All =
    [
        new("CT image altered", "hospital", "ALTERED", ImageAltered),
        new("genomes without authorisation", "hospital, institute", "TAKEN", Genomes),
        new("genomes taken and not served", "institute", "TAKEN", GenomesTaken),
        new("deletion in time", "nobody", "RECALL", s => Deletion(s, late: false)),
        new("deletion late", "institute", "RECALL_LATE", s => Deletion(s, late: true)),
        new("one per cent reported", "nobody", "FEE", s => OnePerCent(s, out _)),
        new("one per cent on a chain", "nobody", "FEE", ChainStory.Play),
        new("one per cent unreported", "maker", "VALUE_NOT_REPORTED", Unreported),
        new("12/8 corrected in time", "nobody", "QUALITY", s => BloodPressure(s, late: false)),
        new("12/8 corrected late", "centre", "CORRECTION_LATE", s => BloodPressure(s, late: true)),
        new("12/8 not corrected yet", "centre", "QUALITY", NotCorrected),
        new("insurer", "insurer", "PROHIBITED_PURPOSE", Insurer),
        new("exporting doctor", "hospital", "BEYOND_RIGHTS", ExportingDoctor),
        new("untold allergy", "nobody", "EMERGENCY", Allergy),
        new("diabetes figure", "nobody", "CONFORMITY", DiabetesFigure.Play),
        new("ten hospitals", "centre", "BAD_CONTRIBUTION", BadContributor),
        new("operator alone", "operator", "THRESHOLD", OperatorAlone),
        new("node dies for 9 minutes", "nobody", "OPERATOR_SILENT", s => NodeDies(s, 9)),
        new("node dies for 11 minutes", "operator", "OPERATOR_SILENT", s => NodeDies(s, 11)),
        new("recognition in another city", "nobody", "RECOGNITION", Recognition.Play),
        new("endless clause", "nobody", "LONGEST_TERM", EndlessClause),
        new("patient who looks, revokes and is paid", "nobody", "CONSENT", PatientPaid),
        new("report", "nobody", "REPORT", QuarterReport.Play),
    ];

    /// <summary>An image was altered after its registration: its provider answers.</summary>
    private static StoryEnd ImageAltered(Stage stage)
    {
        var r = stage.Found();
        r.Register("hospital", "ct image", "DICOM");
        byte[] breach = r.Convict("centre", "hospital", "ALTERED", Region.Digest("ct image"), Severity.Serious);
        r.Wait(14 * Durations.Day);
        return new(r, r.State.Find(Records.Breach, breach)!.Code("status") == BreachRules.Final);
    }

    /// <summary>Denied, served and taken all the same: access ends, both answer, the taker's deposit is cut.</summary>
    private static StoryEnd Genomes(Stage stage)
    {
        var r = stage.Found();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], @class: "GENETIC");
        byte[] request = r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        bool denied = r.Last.ToString() == "Denied: NO_CONSENT";
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Ask("institute", agreement, ["ann"]);
        return new(r, denied && r.Last.Codes.Contains("FROZEN"));
    }

    /// <summary>Taken without permission, and by no word of a server: the taker alone, whether somebody served them is for a
    /// verdict.</summary>
    private static StoryEnd GenomesTaken(Stage stage)
    {
        var r = stage.Found();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], @class: "GENETIC");
        byte[] request = r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        r.Take("institute", request);
        r.Wait(2 * Durations.Day);
        return new(r, r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
    }

    /// <summary>A patient revokes; the user attests the erasure within 30 days, or a millisecond too late.</summary>
    private static StoryEnd Deletion(Stage stage, bool late)
    {
        var r = stage.Found();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Sleep(Durations.Day);
        r.Revoke("ann");
        byte[] recall = RecallRules.Id(agreement, r.Time);
        r.Sleep((30 * Durations.Day) - (late ? 0 : 1));
        Outcome attested = r.Do("erasure attested", "institute", Bodies.ErasureAttested.Row(recall, Array.Empty<string>()));
        return new(r, attested.Kind == (late ? OutcomeKind.Breach : OutcomeKind.Accepted), "RECALL");
    }

    /// <summary>One per cent of 10,000,000, split among operator, patients, a hospital with three patients and a centre with
    /// one.</summary>
    public static StoryEnd OnePerCent(Stage stage, out byte[] agreement)
    {
        var r = stage.Found();
        agreement = Sell(r, null);
        return new(r, r.Balance("maker") == 0 && r.MoneyMissing() == 0, "FEE");
    }

    /// <summary>Consents, uses, and one per cent of 10,000,000 paid, through the treasury or a contract.</summary>
    public static byte[] Sell(Region r, Row? contract)
    {
        foreach (string p in Patients)
        {
            r.Consent(p, "user/company", provider: p == "dan" ? "centre" : "hospital");
        }

        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000, contract: contract);
        byte[] ofHospital = r.Ask("maker", agreement, Patients[..3]),
            ofCentre = r.Ask("maker", agreement, ["dan"]);
        r.Serve("hospital", ofHospital);
        r.Take("maker", ofHospital);
        r.Serve("centre", ofCentre);
        r.Take("maker", ofCentre, "centre");
        if (contract is null)
        {
            r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 100_000));
        }
        else
        {
            r.State(contract, "received", Ids.Text("maker"), 100_000);
        }

        r.Sleep(90 * Durations.Day);

        // in two parts: the fee is of the cumulative value
        r.Report("maker", agreement, 0, 99);
        r.Report("maker", agreement, 0, 10_000_000);
        r.Wait(30 * Durations.Day);
        return agreement;
    }

    private static StoryEnd Unreported(Stage stage)
    {
        var r = stage.Found();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Wait(120 * Durations.Day);
        return new(r, r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
    }

    private static StoryEnd BloodPressure(Stage stage, bool late)
    {
        var r = stage.Found();
        r.Register("centre", "blood pressure 12/8");
        r.Convict("hospital", "centre", "QUALITY", Region.Digest("blood pressure 12/8"), Severity.Minor);
        r.Sleep((7 * Durations.Day) - (late ? 0 : 1));
        Outcome corrected = r.Do(
            "asset corrected",
            "centre",
            Bodies.AssetCorrected.Row(Region.Digest("blood pressure 12/8"), Region.Digest("blood pressure 120/80"))
        );
        return new(r, corrected.Kind == OutcomeKind.Accepted, "QUALITY");
    }

    /// <summary>Until it is corrected, whoever entered the value answers for it: the correction is ordered, and due.</summary>
    private static StoryEnd NotCorrected(Stage stage)
    {
        var r = stage.Found();
        byte[] wrong = Region.Digest("blood pressure 12/8");
        r.Register("centre", "blood pressure 12/8");
        r.Convict("hospital", "centre", "QUALITY", wrong, Severity.Minor);
        r.Wait(3 * Durations.Day);
        Row asset = r.State.Find(Records.Asset, wrong)!;
        long due = Region.Start + (7 * Durations.Day);
        return new(r, asset.List<long>("correctBy").SequenceEqual([due]), "QUALITY", asset.Code("provider"));
    }

    /// <summary>Psychiatric records for coverage: prohibited whatever a consent says; the authority's sanction is
    /// rectified, and the patient is compensated.</summary>
    private static StoryEnd Insurer(Stage stage)
    {
        var r = stage.Found();
        r.Consent("ann", "insurer", "PSYCHIATRIC", "COVERAGE");
        byte[] agreement = r.Agree("insurer", ["centre"], "COVERAGE", "PSYCHIATRIC");
        byte[] request = r.Ask("insurer", agreement, ["ann"], "COVERAGE", "PSYCHIATRIC");
        bool denied = r.Last.Codes.SequenceEqual(["PROHIBITED_PURPOSE"]);
        r.Take("insurer", request, "centre");
        byte[] recall = RecallRules.Id(agreement, r.Time);
        r.Do(
            "sanction",
            "commission-a",
            Bodies.SanctionOrdered.Row("insurer", "PROHIBITED_PURPOSE", 500_000, r.Time + (30 * Durations.Day))
        );
        byte[] sanction = r.LastId;
        r.Wait(20 * Durations.Day);
        r.Do("erasure attested", "insurer", Bodies.ErasureAttested.Row(recall, Array.Empty<string>()));
        r.Do("rectified", "insurer", Bodies.SanctionRectified.Row(sanction));

        // the cut of 10,000 is final, and governance gives 8,000 of it to her whose records they were
        byte[] compensation = r.Propose("commission-a", "compensation", number: 8_000, about: request, key: Region.Key("ann"));
        r.Approve(compensation, "commission-b", "patients");
        r.Wait(20 * Durations.Day);
        return new(r, denied && r.Balance("ann") == 8_000 && r.State.Find(Records.Sanction, sanction)!.Flag("rectified"));
    }

    /// <summary>The hospital answers outward; the code of the person is named.</summary>
    private static StoryEnd ExportingDoctor(Stage stage)
    {
        var r = stage.Found();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request, within: false);
        r.Take("institute", request);
        Row breach = r.All(Records.Breach).Single();
        return new(r, breach.List<byte[]>("person").Single().AsSpan().SequenceEqual(Region.Digest("doctor at hospital")));
    }

    /// <summary>An emergency, reviewed and found right; what the patient had not told is registered as her
    /// statement.</summary>
    private static StoryEnd Allergy(Stage stage)
    {
        var r = stage.Found();
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        byte[] access = r.LastId;
        r.Consent("ann");
        r.Register("hospital", "allergy", "statement", "ann");
        r.Sleep(3 * Durations.Day);
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(access, false));
        r.Wait(20 * Durations.Day);
        return new(r, r.State.Find(Records.Emergency, access)!.Flag("reviewed"), "EMERGENCY");
    }

    private static StoryEnd BadContributor(Stage stage)
    {
        var r = stage.Found();
        r.Convict("hospital", "centre", "BAD_CONTRIBUTION", Region.Digest("opened contribution of round 3"), Severity.Serious);
        return new(r, r.Credit("hospital") == 80);
    }

    /// <summary>The operator proposes another standard, finds nobody, and cannot vote itself: nothing changes.</summary>
    private static StoryEnd OperatorAlone(Stage stage)
    {
        var r = stage.Found();
        byte[] proposal = r.Propose("operator", "standard", code: "our-own-format");
        r.Approve(proposal, "operator");
        bool alone = r.Last.Codes.SequenceEqual(["NO_VOTE"]);
        r.Wait(90 * Durations.Day);
        Row end = r.State.Find(Records.Proposal, proposal)!;
        return new(r, alone && end.Code("status") == "expired" && r.Breaches.Count == 0, "THRESHOLD", "operator");
    }

    private static StoryEnd NodeDies(Stage stage, int minutes)
    {
        var r = stage.Found((Parameter.Heartbeat, 60_000));
        r.Wait(minutes * 60 * Durations.Second);
        return new(r, true, "OPERATOR_SILENT");
    }

    /// <summary>An agreement without end is cut to the longest term, and stands.</summary>
    private static StoryEnd EndlessClause(Stage stage)
    {
        var r = stage.Found();
        byte[] id = r.Agree("institute", ["hospital"], days: -1);
        Row agreement = r.State.Find(Records.Agreement, id)!;
        return new(r, agreement.Whole("until") == Region.Start + Parameter.LongestTerm.Default, "LONGEST_TERM");
    }

    private static StoryEnd PatientPaid(Stage stage)
    {
        StoryEnd sold = OnePerCent(stage, out byte[] agreement);
        Region r = sold.Region;
        byte[] key = StateKey.Of(Records.Consent.Name, Region.Key("ann"));
        bool seen = r.State.Map.Prove(key).Verify(r.State.Root.Span, key, r.State.Map.Find(key));
        r.Revoke("ann");
        r.Do("erasure attested", "maker", Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>()));
        r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0));
        bool paid = r.Balance("ann") == 2000;
        r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0));
        return new(r, seen && paid && r.Last.Codes.SequenceEqual(["DUPLICATE"]), "CONSENT");
    }
}
