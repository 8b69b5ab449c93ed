using System.Globalization;
using System.Runtime.InteropServices;
using ZkHealth.Data;

namespace ZkHealth.Cli.Terminal;

/// <summary>
/// A vector of numbers in a file: by its name's ending little-endian IEEE 754 numbers one after the other, of 4 bytes (.f32) or 8
/// (.f64), such as
/// `array.astype('&lt;f4').tofile('u.f32')` of NumPy writes; any other file is text, numbers with commas, semicolons, spaces or
/// lines between them, a line that begins with # left out.
/// </summary>
internal static class VectorFile
{
    /// <summary>The numbers of a file; whether they are finite is not looked at.</summary>
    public static double[] Read(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".f32" => [.. Cast<float>(path).Select(x => (double)x)],
            ".f64" => Cast<double>(path),
            _ => Parse(path),
        };

    /// <summary>Writes numbers in the form that the ending asks for; text has a line for each, so that it reads back as the same
    /// double.</summary>
    public static void Write(string path, IReadOnlyList<double> values, bool ownerOnly)
    {
        byte[] bytes = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".f32" => MemoryMarshal.AsBytes<float>(values.Select(x => (float)x).ToArray()).ToArray(),
            ".f64" => MemoryMarshal.AsBytes<double>(values.ToArray()).ToArray(),
            _ => System.Text.Encoding.ASCII.GetBytes(
                string.Concat(values.Select(x => x.ToString("R", CultureInfo.InvariantCulture) + "\n"))
            ),
        };
        AtomicFile.Write(path, bytes, ownerOnly);
    }

    private static T[] Cast<T>(string path)
        where T : unmanaged
    {
        byte[] bytes = Inputs.Bytes(path);
        int size = Marshal.SizeOf<T>();
        if (!BitConverter.IsLittleEndian)
        {
            throw new UsageException($"{path}: numbers in binary are read on little-endian machines alone; give them as text");
        }

        return bytes.Length % size == 0
            ? MemoryMarshal.Cast<byte, T>(bytes).ToArray()
            : throw new UsageException($"{path}: {bytes.Length} bytes are no whole number of {size} bytes each");
    }

    private static double[] Parse(string path)
    {
        var values = new List<double>();
        int number = 0;
        foreach (ReadOnlySpan<char> line in Inputs.Text(path).AsSpan().EnumerateLines())
        {
            number++;
            if (line.TrimStart().StartsWith("#"))
            {
                continue;
            }

            foreach (Range range in line.SplitAny(",; \t"))
            {
                ReadOnlySpan<char> word = line[range];
                if (word.IsEmpty)
                {
                    continue;
                }

                if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                {
                    throw new UsageException($"{path}, line {number}: '{word}' is not a number");
                }

                values.Add(value);
            }
        }

        return [.. values];
    }
}
