using System.Globalization;
using System.Text;

namespace ZkHealth.Data.Tests;

/// <summary>
/// A random folder of one to three CSV files, as programs and people write them: delimiters, quotes, line ends, values missing,
/// numbers, dates, times and truth values in all spellings, and columns that name rows of other files. The same seed makes the
/// same folder.
/// </summary>
internal sealed class CsvFolder
{
    private static readonly string[] Names =
    [
        "val",
        "Sex",
        "N",
        "code",
        "two words",
        "größe",
        "day",
        "sum",
        "a.b",
        "x-y",
        "flag",
        "Ort",
    ];

    private readonly Random _random;
    private readonly List<string> _tables = [];

    public CsvFolder(string folder, int seed)
    {
        _random = new Random(seed);
        int files = 1 + _random.Next(3),
            ids = 3 + _random.Next(10);
        Func<int, string> id = Identifiers();
        for (int i = 0; i < files; i++)
        {
            Write(folder, $"t{i}", i, ids, i > 0 && Once(4) ? Identifiers() : id);
        }
    }

    /// <summary>The names of the files, without ending.</summary>
    public IReadOnlyList<string> Tables => _tables;

    /// <summary>The character between fields of each.</summary>
    public Dictionary<string, char> Delimiters { get; } = [];

    /// <summary>What identifies rows of the first file in each, where anything does.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    private bool Once(int of) => _random.Next(of) == 0;

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

    private Func<int, string> Identifiers() =>
        _random.Next(7) switch
        {
            0 or 1 => i => $"P{i:D3}",
            2 or 3 => i => $"{i}",
            4 => i => $"{i:D3}",
            5 => i => $"{1000000 + (7919 * i)}",
            _ => i => $"{i}.0",
        };

    private void Write(string folder, string name, int number, int ids, Func<int, string> id)
    {
        int rows =
            Once(20) ? 0
            : Once(10) ? 1
            : number == 0 ? ids
            : Once(30) ? 5000
            : 4 + _random.Next(24);
        List<(string Name, Func<int, string> Value)> columns = [];
        if (number > 0 || !Once(4))
        {
            string key = number == 0 || Once(2) ? "id" : Pick("ID", "pid");
            Keys[name] = key;
            bool hasDouble = Once(10);
            columns.Add(
                (
                    key,
                    number == 0
                        ? i => id(hasDouble && i == 1 ? 0 : i)
                        : _ => Once(12) ? "" : id(_random.Next(ids + (Once(9) ? 2 : 0)))
                )
            );
        }

        foreach (
            string column in Names.OrderBy(_ => _random.Next()).Take(columns.Count == 0 ? 1 + _random.Next(3) : _random.Next(4))
        )
        {
            columns.Add((column, Values()));
        }

        char delimiter = ",,,;\t|"[_random.Next(6)];
        string end = Pick("\n", "\n", "\r\n");
        bool quotesAll = Once(6),
            isRagged = Once(25),
            isSpaced = Once(12),
            hasBlank = Once(15);
        double empty = Once(2) ? 0 : 0.15;
        string missing = Pick("", "", "", "", "NULL", "NA", "\"\"");
        var text = new StringBuilder(Once(8) ? "\uFEFF" : "");
        text.AppendJoin(delimiter, columns.Select(c => Field(isSpaced ? $" {c.Name} " : c.Name, delimiter, quotesAll)))
            .Append(end);
        for (int i = 0; i < rows; i++)
        {
            text.Append(hasBlank && i == 1 ? end : "");
            text.AppendJoin(
                delimiter,
                columns.Select(c =>
                    c != columns[0] && _random.NextDouble() < empty ? missing : Field(c.Value(i), delimiter, quotesAll)
                )
            );
            text.Append(isRagged && i == rows / 2 ? delimiter + "x" : "").Append(end);
        }

        File.WriteAllText(
            Path.Combine(folder, name + ".csv"),
            Once(10) ? text.ToString().TrimEnd('\n', '\r') : text.ToString(),
            new UTF8Encoding(false)
        );
        _tables.Add(name);
        Delimiters[name] = delimiter;
    }

    private static string Field(string value, char delimiter, bool quotes) =>
        quotes || value.AsSpan().IndexOfAny("\"\r\n" + delimiter) >= 0
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    /// <summary>The values of a column.</summary>
    private Func<int, string> Values()
    {
        Func<string> value = _random.Next(5) switch
        {
            0 => Numbers(),
            1 => Days(),
            2 => Truths(),
            3 => Texts(),
            _ => Codes(),
        };
        string[] few = [.. Enumerable.Range(0, 1 + _random.Next(6)).Select(_ => value())];
        bool isFew = Once(2),
            isPadded = Once(8),
            isQuoted = Once(10);
        string odd =
            Once(10) ? Texts()()
            : Once(10) ? Numbers()()
            : Once(10) ? Days()()
            : few[0];
        return i =>
        {
            string text =
                i == 2 ? odd
                : isFew ? Pick(few)
                : value();
            return isPadded && Once(3) ? Pick(" ", "") + text + Pick(" ", "")
                : isQuoted ? $"'{text}'"
                : text;
        };
    }

