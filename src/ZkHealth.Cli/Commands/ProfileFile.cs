using System.Globalization;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// A public profile as a CSV file: one column for each column of the strata, under its name, with the values' labels or codes,
/// and a column "weight" with whole numbers; one line for each stratum, in any order.
/// </summary>
internal static class ProfileFile
{
    /// <summary>The number of strata that the values of columns make.</summary>
    public static int Strata(TableSchema schema, IReadOnlyList<string> columns)
    {
        long count = columns.Aggregate(1L, (n, c) => Math.Min(n * (schema.Columns[schema.IndexOf(c)].Domain - 1), 1L << 30));
        return count <= ConformityStatistic.MaxStrata
            ? (int)count
            : throw new UsageException($"--strata: expected at most {ConformityStatistic.MaxStrata} strata");
    }

    /// <summary>The weights in the order of the strata: the first column most significant.</summary>
    public static long[] Read(string path, TableSchema schema, IReadOnlyList<string> columns)
    {
        var weights = new long[Strata(schema, columns)];
        foreach (string[] record in Records(path, schema, columns))
        {
            string[] values = record[..^1];
            int stratum = ConformityStatistic.IndexOf(schema, columns, values);
            weights[stratum] =
                weights[stratum] == 0
                    ? long.Parse(record[^1], CultureInfo.InvariantCulture)
                    : throw new UsageException($"{path}: expected one weight, there are two of {string.Join(", ", values)}");
        }

        int missing = Array.IndexOf(weights, 0);
        return missing < 0
            ? weights
            : throw new UsageException($"{path}: there is no weight for {ConformityStatistic.LabelOf(schema, columns, missing)}");
    }

    private static IReadOnlyList<string[]> Records(string path, TableSchema schema, IReadOnlyList<string> columns)
    {
        TextColumn[] texts =
        [
            .. columns
                .Select(name => schema.Columns[schema.IndexOf(name)])
                .Select(c => new TextColumn(c.Name, $"a value that the table's column '{c.Name}' has", t => c.CodeOf(t) != 0)),
            new TextColumn("weight", $"a whole number from 1 to {ConformityStatistic.MaxWeight}", IsWeight),
        ];
        using Stream source = SourceFile.Open(path);
        return CsvTexts.Read(source, SourceFile.Name(path), texts);
    }

    private static bool IsWeight(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long weight)
        && weight is > 0 and <= ConformityStatistic.MaxWeight;
}
