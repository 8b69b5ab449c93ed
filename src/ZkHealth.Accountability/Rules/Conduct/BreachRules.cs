namespace ZkHealth.Accountability;

/// <summary>The gravity of a breach, in points of credit.</summary>
internal enum Severity
{
    /// <summary>3 points.</summary>
    Minor = 3,

    /// <summary>15 points.</summary>
    Serious = 15,

    /// <summary>40 points.</summary>
    Grave = 40,
}

/// <summary>Breaches: one act is one; provisional until the time of appeal is over, then final, or void by a decision of
/// other
/// judges.</summary>
internal static class BreachRules
{
    public const string Provisional = "provisional",
        Final = "final",
        Void = "void";

    private const long Repeat = 365 * Durations.Day;

    /// <summary>Tells whether a breach was annulled, so that nobody answers for it.</summary>
    public static bool IsVoid(Row breach) => breach.Code("status") == Void;

    /// <summary>Records a breach of a subject; another of the same act and subject changes nothing.</summary>
    /// <param name="c">The change.</param>
    /// <param name="subject">Who answers.</param>
    /// <param name="rule">The rule that was broken.</param>
    /// <param name="severity">Its points; doubled where the same rule was broken within 365 days.</param>
    /// <param name="agreement">The agreement whose deposit is cut and which is frozen, if any and if the subject is its
    /// user.</param>
    /// <param name="act">The id of the act, or of the silence.</param>
    /// <param name="person">The salted code of a person within the subject.</param>
    /// <param name="judges">Who decided it.</param>
    /// <param name="other">The other side, which has no vote on it either: who reported or reviewed it, or was owed what is
    /// late.</param>
    public static byte[] Record(
        Change c,
        string subject,
        string rule,
        Severity severity,
        byte[]? agreement,
        byte[] act,
        byte[]? person = null,
        IReadOnlyList<string>? judges = null,
        string? other = null
    )
    {
        byte[] id = Id(act, subject);
        if (c.Find(Records.Member, subject) is not Row member || c.Find(Records.Breach, id) is not null)
        {
            return id;
        }

        IReadOnlyList<Row> earlier = member.List<Row>("breaches");
        bool again = IsAgain(earlier, rule, c.Time);
        long points = (long)severity * (again ? 2 : 1),
            held = 0,
            fine = 0;
        if (agreement is not null && c.Find(Records.Agreement, agreement)!.Code("user") == subject)
        {
            held = DepositRules.Cut(c, agreement, judges?.Count > 0, out fine);
            DepositRules.Open(c, agreement, 1);
            if (severity != Severity.Minor)
            {
                FreezeRules.Freeze(c, agreement, 1);

                // what is late already is not demanded again, or one silence would be a breach every month
                if (rule != RecallRules.LateRule)
                {
                    RecallRules.Demand(c, agreement, id);
                }
            }
        }
        else
        {
            agreement = null;
        }

        List<Row> kept = [.. earlier, Records.MemberBreach.Row(c.Time, points, rule, id)];
        if (kept.Count > Records.MaxBreaches)
        {
            kept.Remove(kept.MinBy(b => Credit.EndOf(b.Whole("time"), b.Whole("points")))!);
        }

        c.Put(subject, member.With("breaches", kept));
        c.Put(
            id,
            Records.Breach.Row(
                subject,
                rule,
                c.Time,
                points,
                agreement is null ? Array.Empty<byte[]>() : [agreement],
                held,
                fine,
                Provisional,
                c.Time + c.Param(Parameter.Appeal),
                judges ?? [],
                person is null ? Array.Empty<byte[]>() : [person],
                other is null ? Array.Empty<string>() : [other]
            )
        );
        c.Schedule(c.Time + c.Param(Parameter.Appeal), Effect.BreachFinal, id);
        return id;
    }

    /// <summary>The id of the breach of a subject by an act.</summary>
    public static byte[] Id(byte[] act, string subject) => Ids.Of("breach", act, Ids.Text(subject));

