using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.View;

/// <summary>The numbers of an accepted file as tables and charts; and what a proof about a row, or of a member, says.</summary>
internal static class FileNumbers
{
    private static readonly Phrase What = new("what", "内容"),
        Number = new("number", "数值"),
        Interval = new("95 % interval", "95 % 置信区间"),
        Counts = new("count", "计数"),
        Share = new("share", "比例"),
        Unknown = new("rows without a value", "无值的行数"),
        All = new("all of these", "全部"),
        Withheld = new("withheld", "未公布");

    /// <summary>The numbers of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isCompared">Whether its rates are drawn beside those of others already.</param>
    public static string Write(ViewedFile file, bool isCompared)
    {
        var html = new StringBuilder();
        JsonObject[] rates = [.. file.Rates];
        if (rates.Length > 0)
        {
            if (rates.Length > 1 && !isCompared)
            {
                html.Append(Chart([.. rates.Select(r => RateBar(r, 0))], true, file.Name));
            }

            html.Append(NumberTable.Write([What, Counts, Share, Interval, Unknown], rates.Select(Cells)));
        }

        foreach (JsonObject statistic in file.Objects("statistics").Where(s => !ViewedFile.IsRate(s)))
        {
            string statement = (string)statistic["statement"]!;
            JsonObject[] values = [.. statistic["values"]!.AsArray().Select(v => v!.AsObject())];
            html.Append($"<h3>{Phrase.Foreign(statement)}</h3>\n");
            Bar[] bars = [.. Drawn(values).Select(ValueBar)];
            if (bars.Length > 1)
            {
                html.Append(Chart(bars, false, statement));
            }

            // a column of nothing is not shown
            int columns = values.Any(HasInterval) ? 3 : 2;
            html.Append(
                NumberTable.Write(
                    [.. new[] { What, Number, Interval }.Take(columns)],
                    values.Select(v => ValueCells(v)[..columns])
                )
            );
        }

        if (file.Json["columns"] is JsonArray asked)
        {
            html.Append(Answer(file, asked));
        }
        else if (file.Objects("answers").Any())
        {
            Phrase[] columns =
            [
                new("question", "问题"),
                new("of the rows of", "所问数据表"),
                Number,
                new("groups withheld", "未公布的组"),
            ];
            html.Append(NumberTable.Write(columns, file.Objects("answers").Select(AnswerCells)));
        }

        if (file.Objects("entries").Any())
        {
            html.Append(NumberTable.Write([new("column", "列"), new("value", "值")], file.Objects("entries").Select(EntryCells)));
        }

        return html.ToString();
    }

    /// <summary>The answer to a query in SQL: the query to the letter, its rows, and what is withheld.</summary>
    private static string Answer(ViewedFile file, JsonArray columns)
    {
        string html = $"<pre>{Phrase.Escape((string?)file.Json["sql"], keepLines: true)}</pre>\n";
        html += NumberTable.Write(
            [.. columns.Select(c => Phrase.Same((string)c!))],
            file.Json["rows"]!.AsArray().Select(row => row!.AsArray().Select(AnswerCell).ToArray())
        );
        string[] withheld = [.. file.Json["withheld"]!.AsArray().Select(w => (string)w!)];
        html =
            AnswerChart(
                [.. columns.Select(c => (string)c!)],
                [.. file.Json["rows"]!.AsArray().Select(r => r!.AsArray())],
                withheld
            ) + html;
        Phrase which = new(
            $"Withheld, each proven to have fewer than {file.Json["minCount"]} rows, perhaps none: ",
            $"未公布，均已证明少于 {file.Json["minCount"]} 行，也可能为零："
        );
        return withheld.Length == 0 ? html : $"{html}<p>{which.Html}{Phrase.Foreign(string.Join("; ", withheld))}</p>\n";
    }

    /// <summary>The first column of counts, its bars called by the columns of texts, or by the first column where there are
    /// numbers alone; what is withheld among them.</summary>
    private static string AnswerChart(string[] columns, JsonArray[] rows, string[] withheld)
    {
        bool IsNumber(int column) => rows.All(r => r[column] is null || r[column]!.GetValueKind() == JsonValueKind.Number);
        int[] all = [.. Enumerable.Range(0, columns.Length)],
            names = [.. all.Where(c => !IsNumber(c))];
        names = names.Length > 0 ? names : [0];
        int drawn = all.Except(names).FirstOrDefault(c => rows.All(r => NumberOf(r[c]) is null or >= 0), -1);
        if (drawn < 0 || rows.Length + withheld.Length < 2)
        {
            return "";
        }

        Bar[] bars =
        [
            .. rows.Select(r => new Bar
            {
                Label = string.Join(", ", names.Select(c => $"{r[c]?.ToString() ?? "NULL"}")),
                Text = NumberOf(r[drawn]) is double number ? BarChart.Number(number) : "NULL",
                Value = NumberOf(r[drawn]),
            }),
            .. withheld.Select(w => new Bar { Label = w, Text = $"{Withheld.English} · {Withheld.Chinese}" }),
        ];
        string chart = Chart(bars, false, columns[drawn]);
        return chart.Length == 0 ? "" : $"<h3>{Phrase.Foreign(columns[drawn])}</h3>\n{chart}";
    }

