namespace ZkHealth.Accountability;

/// <summary>
/// Proposals and approvals by thresholds of classes. The roster is fixed at the proposal's leaf; verdicts take effect in the
/// leaf that completes them, everything else after a delay, so that nobody is surprised.
/// </summary>
internal static class GovernanceRules
{
    public const string Open = "open",
        Approved = "approved";

    private const string Effective = "effective",
        Expired = "expired";

    /// <summary>`proposed`; the id of the proposal is that of the act. It is no approval.</summary>
    public static void Propose(Change c, Row body)
    {
        Row terms = body.Inner("terms");
        string what = terms.Code("what");
        Row? threshold = c.Find(Records.Threshold, what);
        c.Require(ProposalTermsRules.Known.Contains(what) && (threshold is not null || what == "recover"), "UNKNOWN_PROPOSAL");
        c.Require(ProposalTermsRules.AreRight(c, what, terms), "TERMS");
        if (c.IsRefused)
        {
            return;
        }

        c.Require(what != "ruleset" || SignOffRules.IsAudited(c, terms.List<byte[]>("about")[0]), "NOT_AUDITED");
        c.Require(what != "admit" || RosterRules.MayMove(c, what, terms.Codes("code")[0]), "CAP");
        c.Require(
            what != "suspend"
                || c.Find(Records.Member, terms.Codes("subject")[0])!.Codes("roles").All(r => RosterRules.MayMove(c, what, r)),
            "CAP"
        );
        if (what is "admit" or "recover")
        {
            string role = terms.Codes("code")[0];
            IReadOnlyList<string> held = c.Find(Records.Member, terms.Codes("subject")[0])?.Codes("roles") ?? [];
            c.Require(MemberRules.HasOnePost([.. held.Append(role).Distinct()]), "POST");
            c.Require(MemberRules.IsNamed(c, role), "NOT_NAMED");
        }

        IReadOnlyList<Row>? rosters = RosterRules.Of(c, what, terms, threshold);
        if (c.Require(rosters is not null, "EMPTY_CLASS") && !c.IsRefused)
        {
            byte[] id = c.Act!.Id;
            long expires = c.Time + c.Param(Parameter.ProposalLife);
            c.Put(id, Records.Proposal.Row(terms, c.Signer!, c.Time, expires, rosters!, Open, 0));
            c.Schedule(expires, Effect.ProposalExpires, id);
        }
    }

    /// <summary>`approved`, by a member of a roster.</summary>
    public static void Approve(Change c, Row body)
    {
        byte[] id = body.Bytes("proposal");
        Row? proposal = c.Find(Records.Proposal, id);
        c.Require(proposal is not null && proposal.Code("status") == Open, "UNKNOWN_PROPOSAL");
        if (c.IsRefused)
        {
            return;
        }

        IReadOnlyList<Row> rosters = proposal!.List<Row>("rosters");
        c.Require(rosters.Any(r => r.Codes("subjects").Contains(c.Signer)), "NO_VOTE");
        c.Require(!rosters.Any(r => r.Codes("approved").Contains(c.Signer)), "DUPLICATE");
        if (c.IsRefused || !c.Require(KeyRules.NoteVote(c, id), "NO_VOTE"))
        {
            return;
        }

        Row[] counted =
        [
            .. rosters.Select(r =>
                r.Codes("subjects").Contains(c.Signer) ? r.With("approved", r.Codes("approved").Append(c.Signer!)) : r
            ),
        ];
        proposal = proposal.With("rosters", counted);
        c.Put(id, proposal);
        if (IsComplete(counted))
        {
            Complete(c, id, proposal);
        }
    }

    /// <summary>`withdrawn`, by the proposer while it is open.</summary>
    public static void Withdraw(Change c, Row body)
    {
        byte[] id = body.Bytes("proposal");
        Row? proposal = c.Find(Records.Proposal, id);
        c.Require(proposal is not null && proposal.Code("status") == Open, "UNKNOWN_PROPOSAL");
        c.Require(proposal is null || proposal.Code("proposer") == c.Signer, "PROPOSER");
        if (!c.IsRefused)
        {
            Close(c, id, "withdrawn");
        }
    }

