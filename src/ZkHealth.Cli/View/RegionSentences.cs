using System.Text.RegularExpressions;

namespace ZkHealth.Cli.View;

/// <summary>Sentences that traces and evidence say of what they found, with its names and numbers, in both languages.</summary>
internal static partial class RegionSentences
{
    /// <summary>Each sentence with places for what it is about; the first that fits is it.</summary>
    private static readonly (string Template, Regex English, string Chinese)[] All =
    [
        // duties that wait
        Sentence("a recall is due {0}", "召回期限 {0}"),
        Sentence("a correction of {0} is ordered, due {1}", "已责令更正 {0}，期限 {1}"),
        Sentence("a sanction of {0} is to be rectified by {1}", "{0} 的处罚须于 {1} 前整改"),
        Sentence("{0} and {1} contradict each other in {2}; to be settled by {3}", "{0} 与 {1} 在 {2} 上矛盾；须于 {3} 前解决"),
        Sentence("without an agreement; due {0}", "无协议；期限 {0}"),
        Sentence("agreement {0}; due {1}", "协议 {0}；期限 {1}"),
        Sentence("{0}, {1} points", "{0}，扣 {1} 分"),
        // nodes and steps of a graph
        Sentence("recall {0}, due {1}", "召回 {0}，期限 {1}"),
        Sentence("handle {0}", "患者标识 {0}"),
        Sentence("request {0}: {1}", "申请 {0}：{1}"),
        Sentence("delivery {0}, {1} rows", "交付 {0}，{1} 行"),
        Sentence("paper {0}", "论文 {0}"),
        Sentence("model {0}", "模型 {0}"),
        Sentence("product {0}", "产品 {0}"),
        Sentence("{0}: of no step, changed by whoever holds it", "{0}：不属于任何步骤，已被其持有方改动"),
        Sentence("became, by {0}", "变为（{0}）"),
        Sentence("corrected by {0}", "由 {0} 更正"),
        Sentence("corrected {0}", "更正后 {0}"),
        Sentence("reports {0}", "举报 {0}"),
        Sentence("asks for {0}, {1}", "申请 {0}，用途 {1}"),
        Sentence("sanction {0}", "处罚 {0}"),
        Sentence("served, says {0}", "提供（{0} 所称）"),
        Sentence("gave, says {0}", "交出（{0} 所称）"),
        Sentence("{0} rows by value", "数值相同 {0} 行"),
        // deliveries of an incident
        Sentence("on the ledger: {0} says that it gave it, {1} that it received it", "账本记录：{0} 声明已提供，{1} 声明已接收"),
        Sentence(
            "on the ledger: {0} says that it gave it; {1} has not said that it received it",
            "账本记录：{0} 声明已提供；{1} 未声明已接收"
        ),
        Sentence(
            "on the ledger: {0} says that it received it; {1} has not said that it gave it",
            "账本记录：{0} 声明已接收；{1} 未声明已提供"
        ),
        Sentence(
            "{0}; leaf {1} of the ledger says that {2} gave these rows to {3}",
            "{0}；账本第 {1} 叶称 {2} 已将这些行交给 {3}"
        ),
        Sentence(
            "not held against a ledger (--ledger): a delivery is the word of whoever shows it",
            "未与账本核对（--ledger）：交付仅为出示者的说法"
        ),
        Sentence("not on the ledger: it is the word of whoever shows it", "账本无记录：仅为出示者的说法"),
        // evidence
        Sentence("permitted", "批准"),
        Sentence("denied: {0}", "拒绝：{0}"),
        Sentence("cosigned by {0} of {1} witnesses ({2} needed)", "{1} 个见证方中 {0} 个已联署（须 {2} 个）"),
        Sentence("no witnesses: time and order are asserted by the owner of the log", "无见证方：时间与顺序由账本所有方声明"),
        Sentence(
            "not enough witnesses: cosigned by {0} of {1}, {2} needed; time and order are asserted by the owner of the log",
            "见证方不足：{1} 个中 {0} 个已联署，须 {2} 个；时间与顺序由账本所有方声明"
        ),
        Sentence("it is not the canonical encoding of an evidence bundle", "不是证据包的规范编码"),
        Sentence("expected at most {0} bytes", "超过 {0} 字节"),
        Sentence(
            "its digest is not that of its bytes: it was changed, or is no evidence bundle",
            "摘要与内容不符：文件已被改动，或并非证据包"
        ),
        Sentence("the checkpoint is not signed by the log's key", "检查点未由账本密钥签名"),
        Sentence("a cosignature is not that of its witness", "联署签名不属于其见证方"),
        Sentence("it lacks {0}: what it shows may be annulled", "缺少检查点的最后一叶、见证方数量或规则集：所示内容可能已被撤销"),
        Sentence("leaf {0} holds an entry for another log", "第 {0} 叶的条目属于其他账本"),
        Sentence("leaf {0} is not included under the checkpoint", "第 {0} 叶不在检查点之下"),
        Sentence("the record {0} {1} is not in the state of leaf {2}", "记录“{0} {1}”不在第 {2} 叶的状态中"),
        Sentence("leaf {0}: its signature is not that of its signer", "第 {0} 叶：签名不属于其签名方"),
        Sentence("leaf {0}: a countersignature is not that of its key", "第 {0} 叶：会签不属于其密钥"),
        Sentence(
            "leaf {0} was decided by a rule set that this program does not have: {1}",
            "第 {0} 叶由本程序没有的规则集裁定：请换用具备该规则集的版本"
        ),
    ];

    /// <summary>The sentences with their places, in English and Chinese.</summary>
    public static IEnumerable<(string English, string Chinese)> Templates => All.Select(s => (s.Template, s.Chinese));

    /// <summary>A sentence in Chinese; null for one that is not known.</summary>
    /// <param name="english">The sentence.</param>
    /// <param name="word">Translates what stands in its places.</param>
    public static string? Chinese(string english, Func<string, string> word)
    {
        foreach ((_, Regex sentence, string chinese) in All)
        {
            if (sentence.Match(english) is { Success: true } match)
            {
                return Places().Replace(chinese, p => word(match.Groups[$"p{p.Groups[1].Value}"].Value));
            }
        }

        return null;
    }

    private static (string, Regex, string) Sentence(string english, string chinese)
    {
        string pattern = Places().Replace(english, p => $"\u0001{p.Groups[1].Value}\u0002");
        pattern = Regex
            .Escape(pattern)
            .Replace("\u0001", "(?<p", StringComparison.Ordinal)
            .Replace("\u0002", ">.+?)", StringComparison.Ordinal);
        return (english, new Regex($"^{pattern}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), chinese);
    }

    [GeneratedRegex(@"\{([0-9])\}")]
    private static partial Regex Places();
}
