namespace ZkHealth.Cli.View;

/// <summary>Accepted files that answer the same question, drawn side by side.</summary>
internal static class Comparison
{
    /// <summary>Groups of two files or more whose rates count the same.</summary>
    public static IReadOnlyList<ViewedFile[]> Find(IEnumerable<ViewedFile> files) =>
        [.. files.Where(f => f.Counted is not null).GroupBy(f => f.Counted).Select(g => g.ToArray()).Where(g => g.Length > 1)];

    public static string Write(ViewedFile[] files)
    {
        string counted = files[0].Counted!;
        IReadOnlyList<string> strata = Merge(files.Select(f => f.Rates.Select(r => (string)r["stratum"]!)));
        Bar[] bars =
        [
            .. strata.SelectMany(s =>
                files.SelectMany(
                    (f, k) => f.Rates.Where(r => (string)r["stratum"]! == s).Take(1).Select(r => FileNumbers.RateBar(r, k))
                )
            ),
        ];
        string names = string.Join(
            "",
            files.Select(
                (f, k) =>
                    $"<span class=\"series\"><span class=\"key\" style=\"background:{BarChart.Colour(k)}\"></span>{Phrase.Foreign(f.Name)}</span> "
            )
        );
        Phrase title = new("Side by side: ", "并列比较："),
            lines = new("The black line on a bar spans the 95 % interval (Wilson).", "条形上的黑线为 95 % 置信区间（Wilson）。");
        return $"<section>\n<h2>{title.Html}{Phrase.Foreign(counted)}</h2>\n<p>{names}</p>\n"
            + FileNumbers.Chart(bars, true, counted)
            + $"<p>{lines.Html}</p>\n</section>\n";
    }

    /// <summary>Joins ordered lists: what only a later one has stands behind what precedes it there.</summary>
    private static List<string> Merge(IEnumerable<IEnumerable<string>> lists)
    {
        var merged = new List<string>();
        foreach (IEnumerable<string> list in lists)
        {
            int at = 0;
            foreach (string item in list)
            {
                int found = merged.IndexOf(item);
                if (found < 0)
                {
                    merged.Insert(at, item);
                    found = at;
                }

                at = found + 1;
            }
        }

        return merged;
    }
}
