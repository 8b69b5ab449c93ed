using System.Globalization;
using System.Net;
using System.Text;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Demo;

/// <summary>
/// The demonstration as one HTML file without scripts or anything from elsewhere: a chart of the proven prevalence by age band,
/// the numbers as a table, roots, times and sizes, the frauds. Only what the verifier accepted is drawn.
/// </summary>
internal static class HtmlReport
{
    private const int Left = 48,
        Top = 16,
        Width = 860,
        Height = 320;
    private static readonly string[] Colours = ["#1b6ca8", "#c8553d", "#4a8f3c"];

    public static string Write(IReadOnlyList<Hospital> hospitals, IReadOnlyList<Fraud> frauds, string ledgerKey)
    {
        string[] bands =
        [
            .. hospitals
                .SelectMany(h =>
                    h.Accepted?.Schema.Columns.FirstOrDefault(c => c.Name == Demonstration.By) is { } column
                        ? Enumerable.Range(1, (int)column.Domain - 1).Select(c => column.Label((uint)c))
                        : []
                )
                .Distinct(),
        ];
        var html = new StringBuilder();
        html.Append(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>ZkHealth demonstration</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #ddd; }
            th:first-child, td:first-child { text-align: left; } code { font-size: .85em; word-break: break-all; }
            svg { width: 100%; min-width: 720px; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #444; } .rejected { color: #a11; } .accepted { color: #176b2c; }
            .table { overflow-x: auto; }
            </style></head><body>
            <h1>Prevalence of diabetes, proven without showing a patient</h1>
            <p><b>Not audited:</b> nobody outside the project has reviewed it yet.</p>
            <p>The patients are made up. Each hospital published 32 bytes on a ledger before anybody asked; every number below was proven against
            them and verified from the proof file alone. The line on a bar spans the 95&nbsp;% interval (Wilson). Bands with fewer than 10 people in a count are not released.</p>

            """
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>Made on {DateTime.UtcNow:yyyy-MM-dd} by {Text(ZkHealthRuntime.Describe())}.</p>\n<h2>By age band, in percent</h2>\n<div class=\"table\">"
        );
        Chart(html, hospitals, bands);
        html.Append("</div>\n");
        Numbers(html, hospitals, bands);
        html.Append(
            "<h2>Hospitals</h2>\n<div class=\"table\"><table><tr><th>hospital</th><th>patients</th><th>commit</th><th>cube proof</th><th>statistic</th><th>verify</th><th>proof file</th><th>ledger entry</th><th>verdict</th></tr>\n"
        );
        foreach (Hospital h in hospitals)
        {
            string verdict = h.Accepted is null
                ? "<span class=\"rejected\">rejected</span>"
                : "<span class=\"accepted\">accepted</span>";
            html.Append(
                    CultureInfo.InvariantCulture,
                    $"<tr><td>{Text(h.Name)}</td><td>{h.Rows:N0}</td><td>{Report.Seconds(h.Commit)}</td><td>{Report.Seconds(h.Cube)}</td>"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<td>{Report.Seconds(h.Statistic)}</td><td>{Report.Seconds(h.Verify)}</td><td>{h.ProofBytes:N0} bytes</td><td>{h.Entry}</td><td>{verdict}</td></tr>\n"
                );
        }

        html.Append("</table></div>\n<h2>Roots on the ledger</h2>\n<p>Ledger key: <code>")
            .Append(Text(ledgerKey))
            .Append("</code></p>\n<ul>\n");
        foreach (Hospital h in hospitals)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{Text(h.Name)}: <code>{h.Root}</code></li>\n");
        }

        html.Append("</ul>\n<h2>Frauds</h2>\n<ul>\n");
        foreach (Fraud f in frauds)
        {
            string verdict = f.Rejection is null
                ? "<b class=\"rejected\">accepted: this must not happen</b>"
                : $"<span class=\"accepted\">rejected: {Text(f.Rejection)}</span>";
            html.Append(CultureInfo.InvariantCulture, $"<li><b>{Text(f.Name)}</b>: {Text(f.What)}. {verdict}</li>\n");
        }

        return html.Append(
                """
                </ul>
                <h2>What next</h2>
                <p>All files are in this folder. Verify one yourself: <code>zkhealth verify north.zkp --ledger ledger.db</code>; say what it claims:
                <code>zkhealth inspect north.zkp</code>; check the ledger: <code>zkhealth ledger audit ledger.db</code>. The README goes on with data of your own.</p>
                </body></html>

                """
            )
            .ToString();
    }

    private static void Chart(StringBuilder html, IReadOnlyList<Hospital> hospitals, string[] bands)
    {
        Rate?[][] rates = [.. hospitals.Select(h => bands.Select(b => Find(h, b)).ToArray())];
        double top = Math.Ceiling(20 * Math.Max(0.05, rates.SelectMany(r => r).Max(r => r?.Wilson95?.High ?? 0))) / 20;
        double Y(double rate) => Top + Height * (1 - rate / top);
        string label =
            $"Prevalence by age band of {string.Join(", ", hospitals.Select(h => h.Name))}; the table below has the numbers.";
        html.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Left + Width + 8} {Top + Height + 64}\" role=\"img\" aria-label=\"{Text(label)}\">\n"
        );
        for (double tick = 0; tick <= top + 1e-9; tick += 0.05)
        {
            html.Append(
                    CultureInfo.InvariantCulture,
                    $"<line x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{Y(tick):F1}\" y2=\"{Y(tick):F1}\" stroke=\"#ddd\"/>"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<text x=\"{Left - 6}\" y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{100 * tick:F0} %</text>\n"
                );
        }

        double slot = (double)Width / Math.Max(1, bands.Length),
            bar = 0.8 * slot / Math.Max(1, hospitals.Count);
        for (int b = 0; b < bands.Length; b++)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left + (b + 0.5) * slot:F1}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{Text(bands[b])}</text>\n"
            );
            for (int h = 0; h < hospitals.Count; h++)
            {
                if (rates[h][b] is not Rate { Value: double value, Wilson95: { } interval } rate)
                {
                    continue;
                }

                double x = Left + b * slot + 0.1 * slot + h * bar,
                    middle = x + bar / 2;
                html.Append(
                        CultureInfo.InvariantCulture,
                        $"<rect x=\"{x:F1}\" y=\"{Y(value):F1}\" width=\"{bar - 1:F1}\" height=\"{Height + Top - Y(value):F1}\" fill=\"{Colours[h % Colours.Length]}\">"
                    )
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"<title>{Text(hospitals[h].Name)}, {Text(bands[b])}: {rate} = {100 * value:F2} %</title></rect>"
                    )
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"<line x1=\"{middle:F1}\" x2=\"{middle:F1}\" y1=\"{Y(interval.Low):F1}\" y2=\"{Y(interval.High):F1}\" stroke=\"#222\"/>\n"
                    );
            }
        }

        for (int h = 0; h < hospitals.Count; h++)
        {
            html.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{Left + 140 * h}\" y=\"{Top + Height + 38}\" width=\"12\" height=\"12\" fill=\"{Colours[h % Colours.Length]}\"/>"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<text x=\"{Left + 140 * h + 18}\" y=\"{Top + Height + 48}\">{Text(hospitals[h].Name)}</text>\n"
                );
        }

        html.Append("</svg>\n");
    }

    private static void Numbers(StringBuilder html, IReadOnlyList<Hospital> hospitals, string[] bands)
    {
        html.Append("<div class=\"table\"><table><tr><th>age</th>")
            .AppendJoin("", hospitals.Select(h => $"<th>{Text(h.Name)}</th>"))
            .Append("</tr>\n");
        foreach (string? band in bands.Append(null))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(band ?? "all ages")}</td>");
            foreach (Hospital h in hospitals)
            {
                html.Append("<td>")
                    .Append(
                        Find(h, band) is { Value: double value } rate
                            ? $"{rate} = {(100 * value).ToString("F2", CultureInfo.InvariantCulture)} %"
                            : "not released"
                    )
                    .Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    /// <summary>The rate of one band, or of all where there is no band: found by what its condition says.</summary>
    private static Rate? Find(Hospital hospital, string? band)
    {
        if (hospital.Accepted is not { } proof)
        {
            return null;
        }

        string stratum = band is null ? "" : Predicate.In(proof.Schema, Demonstration.By, band).Describe(proof.Schema);
        int k = Demonstration.Strata(proof).Own.ToList().IndexOf(stratum);
        return k < 0 ? null : proof.RateOf(k);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
