using Microsoft.Playwright;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.View;

namespace ZkHealth.Cli.Tests;

/// <summary>The page of `zkhealth view` as a browser shows it: Debian's Chromium, where it is installed.</summary>
public class ViewInBrowserTests(ViewedTable table) : IClassFixture<ViewedTable>
{
    [SkippableTheory]
    [InlineData(1000)]
    [InlineData(390)]
    [InlineData(320)]
    public async Task It_is_read_without_a_script_in_both_languages_at_every_width(int width)
    {
        await using Chrome chrome = await Chrome.StartAsync();
        string file = table.At($"page-{width}.html");
        string[] files = [.. new[] { "rate.zkp", "histogram.zkp", "row.zkp", "answer.zkp", "damaged.zkp" }.Select(table.At)];
        Assert.Equal(1, Run.Command(["view", .. files, "--ledger", table.At("l.db"), "--out", file]).Code);

        IPage page = await chrome.OpenAsync(file, width, scripts: false);

        // the verdict is what is seen first, and nothing is wider than the screen
        ILocator verdict = page.Locator(".verdict").First;
        LocatorBoundingBoxResult box = (await verdict.BoundingBoxAsync())!;
        Assert.True(box.Y + box.Height < 400 && box.X >= 0 && box.X + box.Width <= width, $"the verdict is at {box.X}, {box.Y}");
        Assert.StartsWith("4 of 5 accepted", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        foreach (ILocator part in await page.Locator("section, table, svg").AllAsync())
        {
            LocatorBoundingBoxResult place = (await part.BoundingBoxAsync())!;
            Assert.True(place.X >= 0 && place.X + place.Width <= width, $"{await part.TextContentAsync()} is wider than {width}");
        }

        // letters of a chart keep their size
        foreach (ILocator label in await page.Locator("svg text").AllAsync())
        {
            Assert.InRange((await label.BoundingBoxAsync())!.Height, 12, 24);
        }

        await page.Locator("label[for=chinese]").ClickAsync();
        Assert.StartsWith("共 5 份", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("accepted", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal([new Uri(file).AbsoluteUri], chrome.Seen);
    }

    /// <summary>The page of a trace and that of a report: nothing is wider than the screen, letters of the graph keep their
    /// size.</summary>
    [SkippableTheory]
    [InlineData(1000)]
    [InlineData(390)]
    [InlineData(320)]
    public async Task A_trace_and_a_report_are_read_at_every_width(int width)
    {
        await using Chrome chrome = await Chrome.StartAsync();
        using var stage = new Stage(table.At($"stage-{width}"));
        Region r = RegionStories.All.Single(s => s.Name == "insurer").Play(stage).Region;
        Assert.True(Evidence.TryDecode(r.ProveAll(), out Evidence? bundle, out _));
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), ["insurer", "commission-a"], out _)!;
        PeriodReport period = PeriodReport.Of(r.Steps, Region.Start, r.Time + 1);
        (string File, string Html)[] pages =
        [
            ($"trace-{width}.html", new TracePage { Trace = trace }.ToHtml()),
            (
                $"period-{width}.html",
                new PeriodPage
                {
                    Origin = r.Origin,
                    Period = period,
                    Ends = r.Time * 2,
                }.ToHtml()
            ),
            (
                $"evidence-{width}.html",
                new EvidencePage
                {
                    File = "e.evidence",
                    Log = r.LogKey,
                    Bundle = bundle,
                    Result = bundle.Verify(r.LogKey),
                }.ToHtml()
            ),
        ];
        foreach ((string file, string html) in pages)
        {
            await File.WriteAllTextAsync(table.At(file), html);
            IPage page = await chrome.OpenAsync(table.At(file), width);
            int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(wide <= width, $"{file} is {wide} wide");
            foreach (ILocator part in await page.Locator("section, table, svg").AllAsync())
            {
                LocatorBoundingBoxResult place = (await part.BoundingBoxAsync())!;
                Assert.True(place.X >= 0 && place.X + place.Width <= width, $"a part of {file} is wider than {width}");
            }

            foreach (ILocator label in await page.Locator("svg text:not(.zh)").AllAsync())
            {
                LocatorBoundingBoxResult place = (await label.BoundingBoxAsync())!;
                Assert.InRange(place.Height, 12, 24);
                Assert.True(place.X + place.Width <= width, $"{await label.TextContentAsync()} is cut at {width}");
            }

            // on paper the switch of languages is gone, and nothing is cut either
            await page.EmulateMediaAsync(new() { Media = Media.Print });
            Assert.False(await page.Locator("label[for=chinese]").IsVisibleAsync());
            Assert.True(await page.Locator(".verdict").First.IsVisibleAsync());
            wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(wide <= width, $"{file} is {wide} wide on paper");
            Assert.Equal(0, await page.Locator("script, img, iframe, object").CountAsync());
            Assert.Single(chrome.Seen);
        }
    }

    /// <summary>Hundreds of events by members with the longest names, files with hostile ones, a request of 4,096 handles:
    /// nothing is wider than the page in either language, no heading of a column is broken within a word, and nothing is
    /// started.</summary>
    [SkippableTheory]
    [InlineData(1000)]
    [InlineData(700)]
    [InlineData(360)]
    public async Task A_page_of_many_events_and_long_names_is_read_at_every_width(int width)
    {
        await using Chrome chrome = await Chrome.StartAsync();
        string file = table.At($"many-{width}.html");
        await File.WriteAllTextAsync(file, new TracePage { Trace = Many() }.ToHtml());
        IPage page = await chrome.OpenAsync(file, width);
        foreach (string language in (string[])["english", "chinese"])
        {
            await page.Locator($"label[for={language}]").ClickAsync();
            int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(wide <= width, $"it is {wide} wide in {language}");
            string cut = await page.EvaluateAsync<string>(
                "[...document.querySelectorAll('section, table, svg text')].filter(e => e.getBoundingClientRect().right > innerWidth)"
                    + ".map(e => e.textContent.slice(0, 40)).join()"
            );
            Assert.Equal("", cut);
            string broken = await page.EvaluateAsync<string>(
                "[...document.querySelectorAll('th')].filter(h => h.offsetWidth > 0 && h.scrollWidth > h.clientWidth).map(h => h.innerText).join()"
            );
            Assert.Equal("", broken);
        }

        // on paper, A4 within margins of 10 mm, nothing is wider than the sheet either
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(718, 800);
        Assert.Equal(718, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        Assert.Equal("Uses of data · 数据使用追踪", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("script, img, iframe, object, [onerror]").CountAsync());
        Assert.Single(chrome.Seen);
    }

    private static Trace Many()
    {
        string longest = new('m', 64),
            handle = new('a', 66);
        TraceEvent[] events =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(i => new TraceEvent(
                    i,
                    Region.Start + i,
                    "access requested",
                    i % 3 == 0 ? longest : "institute",
                    i % 2 == 0 ? "Denied: PROHIBITED_PURPOSE, VALUE_NOT_REPORTED, CONTRADICTION_OPEN" : "Permitted",
                    $"purpose HRESCH; columns {longest}; handles 4096 items; withinRights yes",
                    handle[..64]
                )),
        ];
        return new Trace
        {
            Kind = "use",
            About = [.. Enumerable.Repeat(handle, 4096), ViewedTable.Hostile],
            Timeline = events,
            Nodes =
            [
                new TraceNode("0", ViewedTable.Hostile, "file"),
                .. Enumerable
                    .Range(1, 300)
                    .Select(i => new TraceNode($"{i}", i % 3 == 0 ? longest : $"request {handle[..12]}: Permitted", "request")),
            ],
            Edges = [.. Enumerable.Range(1, 300).Select(i => new TraceEdge($"{i % 7}", $"{i}", ViewedTable.Hostile))],
            Answers =
            [
                new(
                    longest,
                    "PROHIBITED_PURPOSE",
                    "provisional",
                    40,
                    handle[..64],
                    "taken without permission",
                    handle[..64],
                    1L << 40,
                    Region.Start
                ),
            ],
        };
    }

    /// <summary>A browser that runs scripts finds none to run.</summary>
    [SkippableFact]
    public async Task A_label_of_a_stranger_starts_nothing()
    {
        await using Chrome chrome = await Chrome.StartAsync();
        string file = table.At("script.html");
        Run.Json("view", table.At("rate.zkp"), table.At("row.zkp"), "--ledger", table.At("l.db"), "--out", file);
        IPage page = await chrome.OpenAsync(file, 1280);
        Assert.Equal("Verified proofs · 证明验证报告", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("script, img, iframe, object, [onerror]").CountAsync());
        Assert.Equal([new Uri(file).AbsoluteUri], chrome.Seen);

        // on paper: no switch, nothing cut off
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator("label[for=chinese]").IsVisibleAsync());
        Assert.True(await page.Locator(".verdict").First.IsVisibleAsync());
        Assert.True((await page.PdfAsync(new() { Format = "A4" })).AsSpan().StartsWith("%PDF"u8));
    }

