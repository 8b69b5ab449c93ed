using System.Globalization;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Two CSV files whose dates and numbers have so many values that they are committed as wide columns, with values
/// missing, ends of February and of years, and stays that name nobody.</summary>
public sealed class SqlStays() : SqlCase(Write, "stays.person_id=people.person_id")
{
    private static void Write(string folder)
    {
        var random = new Random(7);
        string Some(double part, string text) => random.NextDouble() < part ? text : "";
        string Pick(params string[] texts) => texts[random.Next(texts.Length)];
        string Number(decimal x) => x.ToString(CultureInfo.InvariantCulture);
        DateOnly Day(int first, int years)
        {
            var start = new DateOnly(first + random.Next(years), 1, 1);
            return random.Next(3) switch
            {
                0 => start.AddDays(56 + random.Next(5)),
                1 => start.AddDays(random.Next(3) - 1),
                _ => start.AddDays(random.Next(365)),
            };
        }

        string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Lines(
            folder,
            "people",
            "person_id,sex,birth,died,income,score",
            80,
            i =>
                $"P{i:D4},{Pick("F", "M", "")},{Some(0.9, Text(Day(1950, 40)))},{Some(0.5, Text(Day(2000, 13)))},"
                + $"{Some(0.9, Number(i == 0 ? -2500 : 100 * random.Next(-20, 20) + random.Next(3) - 1))},"
                + Some(0.9, Number(i == 1 ? 49.99m : random.Next(-4, 200) / 4m + random.Next(3) * 0.01m))
        );
        DateOnly last = default;
        Lines(
            folder,
            "stays",
            "stay_id,person_id,kind,admitted,discharged,charge,units",
            240,
            i =>
            {
                DateOnly first = random.Next(9) == 0 ? last : Day(1998, 13);
                last = first.AddDays(random.Next(4) - 1);
                return $"{i},{Some(0.9, $"P{random.Next(60):D4}")},{Pick("a", "b", "c", "")},{Some(0.9, Text(first))},"
                    + $"{Some(0.8, Text(random.Next(4) == 0 ? Day(1998, 24) : last))},"
                    + $"{Some(0.9, Number(i == 0 ? 59.99m : random.Next(6) * 10.24m + random.Next(3) * 0.01m))},"
                    + Some(0.9, Number(i == 1 ? 4100 : 1024 * random.Next(-1, 4) + random.Next(-2, 3)));
            }
        );
        string[] days = [.. Enumerable.Range(0, 6).Select(_ => Text(Day(1998, 13)))];
        Lines(folder, "days", "day,blank", 6, i => $"{days[i]},{(i == 2 ? "" : days[i])}");
        Lines(
            folder,
            "amounts",
            "charge,units,blank",
            4,
            i => ((string[])["10.24,1024,1024", "20.480,-2048,", "0.01,0,0", "30.72,3073,1"])[i]
        );
    }
}
