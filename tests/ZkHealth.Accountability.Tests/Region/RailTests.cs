using FsCheck.Xunit;
using Xunit;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 7, payment rails: an account is paid by the treasury or by one contract, nothing twice, and nothing is
/// promised on a rail that does not lie there. The contract is played by its rule: it pays max(0, E − paid).</summary>
public sealed class RailTests
{
    private static readonly byte[] Maker = Ids.Text("maker"),
        Hospital = Ids.Text("hospital");

    /// <summary>Attack 10: old anchors are shown again and in another order, the account leaves the contract and comes back: the
    /// contract pays the newest sum shown, once.</summary>
    [Fact]
    public void Attack_10_anchors_in_any_order_pay_what_is_owed_once()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Choose("maker", contract);
        r.State(contract, "received", Maker, 1_000);
        var anchors = new List<long>();
        foreach (long amount in (long[])[100, 250])
        {
            Assert.Equal("Accepted", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(amount)).ToString());
            anchors.Add(r.Drawable("maker"));
        }

        r.Choose("maker", null);
        Assert.Equal("Refused: RAIL", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(1)).ToString());
        Assert.Equal("Refused: AMOUNT", Pay(r, Maker, 1).ToString());
        r.Choose("maker", contract);
        r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(50));
        anchors.Add(r.Drawable("maker"));
        Assert.Equal([100, 350, 400], anchors);
        foreach (
            int[] order in (int[][])
                [
                    [0, 1, 2],
                    [2, 1, 0],
                    [1, 0, 1, 2, 2, 0],
                ]
        )
        {
            long paid = 0;
            foreach (int i in order)
            {
                paid += Math.Max(0, anchors[i] - paid);
            }

            Assert.Equal(400, paid);
        }

        Assert.Equal((600, 400), (r.Balance("maker"), r.Fund(Funds.PaidOut)));
        Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));
    }

    /// <summary>Attack 10: the same account paid by two rails. The treasury pays what lies with it alone, and the contract what
    /// lies there.</summary>
    [Fact]
    public void Attack_10_an_account_has_one_rail_and_each_rail_pays_what_lies_there()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1_000));
        Assert.Equal("Accepted", r.Choose("maker", contract).ToString());
        Assert.Equal("Refused: DUPLICATE", r.Choose("maker", contract).ToString());
        Assert.Equal("Refused: RAIL", Pay(r, Maker, 10).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(10)).ToString());
        Assert.Equal("Refused: AMOUNT", r.State(contract, "float", null, 1_001).ToString());
        Assert.Equal("Accepted", r.State(contract, "float", null, 600).ToString());
        Assert.Equal("Refused: STATEMENT", r.State(contract, "float", Maker, 300).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(601)).ToString());
        Assert.Equal("Accepted", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(600)).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(1)).ToString());
        Assert.Equal((400, 600), (r.Balance("maker"), r.Drawable("maker")));
        Assert.Equal(0, (long)r.RailsMissing());
    }

    /// <summary>Statements about a chain are sums since its beginning: repeated, late or falling ones are refused, and so are
    /// those of one pen, of an unknown contract or about another account.</summary>
    [Fact]
    public void A_statement_is_booked_once_and_in_its_order()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0],
            other = contract.With("chain", 1L);
        r.Choose("maker", contract);
        Row body = Bodies.ChainStated.Row(contract, "received", new[] { Maker }, 500, 20);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("chain stated", "treasury", body).ToString());
        Assert.Equal("Refused: ROLE", r.Do("chain stated", "maker", body, "auditor-a").ToString());
        Assert.Equal("Accepted", r.State(contract, "received", Maker, 500, 20).ToString());
        Assert.Equal("Refused: DUPLICATE", r.State(contract, "received", Maker, 500, 21).ToString());
        Assert.Equal("Refused: FALLING", r.State(contract, "received", Maker, 499, 21).ToString());
        Assert.Equal("Refused: NOT_LATER", r.State(contract, "received", Maker, 600, 19).ToString());
        Assert.Equal("Accepted", r.State(contract, "received", Maker, 600, 20).ToString());
        Assert.Equal("Refused: UNKNOWN_RAIL", r.State(other, "received", Maker, 5).ToString());
        Assert.Equal("Refused: RAIL", r.State(contract, "received", Hospital, 5).ToString());
        Assert.Equal(["RAIL", "UNKNOWN_MEMBER"], r.State(contract, "received", [1], 5).Codes);
        Assert.Equal("Refused: AMOUNT", r.State(contract, "paid", Maker, 1).ToString());
        Assert.Equal("Refused: STATEMENT", r.State(contract, "burnt", Maker, 1).ToString());
        Assert.Equal("Refused: UNKNOWN_AGREEMENT", r.State(contract, "deposit", new byte[32], 1).ToString());
        Assert.Equal("Refused: UNKNOWN_RAIL", r.Choose("hospital", other).ToString());
        Assert.Equal("Refused: HANDLE", r.Choose("nobody", contract).ToString());
        Assert.Equal((600, 600), (r.Balance("maker"), r.Fund(Funds.Received)));
    }

    /// <summary>A deposit in a contract: what was cut is free there once it is final, the rest is let go 90 days after the end,
    /// and the books have paid it out. By hand: 100,000, a penalty of 10 %.</summary>
    [Fact]
    public void A_deposit_in_a_contract_is_cut_and_let_go_there()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        byte[] agreement = r.Agree("institute", ["hospital"], contract: contract);
        Assert.Equal("Refused: RAIL", r.Do("deposit paid", "treasury", Bodies.DepositPaid.Row(agreement, 5)).ToString());
        r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Minor);
        Assert.Equal((100_000, 0, false), Escrow());
        r.Wait(14 * Durations.Day);
        Assert.Equal((100_000, 10_000, false), Escrow());
        r.Do("agreement ended", "hospital", Bodies.AgreementEnded.Row(agreement));
        r.Wait((90 * Durations.Day) - 1);
        Assert.Equal((100_000, 10_000, false), Escrow());
        r.Wait(1);
        Assert.Equal((100_000, 10_000, true), Escrow());
        Assert.Equal("Refused: ENDED", r.State(contract, "deposit", agreement, 100_005).ToString());
        Assert.Equal((0, 10_000, 90_000), (r.Balance("institute"), r.Fund(Funds.Patients), r.Fund(Funds.PaidOut)));
        Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));

        (long, long, bool) Escrow()
        {
            Row row = r.State.Find(Records.Escrow, agreement)!;
            return (row.Whole("paid"), row.Whole("cut"), row.Flag("released"));
        }
    }

    /// <summary>A deposit that was paid into a contract before the end and stated after it was refused, and never let
    /// go.</summary>
    [Fact]
    public void A_deposit_that_is_stated_after_the_end_is_let_go_as_well()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        byte[] agreement = r.Agree("institute", ["hospital"], deposit: 0);
        r.Do("agreement ended", "hospital", Bodies.AgreementEnded.Row(agreement));
        r.Wait(91 * Durations.Day);
        Assert.Equal("Accepted", r.State(contract, "deposit", agreement, 500).ToString());
        Assert.False(r.State.Find(Records.Escrow, agreement)!.Flag("released"));
        r.Wait(90 * Durations.Day);
        Assert.True(r.State.Find(Records.Escrow, agreement)!.Flag("released"));
        Assert.Equal((500, 500), (r.Fund(Funds.Received), r.Fund(Funds.PaidOut)));
        Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));
    }

    /// <summary>The key of an address was stolen: another one reached what was earned later, and not what lay there.</summary>
    [Fact]
    public void A_new_address_is_that_of_what_is_not_drawn_yet()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Choose("maker", contract);
        r.State(contract, "received", Maker, 100);
        Assert.Equal("Accepted", r.Do("payout claimed", "maker", Bodies.PayoutClaimed.Row(100)).ToString());
        byte[] before = Entitlement().Bytes("address");
        Row elsewhere = Bodies.Payee.Row(contract.Whole("chain"), contract.Bytes("contract"), Region.Digest("new")[..20]);
        Row body = Bodies.RailChosen.Row((object)new[] { elsewhere });
        Assert.Equal("Accepted", r.Do("rail chosen", "maker", body).ToString());
        Assert.NotEqual(before, Entitlement().Bytes("address"));
        Assert.Equal(100, Entitlement().Whole("amount"));
        Row Entitlement() => r.All(Records.Entitlement).Single();
    }

    /// <summary>A patient lost her key: nobody could move what lay on her account beside a contract.</summary>
    [Fact]
    public void The_treasury_pays_what_a_replaced_handle_has_not_drawn()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Consent("ann");
        Assert.Equal("Accepted", r.Choose("ann", contract).ToString());
        Row lost = Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") });
        Assert.Equal("Accepted", r.Do("handles replaced", "hospital", lost, "registry").ToString());
        Assert.Equal("Refused: AMOUNT, RAIL", Pay(r, Region.Key("ann"), 1).ToString());
        r.Wait(14 * Durations.Day);
        Assert.Equal("Refused: AMOUNT", Pay(r, Region.Key("ann"), 1).ToString());
    }

    /// <summary>A debtor had its returned deposit paid out while it owed a fee under another agreement. Now the fee comes first,
    /// whatever way the money came in.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_comes_back_to_a_debtor_pays_its_debts_first(bool onChain)
    {
        var r = new Region();
        if (onChain)
        {
            r.Choose("maker", r.AdoptRails("escrow")[0]);
        }

        byte[] ended = r.Agree("maker", ["hospital"], days: 20),
            sold = r.Agree("maker", ["hospital"], ppm: 10_000, deposit: 0);
        r.Sleep(90 * Durations.Day);
        r.Report("maker", sold, 0, 4_000_000);
        r.Wait((20 * Durations.Day) - 1);
        Assert.Equal(100_000, r.State.Find(Records.Agreement, ended)!.Whole("locked"));
        r.Wait(20 * Durations.Day);
        Assert.Equal(40_000, r.State.Find(Records.Agreement, sold)!.Whole("paid"));
        Assert.Equal("Refused: " + (onChain ? "AMOUNT, RAIL" : "AMOUNT"), Pay(r, Maker, 60_001).ToString());
        Assert.Equal((60_000, 0), (r.Balance("maker"), r.Drawable("maker")));
        Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));
    }

    /// <summary>Whatever is done on two contracts and the treasury: no money is made or lost on any rail, no sum that may be
    /// drawn and no cut ever falls, C is at most the deposit, and a contract has paid at most E.</summary>
    [Property(MaxTest = 30)]
    public void After_any_acts_on_rails_each_rail_holds_what_it_owes(ushort seed)
    {
        var random = new Random(seed);
        var r = new Region();
        Row[] contracts = r.AdoptRails("one", "two");
        r.Consent("ann", "user/company", provider: "centre");
        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000, contract: contracts[0]);
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("centre", request);
        r.Take("maker", request, "centre");
        string[] people = ["maker", "centre", "treasury", "operator", "ann"];
        var drawn = new Dictionary<string, long>(StringComparer.Ordinal);
        long cut = 0;
        for (int i = 0; i < 30; i++)
        {
            string who = people[random.Next(people.Length)];
            Row contract = contracts[random.Next(2)];
            long amount = random.NextInt64(1, 1L << random.Next(1, 40));
            byte[] account = who == "ann" ? Region.Key(who) : Ids.Text(who);
            switch (random.Next(10))
            {
                case 0:
                    r.Choose(who, random.Next(3) == 0 ? null : contract);
                    break;
                case 1:
                    r.Do("payout claimed", who, Bodies.PayoutClaimed.Row(amount));
                    break;
                case 2:
                    r.Do("rail drawn", "treasury", Bodies.RailDrawn.Row(contract, amount));
                    break;
                case 3:
                    r.State(contract, "float", null, amount, i);
                    break;
                case 4:
                    r.State(contract, random.Next(2) == 0 ? "received" : "paid", account, amount, i);
                    break;
                case 5:
                    r.State(contract, "deposit", agreement, amount, i);
                    break;
                case 6:
                    r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", amount));
                    break;
                case 7:
                    Pay(r, account, amount);
                    break;
                case 8:
                    r.Convict("hospital", "maker", $"RULE-{i}", agreement, Severity.Minor);
                    break;
                default:
                    r.Report("maker", agreement, Told(r, agreement), random.NextInt64(1L << 40));
                    r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0));
                    r.Wait(random.NextInt64(60 * Durations.Day));
                    break;
            }

            Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));
            foreach (Row e in r.All(Records.Entitlement))
            {
                string id = Convert.ToHexString([.. e.Bytes("contract"), .. e.Bytes("account")]);
                Assert.True(e.Whole("amount") >= drawn.GetValueOrDefault(id) && e.Whole("paid") <= e.Whole("amount"));
                drawn[id] = e.Whole("amount");
            }

            Row escrow = r.State.Find(Records.Escrow, agreement)!;
            Assert.InRange(escrow.Whole("cut"), cut, escrow.Whole("paid"));
            cut = escrow.Whole("cut");
        }
    }

    /// <summary>The treasury moves money to a contract and draws it again, until the sum would pass what a number holds: that is
    /// refused, and no exception stops the log.</summary>
    [Fact]
    public void A_sum_that_passes_the_largest_number_is_refused()
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Choose("treasury", contract);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", long.MaxValue));
        r.State(contract, "float", null, long.MaxValue - 5);
        Row draw = Bodies.RailDrawn.Row(contract, long.MaxValue - 5);
        Assert.Equal("Accepted", r.Do("rail drawn", "treasury", draw).ToString());
        Assert.Equal("Accepted", r.State(contract, "float", null, long.MaxValue).ToString());
        Assert.Equal("Accepted", r.Do("rail drawn", "treasury", draw.With("amount", 5L)).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("rail drawn", "treasury", draw.With("amount", 1L)).ToString());
    }

    /// <summary>A report counted what the treasury received and paid alone: a region paid by a contract seemed to have no money,
    /// and fees that came by a payout, which settles debts first, were in no report. By hand: 1 % of 10,000,000 from the maker
    /// (operator 2,000, hospital 58,666), 1 % of 1,000,000 owed by the hospital, of which the operator has 200.</summary>
    [Fact]
    public void A_region_paid_by_a_contract_reports_the_money_of_one_paid_by_the_treasury()
    {
        PeriodReport byTreasury = Reported(false),
            byContract = Reported(true);
        Assert.Equal(byTreasury.Money.ToString(), byContract.Money.ToString());
        Assert.Equal(byTreasury.Fees.ToString(), byContract.Fees.ToString());
        Assert.Equal((100_000, 100_000), (byContract.Money["deposits"], byContract.Money["received"]));
        Assert.Equal((2_200, 58_666), (byContract.Fees["operator"], byContract.Fees["hospital"]));
    }

    private static PeriodReport Reported(bool onChain)
    {
        var r = new Region();
        Row contract = r.AdoptRails("escrow")[0];
        r.Admit("hospital", "user", "hospital", ["request"], "hospital as a user");
        foreach (string member in onChain ? (string[])["maker", "hospital", "centre", "operator"] : [])
        {
            r.Choose(member, contract);
        }

        // the hospital owes a fee before it earns its own
        byte[] owed = r.Agree("hospital", ["centre"], ppm: 10_000, days: 60, deposit: 0);
        r.Sleep(60 * Durations.Day);
        r.Report("hospital", owed, 0, 1_000_000);
        r.Sleep(Durations.Day);
        byte[] agreement = RegionStories.Sell(r, onChain ? contract : null);
        if (onChain)
        {
            r.Choose("ann", contract);
        }

        r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0));
        Assert.Equal(58_666, r.Balance("hospital"));
        Outcome paid = onChain ? r.Do("payout claimed", "hospital", Bodies.PayoutClaimed.Row(48_666)) : Pay(r, Hospital, 48_666);
        Assert.Equal("Accepted", paid.ToString());
        foreach (string who in (string[])["centre", "operator", "ann"])
        {
            Assert.Equal(onChain, r.Balance(who) == 0);
            if (!onChain)
            {
                Pay(r, who == "ann" ? Region.Key(who) : Ids.Text(who), r.Balance(who));
            }
        }

        PeriodReport report = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1);
        Assert.Equal(r.Fund(Funds.PaidOut), report.Money["paid out"]);
        return report;
    }

    private static long Told(Region r, byte[] agreement) => r.State.Find(Records.Agreement, agreement)!.Whole("told");

    private static Outcome Pay(Region r, byte[] account, long amount) =>
        r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(account, amount));
}
