using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ZkHealth.Cli.View;

/// <summary>A text of the page in both languages; the page's switch hides one.</summary>
internal sealed partial class Phrase(string english, string chinese)
{
    /// <summary>Names and remarks of the library, which are English; all others are shown as they are.</summary>
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["all"] = "合计",
        ["rows"] = "行数",
        ["count"] = "计数",
        ["numerator"] = "分子",
        ["denominator"] = "分母",
        ["rate"] = "率",
        ["rows without a value"] = "无值的行数",
        ["mean"] = "均值",
        ["variance"] = "方差",
        ["standard deviation"] = "标准差",
        ["standard error"] = "标准误",
        ["effective number of rows"] = "有效行数",
        ["quantile"] = "分位数",
        ["events"] = "事件数",
        ["time"] = "人时",
        ["standardised rate"] = "标准化率",
        ["holds"] = "成立",
        ["chi-square"] = "卡方",
        ["degrees of freedom"] = "自由度",
        ["p-value"] = "P 值",
        ["Fisher's exact p-value"] = "Fisher 精确检验 P 值",
        ["odds ratio"] = "比值比",
        ["relative risk"] = "相对危险度",
        ["exposed with outcome"] = "暴露且有结局",
        ["exposed without outcome"] = "暴露但无结局",
        ["outcome without exposure"] = "有结局但未暴露",
        ["neither"] = "未暴露且无结局",
        ["its release is not recorded on the ledger: its owner's budget does not count it"] =
            "此次发布未记入账本：不计入数据持有方的预算",
        ["nobody's answer for this table was looked up"] = "未查询何人为此表负责",
        ["nobody's answer for this key registry was looked up"] = "未查询何人为此密钥登记册负责",
        ["not checked: that the noise was committed before its coins were drawn, and served once"] =
            "未核对：噪声是否在抽取随机数之前承诺，且只使用一次",
        ["not looked up: whether this is the newest version of the data set, and whether the release is recorded"] =
            "未查询：是否为数据集的最新版本，以及发布是否已记录",
    };

    public string English { get; } = english;

    public string Chinese { get; } = chinese;

    /// <summary>The text as two elements.</summary>
    public string Html =>
        $"<span class=\"en\" lang=\"en\">{Breakable(English)}</span><span class=\"zh\" lang=\"zh\">{Breakable(Chinese)}</span>";

    /// <summary>Tells whether a name is one of the library's, rather than a value of somebody's table.</summary>
    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>A name or remark of the library in both languages, where it is one that has a translation; a text of the file's
    /// maker as it is.</summary>
    public static string Translate(string name) =>
        Known.TryGetValue(name, out string? chinese) ? new Phrase(name, chinese).Html : Foreign(name);

    /// <summary>A text that somebody else wrote: apart in its direction, with what cannot be seen written out.</summary>
    public static string Foreign(string? text) => $"<bdi>{Breakable(text)}</bdi>";

    /// <summary>A text of the file's maker as a name, the same in both languages.</summary>
    public static Phrase Same(string text) => new(text, text);

    public static string Escape(string? text, bool keepLines = false) =>
        WebUtility.HtmlEncode(Report.Visible(text ?? "", keepLines));

    /// <summary>A text in which a line may break behind the parts of a code, and every 8 letters of a word that is longer than
    /// any of a language: a name of 64 letters would be wider than a page.</summary>
    private static string Breakable(string? text)
    {
        string visible = Report.Visible(text ?? "");
        var html = new StringBuilder();
        int end = 0;
        foreach (Match word in LongWords().Matches(visible))
        {
            IEnumerable<string> parts = word.Value.EnumerateRunes().Chunk(8).Select(c => WebUtility.HtmlEncode(string.Concat(c)));
            html.Append(WebUtility.HtmlEncode(visible[end..word.Index])).AppendJoin("<wbr>", parts);
            end = word.Index + word.Length;
        }

        return html.Append(WebUtility.HtmlEncode(visible[end..])).Replace("_", "_<wbr>").ToString();
    }

    /// <summary>Letters without a space; between those of Chinese a line breaks anyhow.</summary>
    [GeneratedRegex(@"[^\s\u2E80-\uFFEF]{25,}")]
    private static partial Regex LongWords();
}
