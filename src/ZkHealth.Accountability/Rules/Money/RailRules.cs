namespace ZkHealth.Accountability;

/// <summary>
/// Entries of payment rails: an account is paid by the treasury or by one contract. The contract pays max(0, E − paid) of the
/// proven entitlement E, and lets a deposit go, less its cuts, once it is released in the state. Its own side comes back as
/// statements of cumulative sums at a block, which can be neither repeated nor put in another order.
/// </summary>
internal static class RailRules
{
    private const string Float = "float",
        Received = "received",
        Deposit = "deposit",
        Paid = "paid";

    /// <summary>`rail chosen`, by the owner of an account: its balance goes over. What earlier contracts owe stays theirs, and
    /// grows no more; what this one owes goes to the new address.</summary>
    public static void Choose(Change c, Row body)
    {
        byte[] account = Owner(c);
        Row? rail = body.Optional<Row>("rail"),
            before = Rails.Payee(c, account);
        c.Require(rail is null || Rails.IsNamed(c, rail), "UNKNOWN_RAIL");
        c.Require(!IsSame(rail, before), "DUPLICATE");
        if (!c.IsRefused)
        {
            Row row = c.Find(Records.Account, account) ?? Funds.NoAccount();
            c.Put(account, row.With("rail", body.List<Row>("rail")));
            if (rail is not null)
            {
                Rails.Redirect(c, account, rail);
            }
        }
    }

    /// <summary>`payout claimed`, by the owner of an account with a contract: debts first, then it may draw as much
    /// more.</summary>
    public static void Claim(Change c, Row body)
    {
        byte[] account = Owner(c);
        Row? payee = Rails.Payee(c, account);
        c.Require(payee is not null, "RAIL");
        c.Require(payee is null || Rails.IsNamed(c, payee), "UNKNOWN_RAIL");
        if (payee is null || c.IsRefused)
        {
            return;
        }

        Rails.Settle(c, account);
        long amount = body.Whole("amount");
        c.Require(amount > 0 && amount <= Funds.Balance(c, account) && amount <= Rails.Room(c, account, payee), "AMOUNT");
        if (!c.IsRefused)
        {
            Rails.Pay(c, account, payee, amount);
        }
    }

    /// <summary>`rail drawn`, by the treasury: money of a contract goes over to the treasury, which draws it like any
    /// payee.</summary>
    public static void Draw(Change c, Row body)
    {
        Row contract = body.Inner("contract");
        byte[] account = Ids.Text(c.Signer!);
        Row? payee = Rails.Payee(c, account);
        long amount = body.Whole("amount");
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(payee is not null && IsOf(payee, contract), "RAIL");
        c.Require(amount > 0 && (payee is null || amount <= Rails.Room(c, account, payee)), "AMOUNT");
        if (!c.IsRefused)
        {
            Rails.Entitle(c, account, payee!, amount);
            Rails.Add(c, Rails.Treasury, amount);
        }
    }

    /// <summary>`chain stated`, by the treasury, an auditor signing along: what a contract has received for an account, for a
    /// deposit, or from the treasury, and what it has paid, as sums since its beginning at a block that is final.</summary>
    public static void State(Change c, Row body)
    {
        Row contract = body.Inner("contract");
        byte[] rail = Rails.Id(contract),
            about = body.Optional<byte[]>("about") ?? [],
            id = Ids.Of("stated", rail, Ids.Text(body.Code("what")), about);
        Row last = c.Find(Records.Stated, id) ?? Records.Stated.Row(0, 0);
        long more = body.Whole("cumulative") - last.Whole("cumulative");
        c.Require(MemberRules.Has(c, c.Signer, "treasury"), "ROLE");
        c.Require(Signatures.HaveOther(c, "auditor", c.Signer!), "COUNTERSIGNATURE");
        c.Require(Rails.IsNamed(c, contract) || c.Find(Records.Rail, rail) is not null, "UNKNOWN_RAIL");
        c.Require(more != 0, "DUPLICATE");
        c.Require(more >= 0, "FALLING");
        c.Require(body.Whole("block") >= last.Whole("block"), "NOT_LATER");
        if (c.IsRefused)
        {
            return;
        }

        switch (body.Code("what"))
        {
            case Float:
                // it is about nobody: sums about one after the other would be booked each
                if (c.Require(about.Length == 0, "STATEMENT"))
                {
                    Fund(c, rail, more);
                }

                break;
            case Received:
                Receive(c, contract, about, more);
                break;
            case Deposit:
                DepositRules.PayOnChain(c, contract, about, more);
                break;
            case Paid:
                Note(c, Rails.EntitlementId(rail, about), body.Whole("cumulative"));
                break;
            default:
                c.Require(false, "STATEMENT");
                break;
        }

        if (!c.IsRefused)
        {
            c.Put(id, Records.Stated.Row(body.Whole("cumulative"), body.Whole("block")));
        }
    }

    /// <summary>The treasury has paid into a contract, so that it can pay accounts that were filled elsewhere.</summary>
    private static void Fund(Change c, byte[] rail, long more)
    {
        if (c.Require(more <= Rails.Free(c, Rails.Treasury), "AMOUNT"))
        {
            Rails.Add(c, Rails.Treasury, -more);
            Rails.Add(c, rail, more);
        }
    }

    /// <summary>A member has paid into the contract of its account.</summary>
    private static void Receive(Change c, Row contract, byte[] account, long more)
    {
        c.Require(c.Find(Records.Member, account) is not null, "UNKNOWN_MEMBER");
        c.Require(Rails.Payee(c, account) is Row payee && IsOf(payee, contract), "RAIL");
        if (c.Require(Funds.CanReceive(c, more), "AMOUNT") && !c.IsRefused)
        {
            Rails.Add(c, Rails.Id(contract), more);
            FeeRules.Receive(c, account, more);
        }
    }

    /// <summary>A contract has paid: never more than it was told.</summary>
    private static void Note(Change c, byte[] id, long paid)
    {
        Row? entitlement = c.Find(Records.Entitlement, id);
        if (c.Require(entitlement is not null && paid <= entitlement.Whole("amount"), "AMOUNT"))
        {
            c.Put(id, entitlement!.With("paid", paid));
        }
    }

    /// <summary>The account of the signer: that of its member, or of its handle.</summary>
    private static byte[] Owner(Change c)
    {
        byte[] key = c.Act!.Signer;
        if (c.Signer is not null)
        {
            return Ids.Text(c.Signer);
        }

        c.Require(c.Find(Records.Consent, key) is not null, "HANDLE");
        c.Require(c.Find(Records.Replaced, key) is null, "REPLACED");
        return key;
    }

    private static bool IsOf(Row payee, Row contract) =>
        payee.Whole("chain") == contract.Whole("chain")
        && payee.Bytes("contract").AsSpan().SequenceEqual(contract.Bytes("contract"));

    private static bool IsSame(Row? a, Row? b) =>
        a is null || b is null
            ? a is null && b is null
            : IsOf(a, b) && a.Bytes("address").AsSpan().SequenceEqual(b.Bytes("address"));
}
