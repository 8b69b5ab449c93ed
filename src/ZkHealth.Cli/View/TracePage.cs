using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>One HTML page about a trace: who answers, the timeline, the graph.</summary>
internal sealed class TracePage
{
    private static readonly Phrase Meaning = new(
        "Everything here follows from the log by the region's rules: whoever has the log computes the same. The log asserts time and order; "
            + "signers assert what their entries say. A leaf's number finds the entry; 'zkhealth evidence make' gives the proofs.",
        "本页内容均由账本按区域规则推导得出：持有账本者皆可得到相同结果。时间与顺序由账本声明，条目内容由签名方声明。"
            + "可按叶编号查找条目；“zkhealth evidence make”给出证明。"
    );

    /// <summary>The trace.</summary>
    public required Trace Trace { get; init; }

    /// <summary>Duties and breaches that have come since the newest leaf, by time alone.</summary>
    public IReadOnlyList<TraceAnswer> Pending { get; init; } = [];

    /// <summary>The name of the log; null where none was at hand.</summary>
    public string? Log { get; init; }

    /// <summary>The time of its last leaf, in ms.</summary>
    public long Until { get; init; }

    /// <summary>The matches of a file's rows with deliveries; null for other traces.</summary>
    public IncidentSearch? Incident { get; init; }

    /// <summary>The members that an incident leads to.</summary>
    public IReadOnlyList<string> Holders { get; init; } = [];

    /// <summary>Says of each match of an incident whose word on the log it is.</summary>
    public IReadOnlyList<string> Said { get; init; } = [];

    public string ToHtml()
    {
        Phrase title = Trace.Kind switch
        {
            "quality" => new Phrase("The way of a data set", "数据集溯源"),
            "use" => new Phrase("Uses of data", "数据使用追踪"),
            _ => new Phrase("Holders of leaked rows", "泄露数据的持有方"),
        };
        var html = new StringBuilder();
        AppendVerdict(html);
        html.Append("<dl>\n");
        HtmlPage.AppendFact(
            html,
            new("About", "追踪对象"),
            string.Join(", ", Trace.About.Select(a => $"<code>{Phrase.Foreign(a)}</code>"))
        );
        if (Log is not null)
        {
            HtmlPage.AppendFact(html, new("Log", "账本"), Phrase.Foreign(Log));
            HtmlPage.AppendFact(html, new("Decided up to", "裁定截至"), RegionTables.Time(Until));
        }

        html.Append("</dl>\n");
        if (Incident is not null)
        {
            AppendMatches(html, Incident, Said);
        }

        AppendAnswers(html, new("Who answers", "责任认定"), Trace.Answers);
        AppendAnswers(
            html,
            new(
                "By time alone since the newest leaf, unless something was appended since",
                "最新一叶之后仅因时间到期者（除非其后已有新条目）"
            ),
            Pending
        );
        AppendParties(html);
        AppendTimeline(html);
        AppendCodes(html);
        if (Trace.Nodes.Count > 0)
        {
            html.Append($"<section>\n<h2>{new Phrase("Graph", "关系图").Html}</h2>\n")
                .Append(ArcDiagram.Draw(Trace.Nodes, Trace.Edges, title.English));
            if (Trace.Nodes.Count > ArcDiagram.MaxNodes)
            {
                html.Append($"<p>{Cut(Trace.Nodes.Count).Html}</p>\n");
            }

            AppendEdges(html);
            html.Append("</section>\n");
        }

        return HtmlPage.Write(title, html.ToString(), Meaning);
    }

    private static Phrase Cut(int nodes) =>
        new(
            $"The graph shows the first {ArcDiagram.MaxNodes} of {nodes}; the table has every step.",
            $"关系图仅显示前 {ArcDiagram.MaxNodes} 项，共 {nodes} 项；下表列出全部步骤。"
        );

    private void AppendVerdict(StringBuilder html)
    {
        if (Incident is not null)
        {
            string holders = string.Join(", ", Holders);
            Phrase held = Incident.IsConclusive
                ? new Phrase(
                    $"Named as holders: {holders}. A verdict decides who answers, never this finding.",
                    $"持有方：{holders}。责任由裁决认定，而非由本结果认定。"
                )
                : new Phrase("No delivery is told from the others.", "无法区分各次交付。");
            html.Append($"<p class=\"verdict {(Incident.IsConclusive ? "partly" : "unknown")}\">{held.Html}</p>\n");
            return;
        }

        bool nobody = Trace.Responsible == "nobody";
        Phrase answers = nobody
            ? new Phrase("No breach: nobody has to answer for anything.", "无人违规，无需担责。")
            : new Phrase($"Answers: {Trace.Responsible}", $"责任方：{Trace.Responsible}");
        html.Append($"<p class=\"verdict {(nobody ? "accepted" : "rejected")}\">{answers.Html}</p>\n");
    }