    private string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private Func<string> Numbers()
    {
        int most = (int)Math.Pow(10, 1 + _random.Next(9));
        int sign = Once(3) ? -1 : 1;
        int Next() => (Once(2) ? sign : 1) * _random.Next(most);
        string form = Pick("0.0", "0.00", "0.###", "0.0000", "0.##########");
        return _random.Next(13) switch
        {
            0 or 1 => () => $"{Next()}",
            2 => () => (Next() / 1000m).ToString(form, CultureInfo.InvariantCulture),
            3 => () => (Next() / 1000m).ToString(form, CultureInfo.InvariantCulture).Replace('.', ','),
            4 => () => Pick("", "+") + Math.Abs(Next()),
            5 => () => $"{Next()}e{_random.Next(4)}",
            6 => () => Invariant($"{Next() / 16.0}E-{_random.Next(3)}"),
            7 => () => Pick("", "$", "€") + Next(),
            8 => () => Invariant($"{Math.Abs(Next()):N0}"),
            9 => () => Pick(".5", "1.", "-.25", "0", "00", "-0", "2"),
            10 => () => Pick($"{Next()}", "NaN", "inf", "Infinity", "-"),
            11 => () => $"{9007199254740990L + _random.Next(9)}{Pick("", "", "123")}",
            _ => () => Pick($"{Next()}", $"{Next()}.0", $"{Next()}.50"),
        };
    }

    private Func<string> Days()
    {
        int years = Once(2) ? 2 : 60,
            back = Once(5) ? 200 : 0;
        DateTime Next() => new DateTime(1960, 1, 1).AddDays(_random.Next(years * 365)).AddYears(-back);
        string form = Pick(
            "yyyy-MM-dd",
            "yyyy-MM-dd",
            "yyyy/MM/dd",
            "dd.MM.yyyy",
            "dd/MM/yyyy",
            "MM/dd/yyyy",
            "M/d/yyyy",
            "d-M-yyyy",
            "yyyyMMdd",
            "yyyy-M-d",
            "dd-MMM-yyyy",
            "MM/dd/yy",
            "yyyy-MM"
        );
        string time = Pick(
            "",
            "",
            "",
            " HH:mm",
            " HH:mm:ss",
            "'T'HH:mm:ss",
            "'T'HH:mm:ss'Z'",
            " 00:00:00",
            "'T'HH:mm:ss.fff",
            " HH:mm:ss'+02'",
            " h:mm tt"
        );
        bool isClock = Once(10);
        return () =>
            isClock
                ? Next()
                    .AddMinutes(_random.Next(1440))
                    .ToString(time.Length > 6 ? "HH:mm:ss" : "H:mm", CultureInfo.InvariantCulture)
                : Next().AddMinutes(Once(3) ? 0 : _random.Next(1440)).ToString(form + time, CultureInfo.InvariantCulture);
    }

    private Func<string> Truths()
    {
        string[] both =
        [
            .. Enumerable
                .Range(0, 1 + _random.Next(3))
                .SelectMany(_ =>
                    Pick(
                            "true false",
                            "True False",
                            "TRUE FALSE",
                            "t f",
                            "T F",
                            "yes no",
                            "Yes No",
                            "Y N",
                            "y n",
                            "1 0",
                            "on off",
                            "ja nein"
                        )
                        .Split(' ')
                ),
        ];
        return () => Pick(both);
    }

    private Func<string> Texts() =>
        _random.Next(6) switch
        {
            0 => () => Pick("Köln", "Ko\u0308ln", "Straße", "北京", "é", "e\u0301", "İ", "😀"),
            1 => () => Pick("a,b", "a;b", "say \"hi\"", "line\nbreak", "line\r\nbreak", "tab\there", "a|b", "\"", "'"),
            2 => () => Pick("F", "M", "f", "m", "null", "None", "nan", "NA", "n/a", "-", ".", "?", "unknown"),
            3 => () => Pick(" x", "x", "x ", " ", "  ", "\u00A0x", "y"),
            4 => () => Pick("a%", "a_", "\\N", "\\", "#c", "--", "=1+1", "0x1F", "1_000", "true", "1", "2020-01-01"),
            _ => () => Pick("alpha", "Beta", "beta", "ALPHA", "gamma delta", ""),
        };

    private Func<string> Codes() =>
        _random.Next(5) switch
        {
            0 => () => Pick("E11.9", "E11.0", "I10", "J45"),
            1 => () => _random.Next(30).ToString("D2", CultureInfo.InvariantCulture),
            2 => () => Pick("60+", "<18", "18-25", "26-59", ">=90"),
            3 => () => Pick("201826", "4329847", "0", "8532", "8507"),
            _ => () => $"{_random.Next(40)}%",
        };
}
