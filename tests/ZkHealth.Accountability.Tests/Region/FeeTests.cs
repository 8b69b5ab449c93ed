using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Fees, their split, patients' shares and what the treasury moves.</summary>
public sealed class FeeTests
{
    private static readonly Row Sold = Agreement();

    [Fact]
    public void Money_is_moved_by_the_treasury_alone_and_never_more_than_there_is()
    {
        var r = new Region();
        Assert.Equal("Refused: ROLE", r.Do("money received", "maker", Bodies.MoneyReceived.Row("maker", 5)).ToString());
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", long.MaxValue));
        Assert.Equal("Refused: AMOUNT", r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1)).ToString());
        Assert.Equal(
            "Refused: AMOUNT",
            r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text("hospital"), 1)).ToString()
        );
        Assert.Equal(
            "Accepted",
            r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text("maker"), long.MaxValue)).ToString()
        );
    }

    /// <summary>Attack 10: one amount was paid by two rails: what has left an account cannot leave it again.</summary>
    [Fact]
    public void Attack_10_an_amount_is_paid_once()
    {
        var r = new Region();
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 5));
        Row pay = Bodies.PayoutRecorded.Row(Ids.Text("maker"), 5);
        Assert.Equal("Accepted", r.Do("payout recorded", "treasury", pay).ToString());
        Assert.Equal("Refused: AMOUNT", r.Do("payout recorded", "treasury", pay).ToString());
        Assert.Equal((0, 5), (r.Balance("maker"), r.Fund(Funds.PaidOut)));
    }

    /// <summary>The first operator had the whole part of all.</summary>
    [Fact]
    public void Several_operators_share_their_part_alike()
    {
        var r = new Region();
        r.Admit("second", "operator", "company", ["attest"]);
        r.Consent("ann", "user/company");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1_000_000));
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 10_005_000);
        r.Wait(30 * Durations.Day);

        // 1 % is 100,050: 2 % of that 2,001 for two, 10 % 10,005, the rest 88,044
        Assert.Equal((1_000, 1_000, 88_044), (r.Balance("operator"), r.Balance("second"), r.Balance("hospital")));
        Assert.Equal((1, 0), (r.Fund(Funds.Dust), (long)r.MoneyMissing()));
    }

    /// <summary>Attack 14: the largest remainder took money back. By floors of what is paid so far no share ever falls, in
    /// whatever parts it comes, and dust is less than the receivers.</summary>
    [Property(MaxTest = 200)]
    public void Attack_14_no_share_falls_while_the_sum_grows(ushort a, ushort b, ushort c, uint first, uint more, byte operators)
    {
        int count = (operators % 5) + 1;
        Row period = Split([a, b, c], count);
        Shares before = Shares.Of(Sold, period, first),
            after = Shares.Of(Sold, period, (long)first + more);
        Assert.All(before.Providers.Zip(after.Providers), p => Assert.True(p.First <= p.Second));
        Assert.All(before.Operators.Zip(after.Operators), p => Assert.True(p.First <= p.Second));
        Assert.True(before.Patients <= after.Patients);
        Assert.Equal((long)first, before.Operators.Sum() + before.Patients + before.Providers.Sum() + before.Dust);
        Assert.InRange(before.Dust, 0, a + b + c == 0 ? first : count + 3);
    }

    /// <summary>Rounding games with fees of several operators: the shares are those that the model of the rules
    /// (tests/model/model.py) gives for the same sums, computed there in Python.</summary>
    [Fact]
    public void Shares_of_several_operators_are_those_of_the_model()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        JsonArray vectors = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tests", "vectors", "shares.json")))!.AsArray();
        foreach (JsonNode? v in vectors)
        {
            Row agreement = Sold.With("operatorPart", (long)v!["operator"]!).With("patientsPart", (long)v["patients"]!);
            Row period = Split([.. v["weights"]!.AsArray().Select(w => (long)w!)], (int)v["operators"]!);
            Shares shares = Shares.Of(agreement, period, (long)v["amount"]!);
            Assert.All(shares.Operators, o => Assert.Equal((long)v["each"]!, o));
            Assert.Equal(v["providers"]!.AsArray().Select(p => (long)p!), shares.Providers);
            Assert.Equal(((long)v["ofPatients"]!, (long)v["dust"]!), (shares.Patients, shares.Dust));
        }
    }

    /// <summary>Attack 15: a fee split over a million patients in one step. A period closes with as many records for fifty
    /// patients as for five; each claims its share.</summary>
    [Fact]
    public void Attack_15_a_period_closes_without_a_loop_over_patients()
    {
        Assert.Equal(RecordsOfClose(5), RecordsOfClose(50));
    }

    /// <summary>Attacks 15 and 24: rows that are invented, split or false earn nothing: the weight is that of distinct handles,
    /// and of uses about which both words agree.</summary>
    [Fact]
    public void Attack_24_rows_weigh_nothing()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000);
        for (int i = 0; i < 3; i++)
        {
            byte[] request = r.Ask("maker", agreement, ["ann"]);
            r.Serve("hospital", request, rows: 1_000_000, root: $"delivery {i}");
            r.Take("maker", request, rows: i == 0 ? 1_000_000 : 5, root: $"delivery {i}");
        }

        Assert.Equal([1_000_000], r.All(Records.Weight).Select(w => w.Whole("value")));
        Assert.Equal(2, r.All(Records.Use).Count(u => u.Flag("dispute")));
    }

    /// <summary>Section 7: a fee for handles and days beside the part of the value; what a penalty takes beyond the deposit is
    /// owed once it is final; shares that nobody claims lapse after three years.</summary>
    [Fact]
    public void Fees_by_handles_and_days_fines_and_lapsed_shares()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        Row terms = Bodies.Terms.Row(
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age", "diagnosis" },
            r.Time,
            r.Time + (365 * Durations.Day),
            0,
            90 * Durations.Day,
            0,
            0,
            0,
            500_000,
            100,
            30,
            Array.Empty<string>()
        );
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Wait(120 * Durations.Day);

        // one handle of 500,000 a thousand is 500, four spans of 30 days are 400
        Assert.Equal(900, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
        Assert.Equal((10_000 - 900, 18, 792), (r.Balance("maker"), r.Balance("operator"), r.Balance("hospital")));
        Assert.Equal(0, (long)r.MoneyMissing());
        long fund = r.Fund(Funds.Patients);
        r.Wait(3 * 365 * Durations.Day);
        Assert.True(r.Fund(Funds.Patients) >= fund + 90);
        Assert.Equal("Refused: LAPSED", r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0)).ToString());
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>Row 50: patients of a remote provider weigh more by the factor of its admission, and no cent is lost: by hand,
    /// 10,000 in shares of 1, 1, 1 and 2 (story), here 1,001 in shares of 1 and 2.</summary>
    [Fact]
    public void Remote_patients_weigh_more_by_the_admission_of_their_provider()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        r.Consent("dan", "user/company", provider: "centre");
        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000);
        foreach ((string patient, string provider) in (ReadOnlySpan<(string, string)>)[("ann", "hospital"), ("dan", "centre")])
        {
            byte[] request = r.Ask("maker", agreement, [patient]);
            r.Serve(provider, request);
            r.Take("maker", request, provider);
        }

        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_010));
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 1_001_000);
        r.Wait(30 * Durations.Day);
        foreach (string patient in (string[])["ann", "dan"])
        {
            r.Do("share claimed", patient, Bodies.ShareClaimed.Row(agreement, 0));
        }

        // ⌊1,001 ∕ 3⌋ and ⌊2,002 ∕ 3⌋; what is left goes to the patients' fund after three years
        Assert.Equal((333, 667), (r.Balance("ann"), r.Balance("dan")));
        long fund = r.Fund(Funds.Patients);
        r.Wait(3 * 365 * Durations.Day);
        Assert.True(r.Fund(Funds.Patients) >= fund + 1);
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>A closed period with such weights, and so many operators.</summary>
    private static Row Split(long[] weights, int operators) =>
        Records.Pool.Row(
            0,
            0,
            0,
            0,
            true,
            false,
            0,
            0,
            0,
            0,
            weights.Cast<object>().ToList(),
            Enumerable.Range(0, operators).Select(i => $"operator-{i}")
        );

    private static int RecordsOfClose(int patients)
    {
        var r = new Region();
        string[] names = [.. Enumerable.Range(0, patients).Select(i => $"patient {i}")];
        foreach (string name in names)
        {
            r.Consent(name, "user/company");
        }

        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        byte[] request = r.Ask("maker", agreement, names);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 100_000));
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 10_000_000);
        r.Wait((30 * Durations.Day) - 1);
        Step closed = r.State.Advance(r.Time + 1);
        Assert.Equal(patients, closed.State.Find(Records.Pool, FeeRules.PeriodId(agreement, 0))!.Whole("handles"));
        return closed.Changed.Count;
    }

    private static Row Agreement()
    {
        var r = new Region();
        byte[] id = r.Agree("maker", ["hospital"], ppm: 10_000);
        return r.State.Find(Records.Agreement, id)!;
    }
}
