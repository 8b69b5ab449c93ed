using System.Text;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>The report of a period as one HTML page: who held, asked, used, paid and was penalised, and the table of who answers
/// for what.</summary>
internal sealed class PeriodPage
{
    private static readonly Phrase Meaning = new(
        "Every number follows from the log by the region's rules: 'zkhealth report' on the same log gives the same, with the same state root. "
            + "Amounts are in the smallest unit of the currency. Truth of data and deletion are asserted by their owners, not proven.",
        "每个数字均由账本按区域规则推导：对同一账本运行“zkhealth report”可得到相同结果与相同的状态根。金额以货币最小单位计。数据真实性与删除由其持有方声明，未经证明。"
    );

    /// <summary>The name of the log.</summary>
    public required string Origin { get; init; }

    /// <summary>The report.</summary>
    public required PeriodReport Period { get; init; }

    /// <summary>The end of a period that is not over, in ms; null for one that is.</summary>
    public long? Ends { get; init; }

    public string ToHtml()
    {
        var html = new StringBuilder();
        int breaches = Period.CountBreaches();
        var verdict = new Phrase(
            $"{Number(breaches, "breach", "breaches")}, {Number(Period.Sanctions.Count, "sanction", "sanctions")}",
            $"违规 {breaches} 起，处罚 {Period.Sanctions.Count} 起"
        );
        html.Append(
            $"<p class=\"verdict {(breaches + Period.Sanctions.Count == 0 ? "accepted" : "partly")}\">{verdict.Html}</p>\n<dl>\n"
        );
        Fact(html, new("Log", "账本"), Origin);
        Fact(html, new("From", "起"), Trace.Text(Period.From));
        Fact(html, new("Until", "止"), Trace.Text(Period.Until));
        Fact(html, new("Leaves", "叶数"), $"{Period.Leaves}");
        Fact(html, new("State root", "状态根"), Convert.ToHexStringLower(Period.StateRoot));
        html.Append("</dl>\n");
        if (Ends is long end)
        {
            var open = new Phrase(
                $"The period is not over: it ends {Trace.Text(end)}, and this is counted up to {Trace.Text(Period.Until)}.",
                $"本期尚未结束：截止 {Trace.Text(end)}，目前统计至 {Trace.Text(Period.Until)}。"
            );
            html.Append($"<p class=\"verdict unknown\">{open.Html}</p>\n");
        }

        Section(html, new("Data sets registered", "登记数据集"), Period.Registered);
        Section(html, new("Data sets corrected", "更正数据集"), Period.Corrected);
        Section(html, new("Consents", "知情同意"), Period.Consents, RegionWords.Html);
        Section(html, new("Requests permitted", "批准的申请"), Period.Permitted);
        Section(html, new("Requests denied", "拒绝的申请"), Period.Denied);
        RegionTables.Append(
            html,
            new("Codes of denials", "拒绝原因"),
            [new("Code", "代码"), new("Number", "数量"), new("Meaning", "含义")],
            Period.Denials.All.Select(d =>
                (IReadOnlyList<string>)[Phrase.Escape(d.Key), BarChart.Number(d.Value), RegionCodes.Of(d.Key)?.Html ?? ""]
            )
        );
        Section(html, new("Uses", "使用"), Period.Uses, RegionWords.Html);
        Section(html, new("Rows served", "提供行数"), Period.Served);
        Section(html, new("Rows taken", "接收行数"), Period.Taken);
        Section(html, new("Recalls", "召回"), Period.Recalls, RegionWords.Html);
        Section(html, new("Decisions", "治理决定"), Period.Decisions, RegionWords.Html);
        Section(
            html,
            new("Fees by receiver", "费用分配"),
            Period.Fees,
            r => r == "patients" ? RegionWords.Html(r) : Phrase.Foreign(r),
            new("Amount", "金额")
        );
        Section(html, new("Money", "资金"), Period.Money, RegionWords.Html, new("Amount", "金额"));
        Section(html, new("Credit at the end", "期末信用"), Period.Credit, number: new("Of 100", "满分 100"));
        RegionTables.AppendBreaches(html, new("Breaches", "违规"), Period.Breaches.Select(b => (b.Id, b.Row)));
        AppendSanctions(html);
        AppendLiability(html);
        var unpublished = new Phrase(
            $"Used for research without a published result after two years: {Period.Unpublished.Count}",
            $"研究使用满两年仍未发表成果：{Period.Unpublished.Count}"
        );
        html.Append($"<p>{unpublished.Html}</p>\n");
        if (Period.Unpublished.Count > 0)
        {
            html.Append($"<ul>{string.Concat(Period.Unpublished.Select(u => $"<li>{RegionTables.Digits(u)}</li>"))}</ul>\n");
        }

        return HtmlPage.Write(new Phrase("Report of a period", "期间报告"), html.ToString(), Meaning);
    }

    private static string Number(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    private static void Fact(StringBuilder html, Phrase name, string value) =>
        HtmlPage.AppendFact(html, name, Phrase.Foreign(value));

    /// <summary>Numbers by name: members, which are shown as they are, or words of the rules.</summary>
    private static void Section(
        StringBuilder html,
        Phrase title,
        Tally numbers,
        Func<string, string>? words = null,
        Phrase? number = null
    ) =>
        RegionTables.Append(
            html,
            title,
            [words is null ? new("Member", "成员") : new("What", "事项"), number ?? new("Number", "数量")],
            numbers.All.Select(n => (IReadOnlyList<string>)[(words ?? Phrase.Foreign)(n.Key), BarChart.Number(n.Value)]),
            isNumbers: true
        );

    private void AppendSanctions(StringBuilder html) =>
        RegionTables.Append(
            html,
            new("Sanctions", "处罚"),
            [
                new("Member", "成员"),
                new("Authority", "主管部门"),
                new("Rule", "规则"),
                new("Amount", "金额"),
                new("Rectify by", "整改期限"),
                new("Rectified", "已整改"),
            ],
            Period.Sanctions.Select(s =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Foreign(s.Row.Code("subject")),
                        Phrase.Foreign(s.Row.Code("authority")),
                        Phrase.Foreign(s.Row.Code("rule")),
                        BarChart.Number(s.Row.Whole("amount")),
                        RegionTables.Time(s.Row.Whole("rectifyBy")),
                        (s.Row.Flag("rectified") ? new Phrase("yes", "是") : new Phrase("no", "否")).Html,
                    ]
            )
        );

    private void AppendLiability(StringBuilder html) =>
        RegionTables.Append(
            html,
            new("Who answers for what", "责任表"),
            [
                new("Rule", "规则"),
                new("Cause", "原因"),
                new("Answers", "责任方"),
                new("Decided", "认定方式"),
                new("In this period", "本期次数"),
            ],
            Period.Liabilities.Select(l =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Foreign(l.Rule),
                        RegionWords.Html(l.Cause),
                        RegionWords.Html(l.Answers),
                        RegionWords.Html(l.Decided),
                        $"{Period.CountBreaches(l.Rule)}",
                    ]
            )
        );
}
