using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>
/// A user and a provider that play together for the money of another provider, by valid entries: when they use whose records,
/// what they report and when, when and in what parts they pay. Whatever they do, everybody has what this test counts by hand:
/// each period's fee is split by the uses of that period.
/// </summary>
public sealed class AdversaryTests
{
    private const int Periods = 4;
    private static readonly string[] Providers = ["centre", "hospital"];

    [Property(MaxTest = 25)]
    public void No_order_of_uses_reports_and_payments_moves_a_share(ushort seed)
    {
        var random = new Random(seed);
        var r = new Region();
        string[] patients = [.. Enumerable.Range(0, 8).Select(i => $"patient {i}")];
        foreach (string patient in patients)
        {
            r.Consent(patient, "user/company", days: 400);
        }

        byte[] agreement = r.Agree("maker", Providers, ppm: 10_000, days: 90 * Periods);
        var used = new HashSet<(long Period, string Provider, string Patient)>();
        long[] values = new long[Periods];
        List<byte[]> requests = [];
        int told = 0;
        for (
            int delivery = 0;
            r.Time < Region.Start + (((90 * Periods) + 29) * Durations.Day);
            r.Sleep(random.Next(15) * Durations.Day)
        )
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    Report(random.Next(1 << 20));
                    break;
                case 2:
                    r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", random.Next(1, 1 << 14)));
                    break;
                case 3:
                    r.Ask("maker", agreement, [patients[random.Next(patients.Length)]]);
                    if (r.Last.Kind == OutcomeKind.Permitted)
                    {
                        requests.Add(r.LastId);
                    }

                    break;
                default:
                    Use($"delivery {delivery++}");
                    break;
            }

            Assert.Equal((0, 0), ((long)r.MoneyMissing(), (long)r.RailsMissing()));
        }

        r.Wait(2 * Durations.Day);
        for (int i = 0; i < Periods; i++)
        {
            Report(random.Next(1 << 20));
        }

        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1L << 40));
        Assert.Equal(Fair("centre"), r.Balance("centre"));
        Assert.Equal(Fair("hospital"), r.Balance("hospital"));
        Assert.Equal((1L << 40) - r.State.Find(Records.Agreement, agreement)!.Whole("paid"), r.Balance("maker") - Other(r));
        Assert.Equal(0, (long)r.MoneyMissing());

        // the next period that is over, in time or late, or once more the last one that was told
        void Report(long more)
        {
            bool next = told < Periods && r.Time >= Region.Start + (90 * (told + 1) * Durations.Day) && random.Next(3) > 0;
            if (!next && told == 0)
            {
                Assert.Equal("Refused: PERIOD", r.Report("maker", agreement, 1, more).ToString());
                return;
            }

            told += next ? 1 : 0;
            values[told - 1] = more + Math.Max(values[told - 1], told < 2 ? 0 : values[told - 2]);
            Assert.Equal("Accepted", r.Report("maker", agreement, told - 1, values[told - 1]).ToString());
        }

        void Use(string root)
        {
            if (requests.Count == 0 || r.State.Advance(r.Time).State.Find(Records.Agreement, agreement)!.Flag("frozen"))
            {
                return;
            }

            byte[] request = requests[random.Next(requests.Count)];
            Row asked = r.State.Find(Records.Request, request)!;
            string provider = Providers[random.Next(2)],
                patient = patients.Single(p => asked.List<byte[]>("handles")[0].AsSpan().SequenceEqual(Region.Key(p)));
            if (r.Time < Math.Min(asked.Whole("until"), r.State.Find(Records.Agreement, agreement)!.Whole("until")))
            {
                Assert.Equal("Accepted", r.Serve(provider, request, root: root).ToString());
                Assert.Equal("Accepted", r.Take("maker", request, provider, root: root).ToString());
                used.Add(((r.Time - Region.Start) / (90 * Durations.Day), provider, patient));
            }
        }

        long Fair(string provider)
        {
            long sum = 0;
            for (int p = 0; p < Periods; p++)
            {
                long fee = p < told ? (values[p] / 100) - (p == 0 ? 0 : values[p - 1] / 100) : 0,
                    rest = fee - (fee / 50) - (fee / 10);
                long Weight(string of) => used.Count(u => u.Period == p && u.Provider == of) * (of == "centre" ? 3 : 2);
                long all = Weight("centre") + Weight("hospital");
                sum += all == 0 ? 0 : rest * Weight(provider) / all;
            }

            return sum;
        }
    }

    /// <summary>The money that came in before the last payment.</summary>
    private static long Other(Region r) => r.Fund(Funds.Received) - (1L << 40) - 100_000;
}