    /// <summary>The threshold was not reached in time.</summary>
    public static void Expire(Change c, byte[] id) => c.Put(id, c.Find(Records.Proposal, id)!.With("status", Expired));

    /// <summary>Puts into effect what was approved.</summary>
    public static void TakeEffect(Change c, byte[] id)
    {
        Row proposal = c.Find(Records.Proposal, id)!;
        c.Put(id, proposal.With("status", Effective));
        if (!ProposalTermsRules.TakeEffect(c, proposal))
        {
            c.Put(id, proposal.With("status", "capped"));
        }
    }

    /// <summary>Ends a proposal before it takes effect.</summary>
    public static void Close(Change c, byte[] id, string status)
    {
        Row proposal = c.Find(Records.Proposal, id)!;
        c.Cancel(proposal.Whole("expires"), Effect.ProposalExpires, id);
        c.Cancel(proposal.Whole("effect"), Effect.ProposalEffective, id);
        c.Put(id, proposal.With("status", status));
    }

    /// <summary>Determines whether a vote is on a proposal that is neither in effect nor closed.</summary>
    public static bool IsPending(Change c, Row vote) =>
        c.Find(Records.Proposal, vote.Bytes("proposal"))!.Code("status") is Open or Approved;

    /// <summary>Takes back a vote that a stolen key may have given: a proposal that is not in effect is open again, unless the
    /// others are enough; one that is in effect stays, marked as disputed.</summary>
    public static void Dispute(Change c, byte[] id, string subject)
    {
        Row proposal = c.Find(Records.Proposal, id)!;
        string status = proposal.Code("status");
        if (status == Effective)
        {
            c.Put(id, proposal.With("status", "disputed"));
        }

        if (status is not (Open or Approved))
        {
            return;
        }

        Row[] left =
        [
            .. proposal.List<Row>("rosters").Select(r => r.With("approved", r.Codes("approved").Where(s => s != subject))),
        ];
        proposal = proposal.With("rosters", left);
        if (status == Approved && IsComplete(left))
        {
            c.Put(id, proposal);
            return;
        }

        c.Cancel(proposal.Whole("expires"), Effect.ProposalExpires, id);
        c.Cancel(proposal.Whole("effect"), Effect.ProposalEffective, id);
        long expires = Math.Max(proposal.Whole("expires"), c.Time + 1);
        c.Put(id, proposal.With("expires", expires).With("status", Open).With("effect", 0));
        c.Schedule(expires, Effect.ProposalExpires, id);
    }

    private static bool IsComplete(IEnumerable<Row> rosters) => rosters.All(r => r.Codes("approved").Count >= r.Whole("needed"));

    /// <summary>max(1, ⌈numerator × n ∕ denominator⌉).</summary>
    public static long Threshold(long numerator, long denominator, int n) =>
        Math.Max(1, ((numerator * n) + denominator - 1) / denominator);

    private static void Complete(Change c, byte[] id, Row proposal)
    {
        c.Cancel(proposal.Whole("expires"), Effect.ProposalExpires, id);
        Row terms = proposal.Inner("terms");
        string what = terms.Code("what");
        if (ProposalTermsRules.AtOnce.Contains(what))
        {
            c.Put(id, proposal.With("status", Approved));
            TakeEffect(c, id);
            return;
        }

        Parameter delay = what switch
        {
            "ruleset" => Parameter.RuleSetDelay,
            "recover" => Parameter.RecoveryDelay,
            _ => Parameter.Delay,
        };
        long effect = Math.Max(Math.Min(terms.Whole("notBefore"), Durations.End - 1), c.Time + c.Param(delay));
        c.Put(id, proposal.With("status", Approved).With("effect", effect));
        c.Schedule(effect, Effect.ProposalEffective, id);
    }
}
