using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.View;

/// <summary>One HTML page about an evidence bundle, for those who read it without the ledger: what it proves, whose word it is,
/// and what it leaves open.</summary>
internal sealed class EvidencePage
{
    private static readonly Phrase Meaning = new(
        "The entries are those of the log, signed by these keys; what was decided about them follows from the log's state, whose root stands in "
            + "its leaves. What an entry says is its signer's word. That nothing later changed it is not proven: ask for a newer bundle.",
        "条目取自账本并由所列密钥签名；裁定由账本状态得出，状态根记于叶中。条目内容为签名方声明。本文件不证明其后无变更：如有需要，请索取更新的证据。"
    );

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The log that it has to be of.</summary>
    public required NoteKey Log { get; init; }

    /// <summary>The bundle; null for one that is rejected.</summary>
    public Evidence? Bundle { get; init; }

    /// <summary>Explains why it is rejected; null for one that is accepted.</summary>
    public string? Fault { get; init; }

    public string ToHtml()
    {
        var html = new StringBuilder();
        Phrase verdict = Bundle is null
            ? new Phrase($"Rejected: {Fault}", $"不通过：{Fault}")
            : new Phrase(
                $"Genuine: {Bundle.Leaves.Count} leaves and {Bundle.Records.Count} records of this log",
                $"真实：本账本的 {Bundle.Leaves.Count} 个叶与 {Bundle.Records.Count} 条记录"
            );
        html.Append($"<p class=\"verdict {(Bundle is null ? "rejected" : "accepted")}\">{verdict.Html}</p>\n<dl>\n");
        HtmlPage.AppendFact(html, new("File", "文件"), Phrase.Foreign(File));
        HtmlPage.AppendFact(html, new("Log", "账本"), Phrase.Foreign(Log.Name));
        HtmlPage.AppendFact(html, new("Key of the log", "账本公钥"), $"<code>{Phrase.Escape(Log.ToString())}</code>");
        if (Bundle is not null)
        {
            EvidenceLeaf last = Bundle.Leaves[^1];
            HtmlPage.AppendFact(
                html,
                new("Decided up to", "裁定截至"),
                $"{Phrase.Escape(Trace.Text(last.Leaf.Time))}, leaf {last.Index}"
            );
            HtmlPage.AppendFact(html, new("Witnesses", "见证方"), Phrase.Escape(Bundle.CountWitnesses().ToString()));
        }

        html.Append("</dl>\n");
        if (Bundle is not null)
        {
            AppendBreaches(html, new("In breach", "违规"), Bundle.Breaches);
            AppendBreaches(html, new("Annulled, no breach", "已撤销，不构成违规"), Bundle.Annulled);
            AppendLeaves(html, Bundle);
            AppendRecords(html, Bundle);
        }

        return HtmlPage.Write(new Phrase("Evidence", "证据"), html.ToString(), Meaning);
    }

    private static void AppendBreaches(StringBuilder html, Phrase title, IEnumerable<EvidenceRecord> breaches) =>
        Append(
            html,
            title,
            [
                new("Member", "成员"),
                new("Rule", "规则"),
                new("Time (UTC)", "时间（UTC）"),
                new("Status", "状态"),
                new("Final", "终局时间"),
                new("Points", "扣分"),
                new("Held", "冻结金额"),
                new("Id", "编号"),
            ],
            breaches.Select(b =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Foreign(b.Value!.Code("subject")),
                        Phrase.Escape(b.Value.Code("rule")),
                        Phrase.Escape(Trace.Text(b.Value.Whole("time"))),
                        RegionWords.Html(b.Value.Code("status")),
                        b.Value.Code("status") == BreachRules.Provisional ? Phrase.Escape(Trace.Text(b.Value.Whole("due"))) : "",
                        $"{b.Value.Whole("points")}",
                        BarChart.Number(b.Value.Whole("held")),
                        TracePage.Digits(Convert.ToHexStringLower(b.Id)),
                    ]
            )
        );

    private static void AppendLeaves(StringBuilder html, Evidence bundle) =>
        Append(
            html,
            new("Entries", "条目"),
            [
                new("Time (UTC)", "时间（UTC）"),
                new("Leaf", "叶编号"),
                new("What", "事项"),
                new("Signed by", "签名方"),
                new("Decided", "裁定"),
                new("Says", "内容"),
            ],
            bundle.Leaves.Select(e =>
            {
                Act? act = e.Leaf.Entry is null ? null : Act.Of(e.Leaf.Entry);
                Row? body = null;
                _ = act is not null && ActKind.All[act.Kind].Body.TryDecode(act.Body, out body);
                string who = e.Leaf.Entry is null ? "" : bundle.SubjectOf(e.Leaf.Entry.Signer.Encode());
                return (IReadOnlyList<string>)
                    [
                        Phrase.Escape(Trace.Text(e.Leaf.Time)),
                        $"{e.Index}",
                        RegionWords.Html(act?.Kind ?? e.Leaf.Entry?.Body.Kind ?? "tick"),
                        Phrase.Foreign(who.Length > 40 ? LogHistory.Short(who) : who),
                        act is null ? "" : RegionWords.Outcome(bundle.DecisionOf(act) ?? ""),
                        body is null ? "" : Phrase.Foreign(LogHistory.Describe(body)),
                    ];
            })
        );

    private static void AppendRecords(StringBuilder html, Evidence bundle) =>
        Append(
            html,
            new("Records of the state", "状态记录"),
            [new("Record", "记录"), new("In the state of leaf", "所属叶"), new("Id", "编号"), new("Holds", "内容")],
            bundle.Records.Select(r =>
                (IReadOnlyList<string>)
                    [
                        Phrase.Escape(r.Kind.Name),
                        $"{r.Leaf}",
                        Phrase.Foreign(LogHistory.Name(r.Id)),
                        r.Value is null ? new Phrase("absent", "不存在").Html : Phrase.Foreign(LogHistory.Describe(r.Value)),
                    ]
            )
        );

    private static void Append(
        StringBuilder html,
        Phrase title,
        IReadOnlyList<Phrase> columns,
        IEnumerable<IReadOnlyList<string>> rows
    )
    {
        IReadOnlyList<string>[] all = [.. rows];
        if (all.Length > 0)
        {
            html.Append($"<section class=\"words\">\n<h2>{title.Html}</h2>\n")
                .Append(NumberTable.Write(columns, all))
                .Append("</section>\n");
        }
    }
}
