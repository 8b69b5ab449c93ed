using System.Text;

namespace ZkHealth.Accountability.Reports;

/// <summary>Counts what the leaves of the period changed: acts, uses, money and fees.</summary>
internal sealed partial class PeriodReport
{
    /// <summary>The kinds of records that are counted: the others are not read.</summary>
    private static readonly HashSet<string> Counted = new(StringComparer.Ordinal)
    {
        "breach",
        "sanction",
        "recall",
        "proposal",
        "use",
        "pool",
        "fund",
        "escrow",
    };

    /// <summary>Counts what changed by an act, or by time alone.</summary>
    private void Count(ContractState before, IReadOnlyList<ChangedRecord> changed, RegionStep? step)
    {
        Act? act = step?.Act;
        CountAct(before, act, act?.Row, step?.Outcome);
        IEnumerable<RecordChange> counted = RecordChange.Of(before, changed.Where(c => Counted.Contains(c.Kind)));
        foreach (RecordChange c in counted.Where(c => c.After is not null))
        {
            switch (c.Kind.Name)
            {
                case "breach":
                    Note(new PeriodCase(c.Id, c.After!, c.Before is null));
                    Money.Add("cut", c.Before is null ? c.After!.Whole("held") : 0);
                    break;
                case "sanction":
                    Note(new PeriodCase(c.Id, c.After!, c.Before is null));
                    break;
                case "recall":
                    Recalls.Add("demanded", c.Before is null ? 1 : 0);
                    Recalls.Add("late", c.Raised("late") ? 1 : 0);

                    // one that is taken back with its breach was attested by nobody
                    bool attested = act?.Kind == "erasure attested" && c.Raised("done");
                    Recalls.Add("attested in time", attested && !c.After!.Flag("late") ? 1 : 0);
                    break;
                case "proposal" when c.After!.Code("status") == "effective" && c.Before?.Code("status") != "effective":
                    Decisions.Add(c.After.Inner("terms").Code("what"));
                    break;
                case "use":
                    CountUse(c);
                    break;
                case "pool":
                    CountFees(before, c);
                    break;
                case "fund":
                    CountFund(Encoding.UTF8.GetString(c.Id), c.Grew("amount"));
                    break;
                case "escrow":
                    // the fund of what was received has deposits in it
                    Money.Add("deposits", c.Grew("paid"));
                    Money.Add("received", -c.Grew("paid"));
                    break;
            }
        }
    }

    private void CountAct(ContractState before, Act? act, Row? body, Outcome? outcome)
    {
        switch (act?.Kind)
        {
            case "asset registered":
                Registered.Add(SubjectOf(before, act));
                break;
            case "asset corrected":
                Corrected.Add(SubjectOf(before, act));
                break;
            case "consent granted":
                Consents.Add("granted");
                break;
            case "consents checked":
                Consents.Add("checked and confirmed", body!.List<byte[]>("confirmed").Count);
                Consents.Add("checked and denied", body.List<byte[]>("denied").Count);
                Consents.Add("drawn by a root that the log never had", _isRoot?.Invoke(body) == false ? 1 : 0);
                break;
            case "consent revoked":
                Consents.Add("revoked");
                break;
            case "access requested" or "statistics requested":
                CountRequest(SubjectOf(before, act), outcome!);
                break;
            case "result published":
                Uses.Add($"results: {body!.Code("kind")}");
                break;
            case "emergency":
                Uses.Add("emergencies");
                break;
            case "emergency reviewed":
                Uses.Add("emergencies reviewed");
                break;
        }
    }

    /// <summary>Counts money by what the books say, on whatever rail it came or went.</summary>
    private void CountFund(string fund, long more)
    {
        switch (fund)
        {
            case Funds.Received:
                Money.Add("received", more);
                break;
            case Funds.PaidOut:
                Money.Add("paid out", more);
                break;
        }
    }

    private void CountRequest(string recipient, Outcome outcome)
    {
        (outcome.Kind == OutcomeKind.Permitted ? Permitted : Denied).Add(recipient);
        foreach (string code in outcome.Codes)
        {
            Denials.Add(code);
        }
    }

    private void CountUse(RecordChange c)
    {
        Row use = c.After!;
        // words with other rows contradict one another: neither number is confirmed
        bool both = !use.Flag("dispute") && use.List<string>("server").Count == 1 && use.List<string>("taker").Count == 1;
        Uses.Add("served", use.List<string>("server").Count - (c.Before?.List<string>("server").Count ?? 0));
        Uses.Add("received", use.List<string>("taker").Count - (c.Before?.List<string>("taker").Count ?? 0));
        Uses.Add("disputes", c.Raised("dispute") ? 1 : 0);
        if (both)
        {
            Served.Add(use.List<string>("server")[0], use.Whole("rows"));
            Taken.Add(use.List<string>("taker")[0], use.Whole("rows"));
        }
    }

    /// <summary>Counts what each receiver has of a fee that is paid for a period.</summary>
    private void CountFees(ContractState before, RecordChange c)
    {
        Fees.Add("patients", c.Grew("amount"));
        if (c.Before is null || c.Grew("paid") == 0)
        {
            return;
        }

        Row agreement = before.Find(Records.Agreement, c.Id.AsSpan(0, 32))!;
        Shares had = Shares.Of(agreement, c.After!.With("paid", c.Before.Whole("paid"))),
            has = Shares.Of(agreement, c.After!);
        Add(c.After!.Codes("operators"), had.Operators, has.Operators);
        Add(agreement.Codes("providers"), had.Providers, has.Providers);
    }

    private void Add(IReadOnlyList<string> receivers, long[] had, long[] has)
    {
        for (int i = 0; i < receivers.Count; i++)
        {
            if (has[i] > had[i])
            {
                Fees.Add(receivers[i], has[i] - had[i]);
            }
        }
    }

    private static string SubjectOf(ContractState state, Act act) =>
        state.Find(Records.Key, act.Signer)?.Code("subject") ?? Convert.ToHexStringLower(act.Signer);
}
