using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// A public profile as a CSV file: one column for each column of the strata, under its name, with the values' labels or codes, and a column
/// "weight" with whole numbers; one line for each stratum, in any order.
/// </summary>
internal static class ProfileFile
{
    /// <summary>How many strata the values of columns make.</summary>
    public static int Strata(TableSchema schema, IReadOnlyList<string> columns)
    {
        long count = columns.Aggregate(1L, (n, c) => Math.Min(n * (schema.Columns[schema.IndexOf(c)].Domain - 1), 1L << 30));
        return count <= ConformityStatistic.MaxStrata ? (int)count : throw new UsageException($"--strata: expected at most {ConformityStatistic.MaxStrata} strata");
    }

    /// <summary>The weights in the order of the strata: the first column most significant.</summary>
    public static long[] Read(string path, TableSchema schema, IReadOnlyList<string> columns)
    {
        var weights = new long[Strata(schema, columns)];
        using var csv = new CsvReader(new StringReader(Inputs.Text(path)), new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim });
        try
        {
            csv.Read();
            csv.ReadHeader();
            while (csv.Read())
            {
                string[] values = [.. columns.Select(c => csv.GetField(c) ?? "")];
                string name = string.Join(", ", values);
                int stratum = ConformityStatistic.IndexOf(schema, columns, values);
                long weight = Numbers.Whole(csv.GetField("weight") ?? "", $"{path}, {name}", ConformityStatistic.MaxWeight);
                _ = stratum < 0 ? throw new UsageException($"{path}: the table has no values {name}")
                    : weights[stratum] == 0 && weight > 0 ? weights[stratum] = weight
                    : throw new UsageException($"{path}, {name}: expected one weight above 0");
            }
        }
        catch (CsvHelperException)
        {
            throw new UsageException($"{path}: expected a CSV file with the columns {string.Join(", ", columns)} and weight");
        }

        int missing = Array.IndexOf(weights, 0);
        return missing < 0 ? weights : throw new UsageException($"{path}: there is no weight for {ConformityStatistic.LabelOf(schema, columns, missing)}");
    }
}
