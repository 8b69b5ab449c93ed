using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.View;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Pages about a region: in Chinese they are Chinese, and a page says what its JSON says.</summary>
public sealed partial class RegionPagesTests : TemporaryFolder
{
    /// <summary>Names of members and columns, codes and commands: the same in every language.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "region",
        "age",
        "diagnosis",
        "user/research",
        "user/company",
        "witnesses",
        "current",
        "our-own-format",
        "operator.heartbeat",
        "zkhealth",
        "act",
        "appeal",
        "report",
        "evidence",
        "make",
        "band",
        "diabetes",
    };

    /// <summary>Details, duties, steps of a graph, records and witnesses stood in English on a page in Chinese.</summary>
    [Theory]
    [InlineData("insurer")]
    [InlineData("12/8 not corrected yet")]
    [InlineData("deletion late")]
    [InlineData("genomes taken and not served")]
    [InlineData("untold allergy")]
    [InlineData("operator alone")]
    [InlineData("patient who looks, revokes and is paid")]
    public void A_page_in_Chinese_has_no_word_in_English(string name)
    {
        using var stage = new Stage(At("ledgers"));
        Region r = RegionStories.All.Single(s => s.Name == name).Play(stage).Region;
        HashSet<string> names = [.. Names, .. r.State.Members];
        foreach (string html in Pages(r))
        {
            string[] words = [.. Words().Matches(Chinese(html)).Select(m => m.Value).Where(w => !names.Contains(w)).Distinct()];
            Assert.Empty(words);
        }
    }

    /// <summary>Whoever reads the page reads what a program reads: each event, answer and step.</summary>
    [Fact]
    public void A_page_says_what_its_json_says()
    {
        using var stage = new Stage(At("ledgers"));
        Region r = RegionStories.All.Single(s => s.Name == "deletion late").Play(stage).Region;
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), [.. r.State.Members], out _)!;
        TraceAnswer pending = trace.Answers[0] with { Status = "open", Cause = "a recall is due soon" };
        string page = Text(new TracePage { Trace = trace, Pending = [pending] }.ToHtml());
        Assert.Contains("By time alone since the newest leaf", page, StringComparison.Ordinal);
        Assert.Contains(pending.Cause, page, StringComparison.Ordinal);
        JsonObject json = trace.ToJson();
        (string List, string[] Members)[] said =
        [
            ("answers", ["subject", "rule", "status", "points", "cause", "id", "held"]),
            ("timeline", ["leaf", "what", "who", "outcome"]),
            ("parties", ["member", "permitted", "denied", "served", "received", "emergencies"]),
            ("nodes", ["label"]),
            ("edges", ["label"]),
        ];
        foreach ((string list, string[] members) in said)
        {
            Assert.NotEmpty(json[list]!.AsArray());
            foreach (string value in json[list]!.AsArray().SelectMany(item => members.Select(m => $"{item![m]}")))
            {
                string shown = value.Length > 64 ? value[..12] : value;
                Assert.True(page.Contains(shown, StringComparison.Ordinal), $"'{value}' of {list} is not on the page");
            }
        }
    }

    private static IEnumerable<string> Pages(Region r)
    {
        byte[] bytes = r.ProveAll();
        Assert.True(Evidence.TryDecode(bytes, out Evidence? bundle, out _));
        yield return new TracePage { Trace = UseTrace.Of(LogHistory.Of(r.Steps), [.. r.State.Members], out _)! }.ToHtml();
        yield return new PeriodPage { Origin = "log", Period = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1) }.ToHtml();
        yield return new EvidencePage
        {
            File = "e",
            Log = r.LogKey,
            Bundle = bundle,
            Result = bundle.Verify(r.LogKey),
        }.ToHtml();
        Assert.False(Evidence.TryDecode(bytes.AsMemory(1), out _, out string? reason));
        yield return new EvidencePage
        {
            File = "e",
            Log = r.LogKey,
            Result = Proofs.VerificationResult.Rejected(reason),
        }.ToHtml();
    }

    /// <summary>The text of the body in Chinese, without names of logs, keys and digests, and what made the page.</summary>
    private static string Chinese(string html)
    {
        string body = html[html.IndexOf("<h1>", StringComparison.Ordinal)..html.LastIndexOf("<p>", StringComparison.Ordinal)];
        return WebUtility
            .HtmlDecode(Tags().Replace(English().Replace(body, ""), " "))
            .Replace("-region/", "/", StringComparison.Ordinal);
    }

    /// <summary>The text in English, its long words whole.</summary>
    private static string Text(string html) =>
        WebUtility.HtmlDecode(
            Tags().Replace(ChineseParts().Replace(html.Replace("<wbr>", "", StringComparison.Ordinal), ""), "")
        );

    [GeneratedRegex("<(span|text)[^>]*class=\"zh\".*?</\\1>")]
    private static partial Regex ChineseParts();

    [GeneratedRegex(
        "<(span|text)[^>]*class=\"en\".*?</\\1>|<title>.*?</title>|<code>.*?</code>|<dt>.{0,90}(?:账本|文件)</span></dt><dd>.*?</dd>"
    )]
    private static partial Regex English();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    /// <summary>Words of small letters; digits of digests are none.</summary>
    [GeneratedRegex("(?<![A-Za-z0-9])(?![0-9a-f]{8,}(?![a-z]))[a-z][a-z./-]{2,}(?![A-Za-z0-9])")]
    private static partial Regex Words();
}
