using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Rows are not patients (case 22 of the public cases, after CTSA-Metrics 40): 40 rows of 8 patients, of 440 rows of 208
/// patients.</summary>
public class GuardPeopleTests
{
    private static readonly TableSchema Schema = new("encounters", [CategoryColumn.YesNo("dx"), CategoryColumn.YesNo("woman")]);
    private static readonly uint[][] Codes =
    [
        [.. Each(i => i < 40 ? 2u : 1)],
        [.. Each(i => i % 2 == 0 ? 2u : 1)],
    ];
    private static readonly uint[] Persons = [.. Each(i => i < 40 ? (uint)(i % 8) + 1 : (uint)(i % 200) + 9)];
    private static readonly Predicate Dx = Predicate.In(Schema, "dx", "yes"),
        Women = Predicate.In(Schema, "woman", "yes");

    private static IEnumerable<uint> Each(Func<int, uint> code) => Enumerable.Range(0, 440).Select(code);

    [Fact]
    public void Forty_rows_of_eight_patients_are_eight_people()
    {
        var people = new GuardedTable(Schema, Codes, Persons);
        Assert.Contains("1 to 9 people", people.Refusal(10, new CountStatistic(Dx)), StringComparison.Ordinal);
        Assert.Null(people.Refusal(8, new CountStatistic(Dx)));
        Assert.Null(new GuardedTable(Schema, Codes).Refusal(10, new CountStatistic(Dx)));
        Assert.NotNull(people.Refusal(10, new CountStatistic(!Dx)));
        Assert.Null(people.Refusal(10, new CountStatistic(Women)));
        Assert.NotNull(people.Refusal(10, new CountStatistic(Women), new CountStatistic(Women & !Dx)));
        Assert.NotNull(people.Refusal(10, Statistic.CountBounds(Dx, 38, 42, false)));
        Assert.Null(people.Refusal(10, Statistic.CountBounds(Dx, 1, 300, false)));
        Assert.NotNull(people.Refusal(10, Statistic.RateBounds(Women, Dx, new(1, 3), null)));

        // a table that suppresses cells of few rows shows the 40
        Assert.NotNull(people.Refusal(10, new SuppressedTableStatistic(["dx"], 10)));
    }

    /// <summary>Rows of nobody known may be of one person.</summary>
    [Fact]
    public void Rows_without_a_person_count_as_one()
    {
        uint[] persons = [.. Persons.Select((p, i) => i < 40 ? 0u : p)];
        Assert.NotNull(new GuardedTable(Schema, Codes, persons).Refusal(2, new CountStatistic(Dx)));
    }
}
