using System.CommandLine;
using System.Globalization;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove count|mean|histogram|quantile|table|standardised|threshold`: proof files with other statistics than prevalences.</summary>
internal static class ProveStatisticCommand
{
    public static IEnumerable<Command> Create()
    {
        var where = new Option<string?>("--where") { Description = "Which rows.", Required = true };
        var among = new Option<string?>("--among") { Description = "Among which rows; all if left out." };
        var column = new Option<string>("--column") { Description = "The column.", Required = true };
        var share = new Option<string>("--share") { Description = "Which quantile, a fraction such as 1/2 or 9/10.", DefaultValueFactory = _ => "1/2" };
        var exposure = new Option<string?>("--exposure") { Description = "The exposure, a condition.", Required = true };
        var outcome = new Option<string?>("--outcome") { Description = "The outcome, a condition.", Required = true };
        var strata = new Option<string>("--strata") { Description = "The column of the strata.", Required = true };
        var weights = new Option<string>("--weights") { Description = "The standard population: a whole number for each value of the column, with commas between them.", Required = true };
        var numerator = new Option<string?>("--numerator") { Description = "What is counted.", Required = true };
        var denominator = new Option<string?>("--denominator") { Description = "Among which rows; without it the count itself is bounded." };
        var atLeast = new Option<string?>("--at-least") { Description = "The lower bound: a fraction such as 1/20, a whole number for a count." };
        var atMost = new Option<string?>("--at-most") { Description = "The upper bound, a fraction." };
        var showNumerator = new Option<bool>("--show-numerator") { Description = "Release the numerator." };
        var showDenominator = new Option<bool>("--show-denominator") { Description = "Release the denominator." };

        yield return Make("count", "Prove how many rows satisfy a condition.", [where], (p, s) =>
            new CountStatistic(Condition(p, where, s)!));
        yield return Make("histogram", "Prove how many rows have each value of a column.", [column, among], (p, s) =>
            new HistogramStatistic(Column(p, column, s), Condition(p, among, s)));
        yield return Make("mean", "Prove number, mean, variance and standard deviation of a column of numbers.", [column, among], (p, s) =>
            new MeanStatistic(Column(p, column, s), Condition(p, among, s)));
        yield return Make("quantile", "Prove the median or another quantile of a column.", [column, share, among], (p, s) =>
        {
            (long n, long d) = Fraction(p.GetValue(share)!, "--share");
            return new QuantileStatistic(Column(p, column, s), (int)n, (int)d, Condition(p, among, s));
        });
        yield return Make("table", "Prove a 2×2 table with odds ratio, relative risk and chi-square.", [exposure, outcome, among], (p, s) =>
            new TwoByTwoStatistic(Condition(p, exposure, s)!, Condition(p, outcome, s)!, Condition(p, among, s)));
        yield return Make("standardised", "Prove rates by stratum and the directly standardised rate.", [outcome, strata, weights], (p, s) =>
            new StandardisedRateStatistic(Condition(p, outcome, s)!, Column(p, strata, s), [.. p.GetValue(weights)!.Split(',').Select(w => Whole(w, "--weights"))]));
        yield return Make("threshold", "Prove that a rate or count lies within bounds, without showing it.",
            [numerator, denominator, atLeast, atMost, showNumerator, showDenominator], (p, s) =>
            {
                Predicate counted = Condition(p, numerator, s)!;
                (long, long)? low = p.GetValue(atLeast) is string l ? Fraction(l, "--at-least") : null, high = p.GetValue(atMost) is string h ? Fraction(h, "--at-most") : null;
                return Condition(p, denominator, s) is Predicate rows
                    ? ThresholdStatistic.Rate(counted, rows, low, high, p.GetValue(showNumerator), p.GetValue(showDenominator))
                    : low is (long k, 1) && high is null && !p.GetValue(showNumerator) && !p.GetValue(showDenominator)
                        ? ThresholdStatistic.Count(counted, k)
                        : throw new UsageException("a count takes --at-least with a whole number and nothing else; a rate needs --denominator");
            });
    }

    private static Command Make(string name, string description, Option[] own, Func<ParseResult, TableSchema, Statistic> build)
    {
        var table = new Argument<string>("TABLE") { Description = "A committed table (.zkt)." };
        var shared = new ProveOptions();
        var command = new Command(name, description) { table };
        foreach (Option option in (Option[])[.. own, .. shared.All])
        {
            command.Add(option);
        }

        return command.Action((parsed, report, token) =>
        {
            string path = parsed.GetValue(table)!;
            StatisticContext context = shared.Context(parsed);
            using OwnedTable owned = Inputs.Table(path);
            shared.CheckPublished(parsed, owned.Committed.Commitment, report);
            Statistic statistic;
            try
            {
                statistic = build(parsed, owned.Coded.Schema);
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }

            CubeAxes axes = ProveCommand.Axes(owned.Coded.Schema, statistic.Columns);
            using ProvenCubes cubes = ProgressBar.Run(
                "proving the cube", 0, "", _ => CubeStore.Beside(path).FindOrProve(owned.Committed, axes, out bool _, token));
            StatisticsProof proof;
            try
            {
                proof = StatisticsProof.Prove(cubes, [statistic], context, shared.Guard(parsed));
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }

            byte[] file = proof.Encode();
            token.ThrowIfCancellationRequested();
            string target = shared.Output(parsed, path);
            AtomicFile.Write(target, file);
            report.Add("proof", target, $"proof: {target}, {file.Length} bytes");
            report.Add("bytes", file.Length);
            ProofReport.Describe(proof, report);
            return ExitCode.Accepted;
        });
    }

    private static Predicate? Condition(ParseResult parsed, Option<string?> option, TableSchema schema) =>
        parsed.GetValue(option) is string text ? ProveCommand.Condition(option.Name, text, schema) : null;

    private static string Column(ParseResult parsed, Option<string> option, TableSchema schema)
    {
        string name = parsed.GetValue(option)!;
        return schema.IndexOf(name) >= 0 ? name : throw new UsageException($"{option.Name}: the table has no column '{name}'");
    }

    private static (long P, long Q) Fraction(string text, string option) => text.Split('/') switch
    {
        [string p] => (Whole(p, option), 1),
        [string p, string q] => (Whole(p, option), Whole(q, option)),
        _ => throw new UsageException($"{option}: expected a fraction such as 1/20, got '{text}'"),
    };

    private static long Whole(string text, string option) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        ? value : throw new UsageException($"{option}: expected whole numbers below 2^31, got '{text}'");
}
