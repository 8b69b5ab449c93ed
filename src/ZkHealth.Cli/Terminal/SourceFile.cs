using System.CommandLine;
using ZkHealth.Data;

namespace ZkHealth.Cli.Terminal;

/// <summary>A source of patients that a command reads once: a file, a pipe, or '-' for the standard input; and the options that
/// say how.</summary>
internal static class SourceFile
{
    public static Argument<string> Argument() =>
        new("CSV")
        {
            Description = "The patients: CSV with a header line, perhaps compressed with gzip; '-' for the standard input.",
        };

    public static Option<string?> DelimiterOption() =>
        new("--delimiter") { Description = "What stands between fields, or 'tab'; the header shows it if left out." };

    public static Option<string?> EncodingOption() =>
        new("--encoding")
        {
            Description = $"The encoding, where it is neither UTF-8 nor UTF-16: {string.Join(", ", ImportOptions.Encodings)}.",
        };

    /// <summary>The options of the library that the command's options ask for.</summary>
    public static ImportOptions Options(string? delimiter, string? encoding, UnknownValues unknown = UnknownValues.Refuse)
    {
        try
        {
            char? character = delimiter switch
            {
                null => null,
                "tab" or "\\t" => '\t',
                { Length: 1 } => delimiter[0],
                _ => throw new UsageException("--delimiter: expected one character, or tab"),
            };
            return new ImportOptions
            {
                Unknown = unknown,
                Encoding = encoding,
                Delimiter = character,
            };
        }
        catch (ArgumentException e)
        {
            string option = ImportOptions.Encodings.Contains(encoding ?? "utf-8", StringComparer.OrdinalIgnoreCase)
                ? "--delimiter"
                : "--encoding";
            throw new UsageException($"{option}: {UsageException.Problem(e)}");
        }
    }

    /// <summary>Refuses what is not there, before what belongs to it is asked for.</summary>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{path} is a folder; expected a CSV file in it, or - for the standard input");
        }

        if (path != "-" && !File.Exists(path))
        {
            throw new UsageException($"there is no file {path}");
        }
    }

    /// <summary>Opens the source; what it is called in messages is its path, or "standard input".</summary>
    public static Stream Open(string path)
    {
        Require(path);

        // pipes such as /dev/stdin and /dev/fd/63 are opened as files that cannot seek
        return path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
    }

    public static string Name(string path) => path == "-" ? "standard input" : path;

    /// <summary>Reads a source behind a bar that shows the part that is read.</summary>
    public static T Read<T>(string title, Stream source, Func<IProgress<ImportProgress>, T> read, CancellationToken token) =>
        ProgressBar.Run(title, source.CanSeek ? source.Length : 0, "bytes", p => read(new Fraction(p)), token);

    private sealed class Fraction(IProgress<double> inner) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => inner.Report(value.Fraction ?? 0);
    }
}
