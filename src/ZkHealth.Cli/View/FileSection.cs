using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.View;

/// <summary>One file of the page: its verdict, then who, what and when, then its numbers.</summary>
internal static class FileSection
{
    private static readonly Phrase Rows = new("Rows, asserted by the owner", "行数（持有方声明）"),
        Columns = new("Columns used, their values asserted by the owner", "所用的列（其值为持有方声明）"),
        Owner = new("Owner", "数据持有方"),
        Root = new("Root of the table", "数据表的根");

    public static string Write(ViewedFile file, bool isCompared, Phrase? note)
    {
        var html = new StringBuilder("<section>\n");
        html.Append($"<h2>{Phrase.Foreign(file.Name)}</h2>\n");
        if (note is not null)
        {
            html.Append($"<p>{note.Html}</p>\n");
        }

        (string style, Phrase verdict) = Verdict(file);
        html.Append($"<p class=\"verdict {style}\">{verdict.Html}</p>\n");
        if (!file.IsAccepted)
        {
            Phrase reason = new("Reason: ", "原因：");
            html.Append($"<p>{reason.Html}{Phrase.Foreign((string?)file.Json["reason"])}</p>\n");
        }

        foreach (string remark in file.IsAccepted ? file.Json["remarks"]!.AsArray().Select(r => (string)r!) : [])
        {
            html.Append($"<p>{new Phrase("Note: ", "注意：").Html}{Phrase.Translate(remark)}</p>\n");
        }

        if (file.IsAccepted)
        {
            AppendFacts(html, file);
            html.Append(FileNumbers.Write(file, isCompared));
        }

        Phrase printed = new("What zkhealth verify prints", "zkhealth verify 的输出");
        html.Append($"<details><summary>{printed.Html}</summary><pre>");
        foreach (string line in file.Report.Lines)
        {
            html.Append(Phrase.Escape(line)).Append('\n');
        }

        return html.Append("</pre></details>\n</section>\n").ToString();
    }

    /// <summary>The verdict of a file: its colour and its words.</summary>
    private static (string Style, Phrase Words) Verdict(ViewedFile file) =>
        file switch
        {
            { RestsOnLedger: true } => ("accepted", new Phrase("Accepted: proof and ledger", "通过：证明与账本均已核对")),
            { IsAccepted: true } => (
                "partly",
                new Phrase(
                    "Accepted: proof only. Nobody's answer for the table was looked up.",
                    "仅证明通过：未查询何人为此表负责"
                )
            ),
            { Code: ExitCode.Unsupported } => (
                "unknown",
                new Phrase("Not verified: this version does not know it", "未验证：此版本不识别该文件")
            ),
            { Code: ExitCode.LimitExceeded } => (
                "unknown",
                new Phrase("Not verified: it takes more than is allowed", "未验证：超出允许的限额")
            ),
            _ => ("rejected", new Phrase("Rejected", "拒绝")),
        };

    private static void AppendFacts(StringBuilder html, ViewedFile file)
    {
        html.Append("<dl>\n");
        string? counted = file.Counted;
        Add(html, new("Counted", "统计条件"), counted);
        Add(html, new("Among", "统计范围"), counted is not null && file.Rates.Count() == 1 ? Text(file, "among") : null);
        Add(html, new("Message", "消息"), Text(file, "message"));
        Add(html, new("Tag", "标记"), Text(file, "tag"));
        Add(html, new("Row", "行号"), Text(file, "row"));
        Add(html, new("Noise", "噪声"), file.Json["epsilon"] is { } epsilon ? $"ε = {epsilon}, δ = {file.Json["delta"]}" : null);
        Add(html, new("Made for", "用途"), Text(file, "purpose"));
        Add(html, new("Asked by", "请求方"), Text(file, "requester"));
        Add(html, new("Table", "数据表"), Text(file, "table"));
        foreach (JsonObject table in file.Objects("tables"))
        {
            Add(html, new("Table", "数据表"), $"{table["role"]}: {table["dataSet"]}");
            Add(html, Rows, table["rows"]!.ToString());
            Add(html, Columns, string.Join(", ", table["columns"]!.AsArray().Select(c => (string)c!)));
            Add(html, Owner, table["owner"]!.ToString(), isCode: true);
            Add(html, Root, table["root"]!.ToString(), isCode: true);
        }

        Add(html, Rows, file.Json["rows"] is JsonArray ? null : Text(file, "rows"));
        Add(html, Owner, Text(file, "owner"), isCode: true);
        Add(html, Root, Text(file, "root"), isCode: true);
        Add(html, new("Ledger", "账本"), Text(file, "origin"));
        Add(html, new("Published as entry", "发布条目"), Text(file, "entry"));
        Add(html, new("Published at, by the ledger's clock", "发布时间（以账本时钟为准）"), Text(file, "published"));
        Add(html, new("Signed by", "签名方"), Text(file, "signer"), isCode: true);
        Add(html, new("Release recorded by entry", "发布记录条目"), Text(file, "release"));
        Add(html, new("Superseded by entry", "已被条目取代"), Text(file, "newerEntry"));
        Add(html, new("Consortium", "联盟"), Text(file, "consortium"));
        if (file.Json["seconds"] is { } seconds)
        {
            string time = ((double)seconds).ToString("0.000", CultureInfo.InvariantCulture);
            Add(html, new("Verified in, seconds", "验证用时（秒）"), time);
        }

        html.Append("</dl>\n");
    }

    private static void Add(StringBuilder html, Phrase name, string? value, bool isCode = false)
    {
        if (value is { Length: > 0 })
        {
            string text = isCode ? $"<code>{Phrase.Escape(value)}</code>" : Phrase.Foreign(value);
            HtmlPage.AppendFact(html, name, text);
        }
    }

    private static string? Text(ViewedFile file, string member) => file.Json[member]?.ToString();
}
