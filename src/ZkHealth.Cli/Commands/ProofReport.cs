using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>What a proof file says, in words and as JSON.</summary>
internal static class ProofReport
{
    public static void Describe(PrevalenceProof proof, Report report)
    {
        for (int k = 0; k < proof.Rates.Count; k++)
        {
            Rate rate = proof.Rates[k];
            (double low, double high) = rate.Wilson95;
            string label = proof.Prevalences[k].Label.Length == 0 ? "" : proof.Prevalences[k].Label + ": ";
            report.Line($"  {label}{rate} = {Percent(rate.Value)} % (95 % interval {Percent(low)} to {Percent(high)} %)");
        }

        report.Line($"  counted: {proof.Prevalences[0].Numerator.Describe(proof.Schema)}");
        string among = proof.Prevalences[0].Denominator.Describe(proof.Schema);
        report.Line(proof.Prevalences.Count == 1 ? $"  among:   {among}" : $"  among:   {among} (the first of {proof.Prevalences.Count})");
        report.Add("prevalences", new JsonArray([.. proof.Prevalences.Select((p, k) => ToJson(proof, p, proof.Rates[k]))]));
        Common(proof.Context, proof.Schema, proof.Table, report);
    }

    public static void Describe(StatisticsProof proof, Report report)
    {
        var statistics = new JsonArray();
        for (int k = 0; k < proof.Statistics.Count; k++)
        {
            string statement = proof.Statistics[k].Describe(proof.Schema);
            report.Line($"  {statement}");
            JsonArray values = Values(proof.Values(k), report);
            statistics.Add((JsonNode)new JsonObject
            {
                ["statement"] = statement, ["released"] = new JsonArray([.. proof.Released(k).Select(n => (JsonNode)n)]), ["values"] = values,
            });
        }

        report.Add("statistics", statistics);
        Common(proof.Context, proof.Schema, proof.Table, report);
    }

    public static void Describe(NoisyRelease release, Report report)
    {
        NoiseQuery query = release.Commitment.Query;
        string statement = query.Statistic.Describe(release.Schema);
        report.Line($"  {statement}, under noise: {query.Loss} for the {query.RowsPerPatient} row(s) of a patient, by the owner's word");
        report.Line($"    {query.Coins} fair coins for each number; coins of: {query.Beacon}; beacon {Report.Hex(release.Beacon)}");
        var values = new JsonArray();
        foreach (ReleasedValue value in release.Values)
        {
            report.Line($"    {value.Name}: {Number(value.Value)} (the count, with 95 %: {Number(value.Low!.Value)} to {Number(value.High!.Value)})");
            values.Add((JsonNode)new JsonObject { ["name"] = value.Name, ["value"] = value.Value, ["low95"] = value.Low, ["high95"] = value.High });
        }

        report.Add("statistics", new JsonArray(new JsonObject { ["statement"] = statement, ["values"] = values }));
        report.Add("epsilon", query.Loss.Epsilon);
        report.Add("delta", query.Loss.Delta);
        report.Add("coins", query.Coins);
        report.Add("beaconOf", query.Beacon);
        report.Add("beacon", Report.Hex(release.Beacon));
        Common(release.Context, release.Schema, release.Table, report);
    }

    /// <summary>A line and an object for each value.</summary>
    public static JsonArray Values(IEnumerable<ReleasedValue> values, Report report)
    {
        var json = new JsonArray();
        foreach (ReleasedValue value in values)
        {
            string interval = value.Low is double low && value.High is double high ? $" (95 %: {Number(low)} to {Number(high)})" : "";
            report.Line($"    {value.Name}: {Number(value.Value)}{interval}");
            json.Add((JsonNode)new JsonObject { ["name"] = value.Name, ["value"] = Finite(value.Value), ["low95"] = Finite(value.Low), ["high95"] = Finite(value.High) });
        }

        return json;
    }

    internal static void Common(StatisticContext context, TableSchema schema, TableCommitment table, Report report)
    {
        report.Line($"  made for: {context.Purpose}; asked by: {context.Requester}; ledger: {context.LedgerOrigin}");
        report.Line($"  table: {schema.Name}, root {Report.Hex(table.Root)}");
        report.Line($"  owner: {Report.Hex(table.Owner)}; rows, by the owner's word: {table.Rows}");
        report.Add("purpose", context.Purpose);
        report.Add("requester", context.Requester);
        report.Add("origin", context.LedgerOrigin);
        report.Add("table", schema.Name);
        report.Add("root", Report.Hex(table.Root));
        report.Add("owner", Report.Hex(table.Owner));
        report.Add("rows", table.Rows);
    }

    private static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>JSON has no NaN and no infinity.</summary>
    private static double? Finite(double? value) => value is double v && double.IsFinite(v) ? v : null;

    public static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);

    private static JsonObject ToJson(PrevalenceProof proof, Prevalence prevalence, Rate rate) => new()
    {
        ["label"] = prevalence.Label,
        ["counted"] = prevalence.Numerator.Describe(proof.Schema),
        ["among"] = prevalence.Denominator.Describe(proof.Schema),
        ["numerator"] = rate.Numerator,
        ["denominator"] = rate.Denominator,
        ["rate"] = rate.Denominator == 0 ? null : rate.Value,
        ["low95"] = rate.Wilson95.Low,
        ["high95"] = rate.Wilson95.High,
    };
}
