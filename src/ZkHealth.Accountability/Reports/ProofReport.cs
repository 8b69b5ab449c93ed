using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Reports;

/// <summary>Describes what a proof file says, in words and as JSON.</summary>
internal static class ProofReport
{
    /// <summary>Describes what a file of any kind says.</summary>
    public static void Describe(ProofFile file, Report report)
    {
        if (file.Prevalence is PrevalenceProof prevalence)
        {
            Describe(prevalence, report);
        }
        else if (file.Statistics is StatisticsProof statistics)
        {
            Describe(statistics, report);
        }
        else if (file.Noisy is NoisyRelease release)
        {
            Describe(release, report);
        }
        else if (file.Record is RecordProof record)
        {
            RecordReport.Describe(record, report);
        }
        else
        {
            RecordReport.Describe(file.Member!, report);
        }
    }

    /// <summary>Every condition of a file once, in full.</summary>
    public static void Conditions(ProofFile file, Report report)
    {
        (TableSchema? schema, IEnumerable<Predicate> conditions) = (file.Prevalence, file.Statistics, file.Noisy) switch
        {
            ({ } p, _, _) => (p.Schema, p.Prevalences.SelectMany(x => new[] { x.Numerator, x.Denominator })),
            (_, { } s, _) => (s.Schema, s.Statistics.SelectMany(x => x.Conditions)),
            (_, _, { } n) => (n.Schema, n.Commitment.Query.Statistic.Conditions),
            _ => ((TableSchema?)null, []),
        };
        string[] texts = [.. conditions.Distinct().Select(c => c.DescribeInFull(schema!))];
        report.Line(texts.Length == 0 ? "conditions in full: none" : "conditions in full:");
        foreach (string text in texts)
        {
            report.Line("  " + text);
        }

        report.Add("conditions", new JsonArray([.. texts.Select(t => (JsonNode)t)]));
    }

    public static void Describe(PrevalenceProof proof, Report report)
    {
        Strata strata = proof.Strata();
        bool one = proof.Rates.Count == 1;
        if (one)
        {
            report.Line($"  {Text(proof.Rates[0])}{Unknown(proof, 0)}");
        }

        report.Line($"  counted: {strata.Counted ?? "as each line says"}");
        report.Line($"  among:   {strata.Among ?? "as each line says"}");
        for (int k = 0; k < proof.Rates.Count && !one; k++)
        {
            report.Line(
                $"    {(strata.Own[k].Length == 0 ? "all of these" : strata.Own[k])}: {Text(proof.Rates[k])}{Unknown(proof, k)}"
            );
        }

        report.Add(
            "prevalences",
            new JsonArray([
                .. proof.Prevalences.Select((p, k) => ToJson(proof, p, proof.Rates[k], strata.Own[k], proof.Values(k))),
            ])
        );
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
            statistics.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["statement"] = statement,
                        ["released"] = new JsonArray([.. proof.Released(k).Select(n => (JsonNode)n)]),
                        ["values"] = values,
                    }
            );
        }

        report.Add("statistics", statistics);
        Common(proof.Context, proof.Schema, proof.Table, report);
    }

    public static void Describe(NoisyRelease release, Report report)
    {
        NoiseQuery query = release.Commitment.Query;
        string statement = query.Statistic.Describe(release.Schema);
        report.Line(
            $"  {statement}, under noise: {query.Loss} for the {query.RowsPerPatient} row(s) of a patient, by the owner's word"
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
        Common(release.Context, release.Schema, release.Table, report);
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

    /// <summary>Name, value (null where there is none, with the reason as undefined) and intervals of 95 %: one form for every
    /// number that follows from others.</summary>
    private static JsonObject ToJson(ReleasedValue value)
    {
        var json = new JsonObject { ["name"] = value.Name, ["value"] = value.Value };
        if (value.Undefined is string reason)
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

    /// <summary>Counts how many rows of the denominator have no value for the numerator, where some may have none.</summary>
    private static string Unknown(PrevalenceProof proof, int k) =>
        proof.Values(k)[^1] is { Value: 0 }
            ? ""
            : $", {proof.Values(k)[^1]} {(proof.Prevalences[k].IncludesUnknown ? "of them" : "more")} without a value";

    /// <summary>A rate in percent, with its intervals.</summary>
    public static string Text(Rate rate)
    {
        static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);
        return rate.Value is double value && rate.Wilson95 is { } wilson && rate.Exact95 is { } exact
            ? $"{rate} = {Percent(value)} % (95 %: {wilson.Method} {Percent(wilson.Low)} to {Percent(wilson.High)} %; {exact.Method} {Percent(exact.Low)} to {Percent(exact.High)} %)"
            : $"{rate} (undefined: no rows)";
    }

    private static JsonObject ToJson(
        PrevalenceProof proof,
        Prevalence prevalence,
        Rate rate,
        string stratum,
        IReadOnlyList<ReleasedValue> values
    ) =>
        new()
        {
            ["stratum"] = stratum,
            ["counted"] = prevalence.Numerator.Describe(proof.Schema),
            ["among"] = prevalence.Denominator.Describe(proof.Schema),
            ["numerator"] = rate.Numerator,
            ["denominator"] = rate.Denominator,
            ["values"] = new JsonArray([.. values.Select(v => (JsonNode)ToJson(v))]),
        };
}
