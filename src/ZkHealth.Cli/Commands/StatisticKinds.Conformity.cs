using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove conformity`: a hidden distribution agrees with a public profile.</summary>
internal static partial class StatisticKinds
{
    private static StatisticKind Conformity(Option<string?> among)
    {
        var strata = new Option<string?>("--strata")
        {
            Description = "The columns whose values are the strata, with commas between them.",
        };
        var stratum = new Option<string[]>("--stratum")
        {
            Description = "In place of --strata: a condition; again for each stratum.",
        };
        var profile = new Option<string?>("--profile")
        {
            Description = "The profile, a CSV file with the columns of --strata and one named weight.",
        };
        var weights = new Option<string?>("--weights")
        {
            Description = "In place of --profile: whole numbers with commas between them, in the order of the strata.",
        };
        var critical = new Option<string?>("--critical") { Description = "Pearson's chi-square is at most this number." };
        var level = new Option<double?>("--level")
        {
            Description = "Pearson's chi-square is at most the critical value of this level, such as 0.05.",
        };
        var tolerance = new Option<string?>("--tolerance")
        {
            Description = "Every share lies within this of its share of the profile, such as 0.02.",
        };
        var minRows = new Option<long?>("--min-rows")
        {
            Description = "The strata have at least so many rows in all; enough to expect 5 in each if left out.",
        }.Within(0);
        var showRows = new Option<bool>("--show-rows") { Description = "Release the number of rows." };
        return StatisticKind.One(
            "conformity",
            "Prove that a hidden distribution agrees with a public profile, and nothing else.",
            [strata, stratum, profile, weights, critical, level, tolerance, among, minRows, showRows],
            (p, s) =>
            {
                string[] columns = p.GetValue(strata) is string names ? AskedColumns.ColumnsOf("--strata", [names], s) : [],
                    conditions = p.GetValue(stratum) ?? [];

                long[] shares = (p.GetValue(profile), p.GetValue(weights)) switch
                {
                    (string path, null) when columns.Length > 0 => ProfileFile.Read(path, s, columns),
                    (null, string list) => Weights(list),
                    _ => throw new UsageException("expected --profile with --strata, or else --weights"),
                };
                if (columns.Length > 0 && shares.Length != ProfileFile.Strata(s, columns))
                {
                    throw new UsageException(
                        $"--weights: expected {ProfileFile.Strata(s, columns)} weights, got {shares.Length}"
                    );
                }

                ConformityBound bound = (p.GetValue(critical), p.GetValue(level), p.GetValue(tolerance)) switch
                {
                    (string c, null, null) when Numbers.Fraction(c, "--critical") is (long x, long y) =>
                        ConformityBound.ChiSquareAtMost(x, y),
                    (null, double l, null) => ConformityBound.ChiSquareAtLevel(l, shares.Length),
                    (null, null, string t) when Numbers.Fraction(t, "--tolerance") is (long x, long y) =>
                        ConformityBound.SharesWithin(x, y),
                    _ => throw new UsageException("expected one of --critical, --level and --tolerance"),
                };
                (Predicate? rows, long? least, bool show) = (Condition(p, among, s), p.GetValue(minRows), p.GetValue(showRows));
                return (columns.Length, conditions.Length) switch
                {
                    (> 0, 0) => Statistic.Conformity(columns, shares, bound, rows, least, show),
                    (0, > 0) => Statistic.ConformityOfGroups(
                        [.. conditions.Select(c => AskedColumns.Condition("--stratum", c, s))],
                        shares,
                        bound,
                        rows,
                        least,
                        show
                    ),
                    _ => throw new UsageException("expected --strata, or else --stratum for each stratum"),
                };
            }
        );
    }

    private static long[] Weights(string text) =>
        [.. text.Split(',').Select(w => Numbers.Whole(w.Trim(), "--weights", ConformityStatistic.MaxWeight))];
}
