using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Reports;

/// <summary>A proof file in words and as JSON.</summary>
internal static class ProofReport
{
    /// <summary>Words for a file of any kind.</summary>
    public static void Describe(ProofFile file, Report report)
    {
        switch (file)
        {
            case StatisticsProof statistics:
                Describe(statistics, report);
                break;
            case NoisyRelease release:
                Describe(release, report);
                break;
            case RecordProof record:
                RecordReport.Describe(record, report);
                break;
            case PlanProof plan:
                PlanReport.Describe(plan, report);
                break;
            case AnonymousStatement member:
                RecordReport.Describe(member, report);
                break;
        }
    }

    /// <summary>Every condition of a file once, in full.</summary>
    public static void Conditions(ProofFile file, Report report)
    {
        string[] texts = file switch
        {
            StatisticsProof s => Conditions(s.Schema, s.Statistics),
            NoisyRelease n => Conditions(n.Schema, [n.Commitment.Query.Statistic]),
            _ => [],
        };
        report.Line(texts.Length == 0 ? "conditions in full: none" : "conditions in full:");
        foreach (string text in texts)
        {
            report.Line("  " + text);
        }

        report.Add("conditions", new JsonArray([.. texts.Select(t => (JsonNode)t)]));
    }

    private static string[] Conditions(TableSchema schema, IReadOnlyList<Statistic> statistics) =>
        [.. statistics.SelectMany(s => s.Conditions).Distinct().Select(c => c.DescribeInFull(schema))];

    private static void Describe(StatisticsProof proof, Report report)
    {
        RateStatistic[] rates = [.. proof.Statistics.OfType<RateStatistic>()];
        Strata? strata = rates.Length == proof.Statistics.Count ? new Strata(proof.Schema, rates) : null;
        if (strata is not null)
        {
            DescribeRates(proof, strata, report);
        }

        var statistics = new JsonArray();
        for (int k = 0; k < proof.Statistics.Count; k++)
        {
            Statistic statistic = proof.Statistics[k];
            string statement = statistic.Describe(proof.Schema);
            var json = new JsonObject { ["statement"] = statement };
            if (statistic is RateStatistic rate)
            {
                json["counted"] = rate.Numerator.Describe(proof.Schema);
                json["among"] = rate.Denominator.Describe(proof.Schema);
                json["stratum"] = strata?.Own[k];
                json["numerator"] = proof.Released(k)[0];
                json["denominator"] = proof.Released(k)[1];
            }

            json["released"] = new JsonArray([.. proof.Released(k).Select(n => (JsonNode)n)]);
            if (strata is null)
            {
                report.Line($"  {statement}");
            }

            json["values"] = Values(proof.Values(k), strata is null ? report : new Report());
            statistics.Add((JsonNode)json);
        }

        report.Add("statistics", statistics);
        Common(proof.Context, proof.Schema, proof.Version, report);
    }

    /// <summary>Says once what all rates of a file count and among whom, and for each stratum its rate.</summary>
    private static void DescribeRates(StatisticsProof proof, Strata strata, Report report)
    {
        int count = proof.Statistics.Count;
        if (count == 1)
        {
            report.Line($"  {Text(proof, 0)}");
        }

        report.Line($"  counted: {strata.Counted ?? "as each line says"}");
        report.Line($"  among:   {strata.Among ?? "as each line says"}");
        for (int k = 0; k < count && count > 1; k++)
        {
            report.Line($"    {(strata.Own[k].Length == 0 ? "all of these" : strata.Own[k])}: {Text(proof, k)}");
        }
    }

    private static void Describe(NoisyRelease release, Report report)
    {
        NoiseQuery query = release.Commitment.Query;
        string statement = query.Statistic.Describe(release.Schema);
        report.Line(
            $"  {statement}, under noise: {query.Loss} for the {query.RowsPerPatient} row(s) of a patient, asserted by the owner"
        );
        report.Line(
            $"    {query.Coins} fair coins for each number; coins of: {query.Beacon}; beacon {Report.Hex(release.Beacon)}"
        );
        report.Add(
            "statistics",
            new JsonArray(new JsonObject { ["statement"] = statement, ["values"] = Values(release.Values, report) })
        );
        report.Add("epsilon", query.Loss.Epsilon);
        report.Add("delta", query.Loss.Delta);
        report.Add("coins", query.Coins);
        report.Add("beaconOf", query.Beacon);
        report.Add("beacon", Report.Hex(release.Beacon));
        Common(release.Context, release.Schema, new DataSetVersion(release.Table), report);
    }

    /// <summary>A line and an object for each value.</summary>
    public static JsonArray Values(IEnumerable<ReleasedValue> values, Report report)
    {
        var json = new JsonArray();
        foreach (ReleasedValue value in values)
        {
            report.Line($"    {value.Name}: {value}");
            json.Add((JsonNode)ToJson(value));
        }

        return json;
    }

    /// <summary>Name, value (null where there is none, with the reason as undefined, or the name of what is no number as label)
    /// and intervals of 95 %: one form for every number that follows from others.</summary>
    private static JsonObject ToJson(ReleasedValue value)
    {
        var json = new JsonObject { ["name"] = value.Name, ["value"] = value.Value };
        if (value.Label is string label)
        {
            json["label"] = label;
        }
        else if (value.Undefined is string reason)
        {
            json["undefined"] = reason;
        }

        json["intervals"] = new JsonArray([
            .. value.Intervals.Select(i =>
                (JsonNode)
                    new JsonObject
                    {
                        ["method"] = i.Method,
                        ["low"] = i.Low,
                        ["high"] = i.High,
                    }
            ),
        ]);
        return json;
    }

    internal static void Purpose(StatisticContext context, Report report)
    {
        report.Line($"  made for: {context.Purpose}; asked by: {context.Requester}; ledger: {context.LedgerOrigin}");
        report.Add("purpose", context.Purpose);
        report.Add("requester", context.Requester);
        report.Add("origin", context.LedgerOrigin);
    }

    internal static void Common(StatisticContext context, TableSchema schema, DataSetVersion version, Report report)
    {
        Purpose(context, report);
        report.Line($"  table: {schema.Name}, root {Report.Hex(version.Root)}");
        if (version.Segments.Count > 1)
        {
            report.Line($"  all {version.Segments.Count} segments of one version of the data set, added up");
        }

        report.Line($"  owner: {Report.Hex(version.Owner)}; rows, asserted by the owner: {version.Rows}");
        report.Add("table", schema.Name);
        report.Add("root", Report.Hex(version.Root));
        report.Add("owner", Report.Hex(version.Owner));
        report.Add("rows", version.Rows);
        report.Add("segments", version.Segments.Count);
    }

    /// <summary>A rate, and the rows of the denominator without a value for the numerator, where some may have none.</summary>
    private static string Text(StatisticsProof proof, int k)
    {
        ReleasedValue unknown = proof.Values(k)[^1];
        string which = ((RateStatistic)proof.Statistics[k]).IncludeUnknown ? "of them" : "more";
        return Text(proof.RateOf(k)) + (unknown.Value == 0 ? "" : $", {unknown} {which} without a value");
    }

    /// <summary>A rate in percent, with its intervals.</summary>
    public static string Text(Rate rate)
    {
        static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);
        return rate.Value is double value && rate.Wilson95 is { } wilson && rate.Exact95 is { } exact
            ? $"{rate} = {Percent(value)} % (95 %: {wilson.Method} {Percent(wilson.Low)} to {Percent(wilson.High)} %; {exact.Method} {Percent(exact.Low)} to {Percent(exact.High)} %)"
            : $"{rate} (undefined: no rows)";
    }
}
