using System.Text;

namespace ZkHealth.Cli.Queries;

/// <summary>A list of values in a file: UTF-8, one value a line, blank lines left out.</summary>
internal static class ValueFile
{
    private const int MaxBytes = 1 << 24;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The values with their lines, from 1, spaces around them removed.</summary>
    public static IEnumerable<(int Line, string Value)> Read(string path, Func<string, Exception> error)
    {
        string[] lines;
        try
        {
            var file = new FileInfo(path);
            lines =
                file.Length <= MaxBytes
                    ? File.ReadAllLines(path, Strict)
                    : throw error($"{path} is larger than {MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw error($"{path} cannot be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw error($"{path} is not in UTF-8");
        }

        return lines.Select((text, i) => (i + 1, text.Trim())).Where(l => l.Item2.Length > 0);
    }
}