    /// <summary>`appeal` by the subject in time, once: the breach stays provisional until others decide.</summary>
    public static void Appeal(Change c, Row body)
    {
        byte[] id = body.Bytes("breach");
        Row? breach = c.Find(Records.Breach, id);
        c.Require(breach is not null && breach.Code("subject") == c.Signer, "UNKNOWN_BREACH");
        c.Require(
            breach is null
                || breach.Code("status") == Provisional
                || (breach.Code("status") == Final && LatenessRules.EffectiveTime(c) < breach.Whole("due")),
            "FINAL"
        );
        c.Require(c.Find(Records.Counter, Ids.Of("appealed", id)) is null, "DUPLICATE");
        if (!c.IsRefused)
        {
            if (breach!.Code("status") == Final)
            {
                breach = Reopen(c, id, breach);
            }

            // undecided appeals end by themselves: the longest life of a proposal
            long due = c.Time + c.Param(Parameter.ProposalLife);
            c.Cancel(breach.Whole("due"), Effect.BreachFinal, id);
            c.Put(Ids.Of("appealed", id), Records.Counter.Row(c.Time));
            c.Put(id, breach.With("due", due));
            c.Schedule(due, Effect.BreachFinal, id);
        }
    }

    /// <summary>A breach that an appeal reopens which was held back: the money that it took is the patients' fund's already, and
    /// is not taken twice; all else waits for the judges.</summary>
    private static Row Reopen(Change c, byte[] id, Row breach)
    {
        FreezeRules.Reopen(c, id, breach);
        foreach (byte[] agreement in breach.List<byte[]>("agreement"))
        {
            DepositRules.Open(c, agreement, 1);
        }

        return breach.With("status", Provisional).With("fine", 0);
    }

    /// <summary>A breach is final: what was held goes to the patients' fund.</summary>
    public static void Finish(Change c, byte[] id)
    {
        Row breach = c.Find(Records.Breach, id)!;
        if (breach.Code("status") == Provisional)
        {
            foreach (byte[] agreement in breach.List<byte[]>("agreement"))
            {
                DepositRules.Forfeit(c, agreement, breach.Whole("held"));
            }

            Funds.Add(c, Funds.Patients, breach.Whole("held"));
            c.Put(id, breach.With("status", Final).With("held", 0));
            FineRules.Add(c, breach.Code("subject"), breach.Whole("fine"));
            Release(c, breach);
            FreezeRules.Finish(c, id, breach);
        }
    }

    /// <summary>A breach is void: what was held goes back, the credit too, the recall for it is not owed, and the agreement is no
    /// longer frozen.</summary>
    public static void Annul(Change c, byte[] id)
    {
        Row breach = c.Find(Records.Breach, id)!;
        Forgive(c, id);
        foreach (byte[] agreement in breach.List<byte[]>("agreement"))
        {
            c.Put(agreement, c.Find(Records.Agreement, agreement)!.Plus("locked", breach.Whole("held")));
        }

        byte[] under = breach.Optional<byte[]>("agreement") ?? RecallRules.WithoutAgreement(breach.Code("subject"));
        RecallRules.TakeBack(c, under, id, breach.Whole("time"));
        FreezeRules.Thaw(c, breach);
        Release(c, breach);
    }

    /// <summary>A breach counts no more; what it has taken, where it was final, stays the patients' fund's.</summary>
    public static void Forgive(Change c, byte[] id)
    {
        Row breach = c.Find(Records.Breach, id)!;
        Row member = c.Find(Records.Member, breach.Code("subject"))!;
        List<Row> kept = [.. member.List<Row>("breaches").Where(b => !b.Bytes("id").AsSpan().SequenceEqual(id))];
        c.Put(id, breach.With("status", Void).With("held", 0));
        c.Put(breach.Code("subject"), member.With("breaches", Recount(c, breach, kept)));
    }

    /// <summary>Takes points back that were doubled for a breach that is void: those of each one without another of its rule
    /// within a year before it.</summary>
    private static List<Row> Recount(Change c, Row annulled, List<Row> breaches)
    {
        for (int i = 0; i < breaches.Count; i++)
        {
            Row own = breaches[i];
            bool isDoubled =
                !Enum.IsDefined((Severity)own.Whole("points"))
                && own.Code("rule") == annulled.Code("rule")
                && own.Whole("time") >= annulled.Whole("time");
            if (isDoubled && !IsAgain(breaches.Take(i), own.Code("rule"), own.Whole("time")))
            {
                byte[] id = own.Bytes("id");
                breaches[i] = own.With("points", own.Whole("points") / 2);
                c.Put(id, c.Find(Records.Breach, id)!.With("points", own.Whole("points") / 2));
            }
        }

        return breaches;
    }

    private static bool IsAgain(IEnumerable<Row> earlier, string rule, long time) =>
        earlier.Any(b => b.Code("rule") == rule && time - b.Whole("time") < Repeat);

    private static void Release(Change c, Row breach)
    {
        foreach (byte[] agreement in breach.List<byte[]>("agreement"))
        {
            DepositRules.Open(c, agreement, -1);
        }
    }
}
