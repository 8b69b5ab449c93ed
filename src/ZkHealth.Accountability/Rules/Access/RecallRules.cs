namespace ZkHealth.Accountability;

/// <summary>Recalls: erase, restrict by a legal ground, or replace a wrong value; those of one agreement and day are one
/// duty, and so are those of one recipient without agreement.</summary>
internal static class RecallRules
{
    /// <summary>The rule that is broken by silence.</summary>
    public const string LateRule = "RECALL_LATE";

    /// <summary>Notes who received what, so that revocations and ends find it: under an agreement or, as for treatment, without
    /// one.</summary>
    /// <returns>The id under which it is found.</returns>
    public static byte[] Taken(Change c, IEnumerable<byte[]> handles, Row request)
    {
        string recipient = request.Code("recipient");
        byte[] under = request.Optional<byte[]>("agreement") ?? WithoutAgreement(recipient);
        if (c.Find(Records.Taken, under) is null)
        {
            c.Put(under, Records.Taken.Row(recipient));
        }

        foreach (byte[] handle in handles)
        {
            if (
                c.Find(Records.Consent, handle) is Row consent
                && consent.List<byte[]>("taken").Count < Records.MaxTaken
                && !consent.List<byte[]>("taken").Any(a => a.AsSpan().SequenceEqual(under))
            )
            {
                c.Put(handle, consent.With("taken", consent.List<byte[]>("taken").Append(under)));
            }
        }

        return under;
    }

    /// <summary>The id of what a member took without an agreement.</summary>
    public static byte[] WithoutAgreement(string recipient) => Ids.Of("without agreement", Ids.Text(recipient));

    /// <summary>Demands a recall of what was delivered under an agreement, or without one.</summary>
    /// <param name="c">The change.</param>
    /// <param name="under">The agreement, or the id of what was taken without one.</param>
    /// <param name="breach">The breach for which it is demanded, if any: it is taken back with it.</param>
    public static void Demand(Change c, byte[] under, byte[]? breach = null)
    {
        if (
            c.Find(Records.Taken, under) is null
            || (breach is not null && c.Find(Records.Counter, DemandedId(breach)) is not null)
        )
        {
            return;
        }

        // a recall that was done already that day does not cover what is revoked after it
        bool isNew = !IsOpen(Latest(c, under, Id));
        if (isNew)
        {
            Put(c, under, Id, []);
        }

        long number = Count(c, under, Id) - 1;
        byte[] causes = CausesId(Id(under, c.Time, number));
        Row? count = c.Find(Records.Counter, causes);
        if (count is not null || (isNew && breach is not null))
        {
            c.Put(causes, (count ?? Records.Counter.Row(0)).Plus("count", 1));
            if (breach is not null)
            {
                c.Put(DemandedId(breach), Records.Counter.Row(number));
            }
        }
    }

    /// <summary>A breach is void: the recall that was demanded for it is not owed any more, unless for something else too, and
    /// silence about it was none.</summary>
    public static void TakeBack(Change c, byte[] under, byte[] breach, long time)
    {
        if (c.Find(Records.Counter, DemandedId(breach)) is not Row number)
        {
            return;
        }

        byte[] id = Id(under, time, number.Whole("count"));
        Row recall = c.Find(Records.Recall, id)!,
            causes = c.Find(Records.Counter, CausesId(id))!.Plus("count", -1);
        c.Put(CausesId(id), causes);
        if (causes.Whole("count") > 0 || recall.Flag("done"))
        {
            return;
        }

        Finish(c, id, recall);
        if (recall.Flag("late"))
        {
            Verdicts.Undo(c, BreachRules.Id(id, recall.Code("user")));
        }
    }

    /// <summary>Counts for how much a recall is owed that was first demanded for a breach.</summary>
    private static byte[] CausesId(byte[] recall) => Ids.Of("causes", recall);

    private static byte[] DemandedId(byte[] breach) => Ids.Of("demanded for", breach);

    /// <summary>Tells every recipient of a wrong value to replace it: all agreements of its provider under which something of
    /// its consents and class was delivered, and all who took something of its consents without one. Where a ground of the
    /// charter takes the place of consents, nobody knows whose it is: all who took something of its provider are told.</summary>
    public static void DemandReplacement(Change c, byte[] asset)
    {
        Row wrong = c.Find(Records.Asset, asset)!;
        var told = new HashSet<string>(StringComparer.Ordinal);
        IEnumerable<byte[]> taken = wrong.List<byte[]>("consents").SelectMany(h => Consent(c, h).List<byte[]>("taken")),
            more = AssetRules.IsByGround(c, asset, wrong) ? TakenOf(c, wrong.Code("provider")) : [];
        foreach (byte[] under in taken.Concat(more).ToList())
        {
            bool concerns =
                c.Find(Records.Agreement, under) is not Row agreement
                || (
                    agreement.Codes("providers").Contains(wrong.Code("provider"))
                    && agreement.Inner("terms").Codes("classes").Contains(wrong.Code("class"))
                );
            if (told.Add(Convert.ToHexString(under)) && concerns)
            {
                DemandReplacement(c, under, asset);
            }
        }
    }

    private static Row Consent(Change c, byte[] handle) => c.Find(Records.Consent, handle)!;