    /// <summary>A whole number or a decimal; null for none.</summary>
    private static double? NumberOf(JsonNode? value) =>
        value is null ? null : double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string AnswerCell(JsonNode? value) =>
        value is null ? "NULL"
        : value.GetValueKind() == JsonValueKind.String ? Phrase.Foreign((string)value!)
        : Phrase.Escape(value.ToJsonString());

    /// <summary>Draws bars, where they are not too many to be looked at.</summary>
    public static string Chart(IReadOnlyList<Bar> bars, bool isShare, string description) =>
        bars.Count <= BarChart.MaxBars ? BarChart.Draw(bars, isShare, description) : "";

    /// <summary>The bar of a rate.</summary>
    public static Bar RateBar(JsonObject rate, int series)
    {
        JsonObject value = Rate(rate);
        string counts = $"{rate["numerator"]}/{rate["denominator"]}";
        return new Bar
        {
            Label = (string)rate["stratum"]! is { Length: > 0 } own ? own : $"{All.English} · {All.Chinese}",
            Text = (double?)value["value"] is double share ? $"{counts} = {BarChart.Percent(share)}" : counts,
            Value = (double?)value["value"],
            Interval = IntervalOf(value),
            Series = series,
        };
    }

    private static JsonObject Rate(JsonObject rate) =>
        rate["values"]!.AsArray().Select(v => v!.AsObject()).First(v => (string)v["name"]! == "rate");

    private static string[] Cells(JsonObject rate)
    {
        JsonObject value = Rate(rate);
        return
        [
            (string)rate["stratum"]! is { Length: > 0 } own ? Phrase.Foreign(own) : All.Html,
            $"{rate["numerator"]}/{rate["denominator"]}",
            (double?)value["value"] is double share ? BarChart.Percent(share) : Phrase.Foreign(Words(value)),
            Intervals(value, BarChart.Percent),
            Phrase.Escape($"{rate["values"]!.AsArray()[^1]!["value"]}"),
        ];
    }

    private static string[] ValueCells(JsonObject value) =>
        [
            Phrase.Translate((string)value["name"]!),
            (double?)value["value"] is double number ? BarChart.Number(number) : Phrase.Foreign(Words(value)),
            Intervals(value, BarChart.Number),
        ];

    private static string[] AnswerCells(JsonObject answer, int index) =>
        [
            $"{index + 1}",
            Phrase.Foreign((string)answer["of"]!),
            string.Join(", ", answer["released"]!.AsArray().Select(n => BarChart.Number((long)n!))),
            string.Join(", ", answer["withheld"]!.AsArray().Select(g => $"{(int)g! + 1}")),
        ];

    private static string[] EntryCells(JsonObject entry)
    {
        string column = Phrase.Foreign((string)entry["column"]!);
        if ((string?)entry["value"] is string shown)
        {
            return [column, Phrase.Foreign(shown)];
        }

        string[] set = [.. entry["set"]?.AsArray().Select(v => (string)v!) ?? []];
        string what = (string)entry["kind"]! switch
        {
            "inside" => new Phrase("one of: ", "属于：").Html,
            "outside" => new Phrase("none of: ", "不属于：").Html,
            _ => new Phrase("hidden: commitment ", "隐藏：承诺 ").Html,
        };
        return
        [
            column,
            what
                + (
                    set.Length > 0
                        ? Phrase.Foreign(string.Join(", ", set))
                        : $"<code>{Phrase.Escape((string?)entry["commitment"])}</code>"
                ),
        ];
    }

    /// <summary>The values of a statistic that are of one kind and belong together: counts of cells, or numbers with intervals;
    /// what is not shown is drawn among them.</summary>
    private static IEnumerable<JsonObject> Drawn(IEnumerable<JsonObject> values)
    {
        JsonObject[] own = [.. values.TakeWhile(v => !Phrase.IsKnown((string)v["name"]!))];
        return own.All(v => HasInterval(v) || v["value"] is null) ? own
            : own.TakeWhile(v => !HasInterval(v) && ((double?)v["value"] ?? 0) is >= 0 and var n && n == Math.Floor(n))
                is var counts
            && counts.Any()
                ? counts
            : [];
    }

    /// <summary>The words in the place of a number.</summary>
    private static string? Words(JsonObject value) => (string?)value["label"] ?? (string?)value["undefined"];

    private static bool HasInterval(JsonObject value) => value["intervals"]!.AsArray().Count > 0;

    private static Bar ValueBar(JsonObject value) =>
        new()
        {
            Label = (string)value["name"]!,
            Text = (double?)value["value"] is double number ? BarChart.Number(number) : Words(value)!,
            Value = (double?)value["value"],
            Interval = IntervalOf(value),
        };

    private static (double, double)? IntervalOf(JsonObject value) =>
        HasInterval(value) ? ((double)value["intervals"]![0]!["low"]!, (double)value["intervals"]![0]!["high"]!) : null;

    private static string Intervals(JsonObject value, Func<double, string> text) =>
        string.Join(
            "<br>",
            value["intervals"]!
                .AsArray()
                .Select(i => Phrase.Escape($"{text((double)i!["low"]!)} – {text((double)i["high"]!)} ({i["method"]})"))
        );
}
