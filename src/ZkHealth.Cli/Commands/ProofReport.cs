using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

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
        report.Line($"  made for: {proof.Context.Purpose}; asked by: {proof.Context.Requester}; ledger: {proof.Context.LedgerOrigin}");
        report.Line($"  table: {proof.Schema.Name}, root {Report.Hex(proof.Table.Root)}");
        report.Line($"  owner: {Report.Hex(proof.Table.Owner)}; rows, by the owner's word: {proof.Table.Rows}");
        report.Add("prevalences", new JsonArray([.. proof.Prevalences.Select((p, k) => ToJson(proof, p, proof.Rates[k]))]));
        report.Add("purpose", proof.Context.Purpose);
        report.Add("requester", proof.Context.Requester);
        report.Add("origin", proof.Context.LedgerOrigin);
        report.Add("table", proof.Schema.Name);
        report.Add("root", Report.Hex(proof.Table.Root));
        report.Add("owner", Report.Hex(proof.Table.Owner));
        report.Add("rows", proof.Table.Rows);
    }

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