    /// <summary>The ids of what was taken of a provider: what is due at their ends, or for their deposits, is the list of
    /// agreements of which something may still be held.</summary>
    private static IEnumerable<byte[]> TakenOf(Change c, string provider) =>
        c
            .Due.Events.Where(e => e.Id[0] == (byte)DueKind.Agreement)
            .Select(e => e.Id[2..])
            .Concat(
                c.Members.Where(m => c.Find(Records.Counter, UseRules.DeliveredId(provider, m)) is not null)
                    .Select(WithoutAgreement)
            )
            .Where(under => c.Find(Records.Taken, under) is not null);

    private static void DemandReplacement(Change c, byte[] under, byte[] asset)
    {
        (byte[] Id, Row Recall)? latest = Latest(c, under, ReplacementId);
        if (IsOpen(latest) && latest!.Value.Recall.List<byte[]>("replace").Count < Records.MaxReplaced)
        {
            c.Put(
                latest.Value.Id,
                latest.Value.Recall.With("replace", latest.Value.Recall.List<byte[]>("replace").Append(asset))
            );
            return;
        }

        Put(c, under, ReplacementId, [asset]);
    }

    private static bool IsOpen((byte[] Id, Row Recall)? recall) => recall?.Recall.Flag("done") == false;

    /// <summary>The latest recall of a day; the number of them is kept, or who attests each at once would make the next one
    /// search them all.</summary>
    private static (byte[] Id, Row Recall)? Latest(Change c, byte[] under, Func<byte[], long, long, byte[]> name)
    {
        long count = Count(c, under, name);
        return count == 0 ? null : (name(under, c.Time, count - 1), c.Find(Records.Recall, name(under, c.Time, count - 1))!);
    }

    private static long Count(Change c, byte[] under, Func<byte[], long, long, byte[]> name) =>
        c.Find(Records.Counter, CountId(c, under, name))?.Whole("count") ?? 0;

    private static byte[] CountId(Change c, byte[] under, Func<byte[], long, long, byte[]> name) =>
        Ids.Of("recalls", name(under, c.Time, 0));

    private static void Put(Change c, byte[] under, Func<byte[], long, long, byte[]> name, byte[][] replace)
    {
        long count = Count(c, under, name),
            due =
                c.Time
                + (
                    AgreementOf(c, under) is null
                        ? c.Param(Parameter.RecallDue)
                        : c.Param(Parameter.RecallDue, c.Find(Records.Agreement, under)!)
                );
        byte[] id = name(under, c.Time, count);
        c.Put(CountId(c, under, name), Records.Counter.Row(count + 1));
        c.Put(id, Records.Recall.Row(under, c.Find(Records.Taken, under)!.Code("recipient"), c.Time, due, false, false, replace));
        c.Schedule(due, Effect.RecallLate, id);
        Open(c, under, 1);
    }

    /// <summary>The deposit of the agreement, if there is one, waits for the recall.</summary>
    private static void Open(Change c, byte[] under, long change)
    {
        if (AgreementOf(c, under) is byte[] agreement)
        {
            DepositRules.Open(c, agreement, change);
        }
    }

    /// <summary>The agreement under which something was taken, or null.</summary>
    public static byte[]? AgreementOf(Change c, byte[] under) => c.Find(Records.Agreement, under) is null ? null : under;

    /// <summary>`erasure attested`, in time iff before it is due; late, it is accepted, and what was late stays a
    /// breach.</summary>
    public static void Attest(Change c, Row body)
    {
        byte[] id = body.Bytes("recall");
        Row? recall = c.Find(Records.Recall, id);
        c.Require(recall is not null && recall.Code("user") == c.Signer, "UNKNOWN_RECALL");
        c.Require(recall is null || !recall.Flag("done"), "DUPLICATE");
        c.Require(TableRules.AreGrounds(c, body.Codes("ground")), "GROUND");
        if (c.IsRefused)
        {
            return;
        }

        if (recall!.Flag("late"))
        {
            c.Confess(LateRule);
            LatenessRules.Note(c, id, recall.Whole("due"));
        }

        Finish(c, id, recall);
    }

    private static void Finish(Change c, byte[] id, Row recall)
    {
        FreezeRules.MakeGood(c, BreachRules.Id(id, recall.Code("user")));
        c.Cancel(recall.Whole("due"), Effect.RecallLate, id);
        c.Put(id, recall.With("done", true));
        Open(c, recall.Bytes("under"), -1);
    }

    /// <summary>The attestation is late.</summary>
    public static void Late(Change c, byte[] id)
    {
        Row recall = c.Find(Records.Recall, id)!;
        c.Put(id, recall.With("late", true));
        byte[]? agreement = AgreementOf(c, recall.Bytes("under"));
        FreezeRules.Owe(c, BreachRules.Record(c, recall.Code("user"), LateRule, Severity.Serious, agreement, id));
    }

    /// <summary>The id of the replacements that are owed under an agreement, or without one, from a UTC day on.</summary>
    public static byte[] ReplacementId(byte[] under, long time, long number = 0) =>
        Ids.Of("replace", under, Ids.Number(time / Durations.Day), Ids.Number(number));

    /// <summary>The id of the recalls under an agreement, or without one, on a UTC day.</summary>
    public static byte[] Id(byte[] under, long time, long number = 0) =>
        Ids.Of("recall", under, Ids.Number(time / Durations.Day), Ids.Number(number));
}
