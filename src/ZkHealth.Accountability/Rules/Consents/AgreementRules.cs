namespace ZkHealth.Accountability;

/// <summary>Agreements between providers and a user: one body that both sides sign. A clause beyond the charter's bound is
/// cut to it, the rest stands.</summary>
internal static class AgreementRules
{
    /// <summary>The time before its leaf at which an agreement may begin.</summary>
    private const long LongestBack = 366 * Durations.Day;

    /// <summary>`agreement made`; its id is that of the act.</summary>
    public static void Make(Change c, Row body)
    {
        Row terms = body.Inner("terms");
        IReadOnlyList<string> providers = body.Codes("providers");
        string user = body.Code("user");
        c.Require(c.Signer == user && MemberRules.Has(c, user, "user"), "USER");
        c.Require(providers.Count > 0 && providers.All(p => MemberRules.Has(c, p, "provider") && p != user), "PROVIDERS");
        c.Require(Signatures.HaveAll(c, "request", providers), "COUNTERSIGNATURE");
        c.Require(terms.Codes("purposes").All(p => Purposes.Exists(c, p)) && terms.Codes("purposes").Count > 0, "PURPOSE");
        c.Require(terms.Whole("from") < Math.Min(terms.Whole("until"), Durations.End) && c.Time < terms.Whole("until"), "TERM");
        c.Require(terms.Whole("from") >= c.Time - LongestBack, "TERM");
        c.Require(terms.Whole("ppm") <= Fees.Million && terms.Whole("penalty") <= Fees.Million, "PARTS");
        c.Require(terms.Whole("period") is >= Durations.Day and <= 366 * Durations.Day, "PERIOD");
        c.Require(terms.Whole("tail") <= 20 * 366 * Durations.Day, "TERM");
        c.Require(terms.Whole("flat") == 0 || terms.Whole("flatDays") is > 0 and <= 3660, "PERIOD");
        c.Require(terms.Whole("flat") <= Fees.MaxFlat && terms.Whole("perThousand") <= Fees.MaxFlat, "PARTS");
        if (c.IsRefused)
        {
            return;
        }

        byte[] id = c.Act!.Id;

        // an endless clause is void: it is cut to the longest term, and the agreement stands
        long longest = Longest(c, terms);
        long until = terms.Whole("until") - terms.Whole("from") <= longest ? terms.Whole("until") : terms.Whole("from") + longest;
        if (!c.Require(until - terms.Whole("from") + terms.Whole("tail") <= Fees.MaxPeriods * terms.Whole("period"), "PERIOD"))
        {
            // whatever goes through the periods of an agreement ends soon
            return;
        }

        c.Put(
            id,
            Records.Agreement.Row(
                providers,
                user,
                terms,
                until,
                false,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                c.Param(Parameter.OperatorPart),
                c.Param(Parameter.PatientsPart),
                0,
                Parameter.OfAgreements.Select(p => (object)c.Param(p)).ToList()
            )
        );
        c.Schedule(until, Effect.AgreementEnds, id);
        FeeRules.OpenFirst(c, id);
    }

    /// <summary>`agreement ended`, by either side; duties, fees and the deposit survive it.</summary>
    public static void EndEarly(Change c, Row body)
    {
        byte[] id = body.Bytes("agreement");
        Row? agreement = c.Find(Records.Agreement, id);
        c.Require(
            agreement is not null && (agreement.Code("user") == c.Signer || agreement.Codes("providers").Contains(c.Signer)),
            "UNKNOWN_AGREEMENT"
        );
        c.Require(agreement is null || !agreement.Flag("ended"), "ENDED");
        if (!c.IsRefused)
        {
            // a use of this very time weighs in a period that may begin with it, and would close no more
            long over = c.Time - agreement!.Inner("terms").Whole("from");
            bool begins = over > 0 && over % agreement.Inner("terms").Whole("period") == 0;
            c.Cancel(agreement.Whole("until"), Effect.AgreementEnds, id);
            c.Put(id, agreement.With("until", begins ? c.Time + 1 : c.Time));
            End(c, id);
        }
    }

    /// <summary>An agreement ends: what was delivered is recalled, and the deposit waits.</summary>
    public static void End(Change c, byte[] id)
    {
        Row agreement = c.Find(Records.Agreement, id)!;
        c.Put(id, agreement.With("ended", true));
        RecallRules.Demand(c, id);
        DepositRules.Await(c, id, agreement);
    }

    /// <summary>The agreement that something is about: itself, a request or a recall under it, or a use of such a request; null
    /// for anything else.</summary>
    public static byte[]? About(Change c, byte[] id)
    {
        if (c.Find(Records.Agreement, id) is not null)
        {
            return id;
        }

        if (c.Find(Records.Request, id) is Row request)
        {
            return request.Optional<byte[]>("agreement");
        }

        if (c.Find(Records.Recall, id) is Row recall)
        {
            return RecallRules.AgreementOf(c, recall.Bytes("under"));
        }

        if (c.Find(Records.Use, id) is Row use)
        {
            return About(c, use.Bytes("request"));
        }

        return null;
    }

    /// <summary>Cuts what runs to the longest terms in force: one that became shorter holds for agreements too, from its effect
    /// on. What is due at an end is the list of those that run.</summary>
    public static void CutRunning(Change c)
    {
        byte[] ends = [(byte)Effect.AgreementEnds.Kind, Effect.AgreementEnds.What];
        foreach (byte[] id in c.Due.Events.Where(e => e.Id.AsSpan().StartsWith(ends)).Select(e => e.Id[2..]).ToList())
        {
            Row agreement = c.Find(Records.Agreement, id)!,
                terms = agreement.Inner("terms");
            long bound = Math.Max(c.Time, terms.Whole("from") + Longest(c, terms));
            if (bound < agreement.Whole("until"))
            {
                c.Cancel(agreement.Whole("until"), Effect.AgreementEnds, id);
                c.Put(id, agreement.With("until", bound));
                c.Schedule(bound, Effect.AgreementEnds, id);
            }
        }
    }

    private static long Longest(Change c, Row terms) => terms.Codes("purposes").Min(p => Purposes.LongestTerm(c, p));

    /// <summary>Determines whether an agreement is in force: from ≤ t &lt; until, and not ended.</summary>
    public static bool IsInForce(Row agreement, long time) =>
        !agreement.Flag("ended") && agreement.Inner("terms").Whole("from") <= time && time < agreement.Whole("until");
}
