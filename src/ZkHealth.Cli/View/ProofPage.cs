using System.Text;

namespace ZkHealth.Cli.View;

/// <summary>One HTML page about proof files: verdicts first, then each file.</summary>
internal sealed class ProofPage
{
    public required IReadOnlyList<ViewedFile> Files { get; init; }

    public bool IsChineseFirst { get; init; }

    public Phrase Title { get; init; } = new("Verified proofs", "证明验证报告");

    /// <summary>A text for the reader to know beforehand; null for nothing.</summary>
    public Phrase? Introduction { get; init; }

    /// <summary>A text about a file, by its name.</summary>
    public IReadOnlyDictionary<string, Phrase> Notes { get; init; } = new Dictionary<string, Phrase>();

    public string ToHtml()
    {
        IReadOnlyList<ViewedFile[]> compared = Comparison.Find(Files);
        var html = new StringBuilder();
        AppendVerdict(html);
        if (Introduction is not null)
        {
            html.Append($"<p>{Introduction.Html}</p>\n");
        }

        foreach (ViewedFile[] files in compared)
        {
            html.Append(Comparison.Write(files));
        }

        foreach (ViewedFile file in Files)
        {
            html.Append(FileSection.Write(file, compared.Any(c => c.Contains(file)), Notes.GetValueOrDefault(file.Name)));
        }

        var meaning = new Phrase(
            "A valid proof means: the hospital knows a table behind the commitment; every value lies in its declared range; and the "
                + "published number is exactly what that table gives. It does not mean the table is true: that rows are real, "
                + "complete and each a different person is asserted by the owner, not proven.",
            "证明有效意味着：医院知道承诺背后的数据表；每个值都在声明的范围内；所公布的数字正是由该表得出。这并不表示数据表属实："
                + "各行真实、完整且对应不同的人，均为持有方的声明，未经证明。"
        );
        return HtmlPage.Write(Title, html.ToString(), meaning, IsChineseFirst);
    }

    private void AppendVerdict(StringBuilder html)
    {
        int accepted = Files.Count(f => f.IsAccepted),
            rested = Files.Count(f => f.RestsOnLedger),
            rejected = Files.Count(f => f.Code == ExitCode.Rejected),
            all = Files.Count;
        string style = (rejected > 0, accepted < all, rested < all) switch
        {
            (true, _, _) => "rejected",
            (_, true, _) => "unknown",
            (_, _, true) => "partly",
            _ => "accepted",
        };
        var words = new Phrase(
            FormattableString.Invariant(
                $"{accepted} of {all} accepted ({rested} against a ledger), {rejected} rejected, {all - accepted - rejected} not verified"
            ),
            FormattableString.Invariant(
                $"共 {all} 份：通过 {accepted} 份（其中 {rested} 份已与账本核对），拒绝 {rejected} 份，未验证 {all - accepted - rejected} 份"
            )
        );
        html.Append($"<p class=\"verdict {style}\">{words.Html}</p>\n");
    }
}
