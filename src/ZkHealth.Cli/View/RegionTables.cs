using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>Sections with a table, as the pages about a region share them.</summary>
internal static class RegionTables
{
    /// <summary>Appends a section with a table, without columns in which nothing stands; nothing where it has no rows.</summary>
    /// <param name="html">The page so far.</param>
    /// <param name="title">The title.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The cells of each row as HTML.</param>
    /// <param name="isNumbers">Whether cells are numbers, which stand on the right; words stand on the left.</param>
    public static void Append(
        StringBuilder html,
        Phrase title,
        IReadOnlyList<Phrase> columns,
        IEnumerable<IReadOnlyList<string>> rows,
        bool isNumbers = false
    )
    {
        IReadOnlyList<string>[] all = [.. rows];
        int[] filled = [.. Enumerable.Range(0, columns.Count).Where(k => Array.Exists(all, r => r[k].Length > 0))];
        if (all.Length > 0)
        {
            html.Append(isNumbers ? "<section>\n" : "<section class=\"words\">\n")
                .Append($"<h2>{title.Html}</h2>\n")
                .Append(
                    NumberTable.Write(
                        [.. filled.Select(k => columns[k])],
                        all.Select(r => (IReadOnlyList<string>)[.. filled.Select(k => r[k])])
                    )
                )
                .Append("</section>\n");
        }
    }

    /// <summary>Appends breaches as they stand in a state: whose, by which rule, and until when each can be annulled.</summary>
    public static void AppendBreaches(StringBuilder html, Phrase title, IEnumerable<(byte[] Id, Row Row)> breaches) =>
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
                        Phrase.Foreign(b.Row.Code("subject")),
                        Phrase.Foreign(b.Row.Code("rule")),
                        Time(b.Row.Whole("time")),
                        RegionWords.Html(b.Row.Code("status")),
                        b.Row.Code("status") == BreachRules.Provisional ? Time(b.Row.Whole("due")) : "",
                        $"{b.Row.Whole("points")}",
                        BarChart.Number(b.Row.Whole("held")),
                        Digits(Convert.ToHexStringLower(b.Id)),
                    ]
            )
        );

    /// <summary>An id in full, which a line may break every 8 digits: it is copied as one word.</summary>
    public static string Digits(string id) =>
        $"<code>{string.Join("<wbr>", id.Chunk(8).Select(part => Phrase.Escape(new string(part))))}</code>";

    /// <summary>A time: the day, and the time of the day, which may stand below it.</summary>
    public static string Time(long time)
    {
        string text = Trace.Text(time);
        return $"<span><time datetime=\"{text}\">{text[..10]}</time> <time>{text[11..]}</time></span>";
    }

    /// <summary>The kind of an entry, in words: also of those that the rules do not read, such as published tables.</summary>
    public static string Kind(string kind) =>
        RegionWords.Html(
            kind.StartsWith("zkhealth ", StringComparison.Ordinal) && kind.Contains(" v", StringComparison.Ordinal)
                ? kind[9..kind.LastIndexOf(" v", StringComparison.Ordinal)]
                : kind
        );

    /// <summary>A member by its subject, a handle by its first digits; words where it is neither.</summary>
    public static string Who(string who) =>
        who.Contains(' ', StringComparison.Ordinal)
            ? RegionWords.Html(who)
            : Apart(Phrase.Same(who.Length > 64 ? LogHistory.Short(who) : who));

    /// <summary>The fields of an entry or record.</summary>
    public static string Fields(Row row) => Apart(FieldWords.Of(LogHistory.Describe(row)));

    /// <summary>The words of an event of a timeline: the fields of its entry, or a sentence; and where its key was in other
    /// hands.</summary>
    public static string Detail(string detail)
    {
        const string Disputed = "; disputed: its key was in other hands from ";
        string[] parts = detail.Split(Disputed, 2);
        Phrase sentence = RegionWords.Of(parts[0]),
            said = sentence.English == sentence.Chinese ? FieldWords.Of(parts[0]) : sentence;
        return Apart(
            parts.Length == 1
                ? said
                : new Phrase($"{said.English}{Disputed}{parts[1]}", $"{said.Chinese}；有争议：自 {parts[1]} 起密钥在他人手中")
        );
    }

    /// <summary>A text that may hold names of strangers, apart from what is around it.</summary>
    public static string Apart(Phrase text) =>
        text.English.Length == 0 ? ""
        : text.English == text.Chinese ? Phrase.Foreign(text.English)
        : $"<bdi>{text.Html}</bdi>";
}
