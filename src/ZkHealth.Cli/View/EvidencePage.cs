using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Proofs;

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

    /// <summary>The answer of its verification.</summary>
    public required VerificationResult Result { get; init; }

    public string ToHtml()
    {
        var html = new StringBuilder();
        Phrase verdict = Bundle is null
            ? Refusal(Result)
            : new Phrase(
                $"Genuine: {Bundle.Leaves.Count} leaves and {Bundle.Records.Count} records of this log",
                $"真实：本账本的 {Bundle.Leaves.Count} 个叶与 {Bundle.Records.Count} 条记录"
            );
        string style =
            Result.Verdict == VerificationVerdict.Rejected ? "rejected"
            : Bundle is null ? "unknown"
            : "accepted";
        html.Append($"<p class=\"verdict {style}\">{verdict.Html}</p>\n<dl>\n");
        HtmlPage.AppendFact(html, new("File", "文件"), Phrase.Foreign(File));
        HtmlPage.AppendFact(html, new("Log", "账本"), Phrase.Foreign(Log.Name));
        HtmlPage.AppendFact(html, new("Key of the log", "账本公钥"), $"<code>{Phrase.Escape(Log.ToString())}</code>");
        if (Bundle is not null)
        {
            EvidenceLeaf last = Bundle.Leaves[^1];
            HtmlPage.AppendFact(
                html,
                new("Decided up to", "裁定截至"),
                new Phrase(
                    $"{Trace.Text(last.Leaf.Time)}, leaf {last.Index}",
                    $"{Trace.Text(last.Leaf.Time)}，第 {last.Index} 叶"
                ).Html
            );
            HtmlPage.AppendFact(html, new("Witnesses", "见证方"), RegionWords.Html(Bundle.CountWitnesses().ToString()));
        }

        html.Append("</dl>\n");
        if (Bundle is not null)
        {
            RegionTables.AppendBreaches(html, new("In breach", "违规"), Bundle.Breaches.Select(b => (b.Id, b.Value!)));
            RegionTables.AppendBreaches(
                html,
                new("Annulled, no breach", "已撤销，不构成违规"),
                Bundle.Annulled.Select(b => (b.Id, b.Value!))
            );
            AppendLeaves(html, Bundle);
            AppendRecords(html, Bundle);
        }

        return HtmlPage.Write(new Phrase("Evidence", "证据"), html.ToString(), Meaning);
    }

    private static void AppendLeaves(StringBuilder html, Evidence bundle) =>
        RegionTables.Append(
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
                        RegionTables.Time(e.Leaf.Time),
                        $"{e.Index}",
                        RegionTables.Kind(act?.Kind ?? e.Leaf.Entry?.Body.Kind ?? "tick"),
                        RegionTables.Who(who),
                        Decided(bundle, act),
                        body is null ? "" : RegionTables.Fields(body),
                    ];
            })
        );

    /// <summary>Records as they stand in the last leaf, and those of earlier ones apart: what was true then may not be
    /// now.</summary>
    private static void AppendRecords(StringBuilder html, Evidence bundle)
    {
        long last = bundle.Leaves[^1].Index;
        var times = bundle.Leaves.ToDictionary(l => l.Index, l => l.Leaf.Time);
        ILookup<bool, EvidenceRecord> records = bundle.Records.ToLookup(r => r.Leaf == last);
        RegionTables.Append(
            html,
            new($"Records as they stood in leaf {last}, the last one", $"第 {last} 叶（最后一叶）时的记录"),
            [new("Record", "记录"), new("Id", "编号"), new("Holds", "内容")],
            records[true].Select(r => (IReadOnlyList<string>)[RegionWords.Html(r.Kind.Name), Name(r), Holds(r)])
        );
        RegionTables.Append(
            html,
            new("Records of earlier leaves, by which these were decided", "此前各叶的记录，裁定以此为据"),
            [
                new("Record", "记录"),
                new("In the state of leaf", "所属叶"),
                new("Time (UTC)", "时间（UTC）"),
                new("Id", "编号"),
                new("Held then", "当时内容"),
            ],
            records[false]
                .Select(r =>
                    (IReadOnlyList<string>)
                        [RegionWords.Html(r.Kind.Name), $"{r.Leaf}", RegionTables.Time(times[r.Leaf]), Name(r), Holds(r)]
                )
        );
    }

    private static string Name(EvidenceRecord record) => Phrase.Foreign(LogHistory.Name(record.Id));

    private static string Holds(EvidenceRecord record) =>
        record.Value is null ? new Phrase("absent", "不存在").Html : RegionTables.Fields(record.Value);

    /// <summary>The decision about a request; whoever made the bundle may have left it out.</summary>
    private static string Decided(Evidence bundle, Act? act) =>
        act is not null && bundle.DecisionOf(act) is string decision ? RegionWords.Outcome(decision)
        : act?.Kind is "access requested" or "statistics requested" ? new Phrase("not shown here", "本文件未示").Html
        : "";

    private static Phrase Refusal(VerificationResult result)
    {
        Phrase reason = RegionWords.Of(result.Reason!);
        return result.Verdict == VerificationVerdict.Rejected
            ? new Phrase($"Rejected: {reason.English}", $"不通过：{reason.Chinese}")
            : new Phrase($"Nothing can be said: {reason.English}", $"无法判断：{reason.Chinese}");
    }
}