    private static void AppendAnswers(StringBuilder html, Phrase title, IReadOnlyList<TraceAnswer> answers)
    {
        RegionTables.Append(
            html,
            title,
            [
                new("Member", "成员"),
                new("Rule", "规则"),
                new("Cause", "原因"),
                new("Status", "状态"),
                new("Points", "扣分"),
                new("Held", "冻结金额"),
                new("Person", "人员代码"),
                new("Id", "编号"),
            ],
            answers.Select(a =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Foreign(a.Subject),
                        Phrase.Foreign(a.Rule),
                        RegionWords.Html(a.Cause),
                        RegionWords.Status(a),
                        $"{a.Points}",
                        a.Held == 0 ? "" : BarChart.Number(a.Held),
                        a.Person is null ? "" : $"<code>{Phrase.Escape(LogHistory.Short(a.Person))}</code>",
                        RegionTables.Digits(a.Id),
                    ]
            )
        );
        foreach (Phrase next in answers.Select(a => a.Status).Distinct().Select(Next).OfType<Phrase>())
        {
            html.Append($"<p>{next.Html}</p>\n");
        }
    }

    /// <summary>Says what a member can do about a breach or a duty of a status.</summary>
    private static Phrase? Next(string status) =>
        status switch
        {
            "open" => new(
                "Open: a duty waits. It ends with the entry that it asks for, which names the id: 'zkhealth act' lists the kinds.",
                "待履行：义务尚未完成。以所要求的条目注明编号即告完成：“zkhealth act”列出各类条目。"
            ),
            BreachRules.Provisional => new(
                "Provisional: until it is final the member may appeal once, with the id: 'zkhealth act appeal'.",
                "暂定：终局之前，成员可凭编号申诉一次：“zkhealth act appeal”。"
            ),
            BreachRules.Void => new("Void: it was annulled, and nobody answers for it.", "已撤销：已被撤销，无人担责。"),
            _ => null,
        };

    private void AppendParties(StringBuilder html) =>
        RegionTables.Append(
            html,
            new("Who asked, gave and received", "申请、提供与接收"),
            [
                new("Member", "成员"),
                new("Requests permitted", "批准的申请"),
                new("Requests denied", "拒绝的申请"),
                new("Deliveries served", "提供次数"),
                new("Deliveries received", "接收次数"),
                new("Looks in an emergency", "紧急调阅"),
            ],
            Trace.Parties.Select(p =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Foreign(p.Member),
                        $"{p.Permitted}",
                        $"{p.Denied}",
                        $"{p.Served}",
                        $"{p.Received}",
                        $"{p.Emergencies}",
                    ]
            ),
            isNumbers: true
        );

    private void AppendCodes(StringBuilder html) =>
        RegionTables.Append(
            html,
            new("Codes", "代码"),
            [new("Code", "代码"), new("Meaning", "含义")],
            CodeWords.Of(Trace).Select(c => (IReadOnlyList<string>)[Phrase.Escape(c.Key), c.Value.Html])
        );

    private void AppendTimeline(StringBuilder html) =>
        RegionTables.Append(
            html,
            new("Timeline", "时间线"),
            [
                new("Time (UTC)", "时间（UTC）"),
                new("Leaf", "叶编号"),
                new("What", "事项"),
                new("Who", "主体"),
                new("Outcome", "结果"),
                new("Says", "内容"),
            ],
            Trace.Timeline.Select(e =>
                (IReadOnlyList<string>)
                    [
                        RegionTables.Time(e.Time),
                        $"{e.Leaf}",
                        RegionWords.Html(e.What),
                        RegionTables.Who(e.Who),
                        RegionWords.Outcome(e.Outcome),
                        RegionTables.Detail(e.Detail),
                    ]
            )
        );

    private void AppendEdges(StringBuilder html)
    {
        var labels = Trace.Nodes.ToDictionary(n => n.Id, n => ArcDiagram.Label(n), StringComparer.Ordinal);
        html.Append("<div class=\"words\">")
            .Append(
                NumberTable.Write(
                    [new("From", "从"), new("Step", "步骤"), new("To", "到")],
                    Trace.Edges.Select(e =>
                        (IReadOnlyList<string>)
                            [RegionTables.Apart(labels[e.From]), RegionWords.Html(e.Label), RegionTables.Apart(labels[e.To])]
                    )
                )
            )
            .Append("</div>\n");
    }

    private static void AppendMatches(StringBuilder html, IncidentSearch search, IReadOnlyList<string> said) =>
        RegionTables.Append(
            html,
            new("Deliveries", "各次交付"),
            [
                new("Delivery", "交付"),
                new("Server", "提供方"),
                new("Taker", "接收方"),
                new("Rows letter by letter", "逐字相同行数"),
                new("Rows by value", "数值相同行数"),
                new("Telling it from others", "可区分行数"),
                new("Explains the file", "可解释该文件"),
                new("Whose word", "账本记录"),
            ],
            search.Matches.Select(
                (m, i) =>
                    (IReadOnlyList<string>)
                        [
                            Phrase.Foreign(m.Kept.Name),
                            Phrase.Foreign(m.Kept.Delivery.Server),
                            Phrase.Foreign(m.Kept.Delivery.Taker),
                            $"{m.Spelled}",
                            $"{m.ByValue}",
                            $"{m.Distinguishing}",
                            (m.Explains ? new Phrase("yes", "是") : new Phrase("no", "否")).Html,
                            RegionWords.Html(said[i]),
                        ]
            )
        );
}