    /// <summary>A browser, and what its latest page asks for beside its own data, says and prints.</summary>
    private sealed class Chrome(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
    {
        private static readonly string? Chromium = Environment
            .GetEnvironmentVariable("PATH")
            ?.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);

        public List<string> Seen { get; } = [];

        public static async Task<Chrome> StartAsync()
        {
            Skip.If(Chromium is null, "there is no chromium on this machine: apt-get install chromium");
            IPlaywright playwright = await Playwright.CreateAsync();
            return new Chrome(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium }));
        }

        public async Task<IPage> OpenAsync(string file, int width, bool scripts = true)
        {
            IPage page = await browser.NewPageAsync(
                new()
                {
                    ViewportSize = new() { Width = width, Height = 800 },
                    JavaScriptEnabled = scripts,
                }
            );
            Seen.Clear();
            page.Request += (_, request) => Keep(request.Url);
            page.Dialog += (_, dialog) => Keep(dialog.Message);
            page.Console += (_, message) => Keep(message.Text);
            await page.GotoAsync(new Uri(file).AbsoluteUri);
            return page;
        }

        public async ValueTask DisposeAsync()
        {
            await browser.DisposeAsync();
            playwright.Dispose();
        }

        private void Keep(string seen)
        {
            if (!seen.StartsWith("data:", StringComparison.Ordinal))
            {
                Seen.Add(seen);
            }
        }
    }
}
