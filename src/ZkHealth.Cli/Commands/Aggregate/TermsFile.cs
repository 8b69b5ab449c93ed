using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>A file of terms: read, and said in words.</summary>
internal static class TermsFile
{
    public static AggregationTerms Read(string path) =>
        AggregationTerms.TryDecode(Inputs.Bytes(path), out AggregationTerms? terms, out string? reason)
            ? terms
            : throw new UsageException($"{path}: {reason}");

    public static void Describe(AggregationTerms terms, Report report)
    {
        report.Add(
            "digest",
            Convert.ToHexStringLower(terms.Digest()),
            $"  digest: {Convert.ToHexStringLower(terms.Digest())} (the same for everyone who has the same terms)"
        );
        byte[] approval = OpenBoard.Rules.Policies.Any(p => p.Name == terms.Policy)
            ? OpenBoard.Rules.ApprovalDigest(terms)
            : terms.Digest();
        report.Add("approval", Convert.ToHexStringLower(approval));
        report.Add("origin", terms.Origin, $"  ledger: {terms.Origin}");
        report.Add("purpose", terms.Purpose, $"  for: {terms.Purpose}");
        report.Add(
            "dataSet",
            terms.DataSet,
            $"  data set: {terms.DataSet}, schema {terms.Schema.Name}, tables of at most {terms.Rows} rows"
        );
        string[] asked = terms.Question is StatisticsQuery question
            ? [.. question.Statistics.Select(s => s.Describe(terms.Schema))]
            : ["the sum of whole vectors"];
        report.Add("asked", new JsonArray([.. asked.Select(a => (JsonNode)a)]));
        report.Line("  opened over all contributors, and nothing else:");
        foreach (string statement in asked)
        {
            report.Line($"    {statement}");
        }

        report.Add("cells", terms.Axes.CellCount, $"  from cubes of {terms.Axes.CellCount} cells");
        Parties("hospitals", "hospitals that may contribute", terms.Hospitals);
        Parties("committee", "members of the committee", terms.Committee);
        report.Add(
            "threshold",
            terms.Threshold,
            $"  {terms.Threshold} members open a sum, {terms.Quorum} sign the set; {terms.Threshold - 1} together learn nothing"
        );
        report.Add("quorum", terms.Quorum);
        report.Add("minimum", terms.Minimum, $"  at least {terms.Minimum} contributors; assumed to collude: {terms.Coalition}");
        report.Add("coalition", terms.Coalition);
        Parties("closers", $"say when a cut-off has come ({terms.EffectiveCloseQuorum} of them)", terms.EffectiveClosers);
        report.Add(
            "cutOffs",
            new JsonArray([.. terms.PlannedCutOffs.Select(t => t == 0 ? null : (JsonNode)Time(t))]),
            terms.PlannedCutOffs.All(t => t == 0)
                ? null
                : $"  cut-offs planned at {string.Join(", ", terms.PlannedCutOffs.Select(Time))}"
        );
        report.Add(
            "voidAfter",
            terms.VoidAfter == 0 ? null : Time(terms.VoidAfter),
            terms.VoidAfter == 0
                ? null
                : $"  void for ever if it is not frozen by {Time(terms.VoidAfter)}, by the ledger's own time"
        );
        report.Add(
            "noise",
            terms.Noise?.Loss.ToString(),
            terms.Noise is null
                ? "  exact numbers"
                : $"  noise: {terms.Noise.Loss}, sensitivity {terms.Noise.Sensitivity}, {terms.Noise.Coins} coins for each number"
        );
        SmallCounts(terms, report);
        DescribeRound(terms, report);

        void Parties(string name, string what, IReadOnlyList<PartyId> parties) =>
            report.Add(
                name,
                new JsonArray([.. parties.Select(p => (JsonNode)p.ToString())]),
                $"  {what}: {string.Join(", ", parties.Take(12).Select(p => p.ToString()[..8]))}{(parties.Count > 12 ? $" and {parties.Count - 12} more" : "")}"
            );
    }

    /// <summary>Words for the suppression of small counts. Said wherever somebody reads terms, agrees to them or reads what came
    /// of them.</summary>
    public static void SmallCounts(AggregationTerms terms, Report report)
    {
        string? line =
            terms.IsWholeVector || (terms.Noise is not null && terms.SuppressBelow == 0) ? null
            : terms.SuppressBelow == 0 ? "  small counts are NOT left out: every opened number is reported, however small"
            : $"  counts from 1 to {terms.SuppressBelow - 1} are left out of what is reported; this hides nothing from readers of the ledger, who can add up the shares (noise does)";
        report.Add("suppressBelow", terms.SuppressBelow, line);
    }

    public static string Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Words for a round beside the terms of every session; nothing where the session is no round.</summary>
    public static void DescribeRound(AggregationTerms session, Report report)
    {
        if (!UpdatePolicy.TryTerms(session, out RoundTerms? terms, out _))
        {
            return;
        }

        report.Line(
            $"  round {terms.Round} (of 0 to {terms.Rounds - 1}) of model {terms.Model.Name} ({Report.Hex(terms.Model.Id)}); an approval stands for all rounds under the same terms"
        );
        DescribeBounds(terms, report);
        double safe = terms.Quantiser.SafeNorm(terms.SquaredNorm, terms.Entries);
        report.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  an update of norm {safe:g6} or less is within the bound however it is rounded; weights up to {terms.WeightCap}"
            )
        );
        report.Line(
            $"  a full opening of an update needs {terms.Quorum.Threshold} of {string.Join(", ", terms.Quorum.Members.Take(12).Select(p => p.ToString()[..8]))}"
        );
        report.Add(
            "round",
            new JsonObject
            {
                ["model"] = Report.Hex(terms.Model.Id),
                ["modelName"] = terms.Model.Name,
                ["round"] = terms.Round,
                ["rounds"] = terms.Rounds,
                ["entries"] = terms.Entries,
                ["clip"] = terms.Quantiser.Clip,
                ["scale"] = terms.Quantiser.Scale,
                ["norm"] = terms.Norm,
                ["safeNorm"] = safe,
                ["errorBound"] = terms.Quantiser.ErrorBound,
                ["weightCap"] = terms.WeightCap,
                ["openThreshold"] = terms.Quorum.Threshold,
                ["openers"] = new JsonArray([.. terms.Quorum.Members.Select(m => (JsonNode)m.ToString())]),
            }
        );
    }

    public static void DescribeBounds(RoundTerms terms, Report report) =>
        report.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {terms.Entries} entries within ±{terms.Quantiser.Clip:g6} in steps of {terms.Quantiser.Scale:g6}, norm at most {terms.Norm:g6}; the mean is exact to {terms.Quantiser.ErrorBound:g6}"
            )
        );
}
