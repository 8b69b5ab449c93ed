using System.Globalization;
using System.Text;

namespace ZkHealth.Cli.View;

/// <summary>
/// The frame of every page: title, language switch, style, and a footer that says what the page is worth. It holds no script and
/// loads nothing, which its content-security policy tells the browser too: names and labels in it come from strangers.
/// </summary>
internal static class HtmlPage
{
    /// <summary>A page of its title, its body and what its footer says before the date.</summary>
    /// <param name="title">The title.</param>
    /// <param name="body">The body in HTML.</param>
    /// <param name="meaning">What the page says, and what it does not say.</param>
    /// <param name="isChineseFirst">Whether Chinese is shown first; the reader can switch.</param>
    public static string Write(Phrase title, string body, Phrase meaning, bool isChineseFirst = false)
    {
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var made = new Phrase(
            $"Made on {date} UTC by {ZkHealthRuntime.Describe()}. Not audited: nobody outside the project has reviewed it yet. "
                + "This page is a picture of a verification, not a proof: whoever doubts it verifies the files.",
            $"生成于 {date} UTC，{ZkHealthRuntime.Describe()}。未经审计：项目之外尚无人审查。本页只是验证结果的展示，并非证明：如有疑问，请自行验证文件。"
        );
        return new StringBuilder()
            .Append(
                $"""
                <!DOCTYPE html>
                <html lang="{(isChineseFirst ? "zh" : "en")}"><head><meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
                <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
                <title>{Phrase.Escape(title.English)} · {Phrase.Escape(title.Chinese)}</title>
                <style>
                {PageStyle.Css}
                </style></head><body>
                <input class="switch" type="radio" name="language" id="english"{(isChineseFirst ? "" : " checked")}>
                <input class="switch" type="radio" name="language" id="chinese"{(isChineseFirst ? " checked" : "")}>
                <label for="english">English</label> <label for="chinese" lang="zh">中文</label>
                <main>
                <h1>{title.Html}</h1>

                """
            )
            .Append(body)
            .Append($"<footer><p>{meaning.Html}</p><p>{made.Html}</p></footer>\n</main></body></html>\n")
            .ToString();
    }

    /// <summary>Appends a name and its value to a list of facts.</summary>
    /// <param name="html">The page so far.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value in HTML: whatever a stranger wrote in it is escaped already.</param>
    public static void AppendFact(StringBuilder html, Phrase name, string value) =>
        html.Append($"<dt>{name.Html}</dt><dd>{value}</dd>\n");
}
