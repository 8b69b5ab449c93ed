using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Looks at the rows of a cohort study before it is proven: what would fail the proof, or make a number of days that
/// nobody means, is refused with how many rows or persons it is; what counts in a way that is not to be seen is said.</summary>
internal static class CohortRows
{
    /// <summary>Words for rows that do not count.</summary>
    /// <param name="tables">The tables and their columns.</param>
    /// <param name="segments">The rows by role, of each segment.</param>
    /// <exception cref="ArgumentException">A person has several rows, or is observed to a day before the first.</exception>
    public static IReadOnlyList<string> Check(
        CohortTables tables,
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments
    )
    {
        var notes = new List<string>();
        Look(tables.Persons, tables.Observation, CohortPlan.Observation, [tables.Start, tables.End], "is not observed");
        Look(tables.Persons, tables.Outcome, CohortPlan.Outcome, [tables.Date], "counts as one without an outcome");
        return notes;

        void Look(CohortTable persons, CohortTable table, string role, string[] columns, string means)
        {
            int key = table.Schema.IndexOf(table.KeyOf(persons));
            (int[] At, Func<IReadOnlyList<uint>, DateOnly?> Day)[] days =
            [
                .. columns
                    .Select(table.Days)
                    .Select(d => (d.Columns.Select(name => table.Schema.IndexOf(name)).ToArray(), d.Day)),
            ];
            (int several, int backwards, int unknown, int nobody) = (0, 0, 0, 0);
            foreach (IReadOnlyDictionary<string, TableOpening> segment in segments)
            {
                TableOpening rows = segment[role];
                ReadOnlySpan<uint> keys = rows.Codes(key);
                var named = new Dictionary<uint, int>();
                for (int i = 0; i < rows.Commitment.Rows; i++)
                {
                    int row = i;
                    nobody += keys[row] == 0 ? 1 : 0;
                    if (keys[row] != 0)
                    {
                        named[keys[row]] = named.GetValueOrDefault(keys[row]) + 1;
                    }

                    DateOnly?[] on = Array.ConvertAll(days, d => d.Day(Array.ConvertAll(d.At, j => rows.Codes(j)[row])));
                    unknown += on.Contains(null) ? 1 : 0;
                    backwards += on.Length == 2 && on[1] < on[0] ? 1 : 0;
                }

                several += named.Values.Count(n => n > 1);
            }

            string name = table.Schema.Name;
            if (several > 0)
            {
                throw new ArgumentException(
                    $"{Count(several, "person has", "persons have")} more than one row in '{name}': a cohort has one row a person, such as the first outcome"
                );
            }

            if (backwards > 0)
            {
                throw new ArgumentException(
                    $"'{name}' ends before it begins in {Count(backwards, "row", "rows")}: the days of such a person would be negative"
                );
            }

            if (unknown > 0)
            {
                notes.Add($"'{name}' has no day in {Count(unknown, "row", "rows")}: whom such a row names {means}");
            }

            if (nobody > 0)
            {
                notes.Add($"'{name}' names nobody in {Count(nobody, "row", "rows")}, which do not count");
            }
        }
    }

    private static string Count(int n, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? one : more)}");
}
