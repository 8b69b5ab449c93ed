using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Imports CSV (RFC 4180, UTF-8 with or without a byte order mark, a header line) into a coded table, streaming.</summary>
public static class CsvImporter
{
    /// <summary>The longest field, in characters: a forgotten quote ends the import rather than eating the file.</summary>
    public const int MaxField = 1 << 16;

    private const int ReportEvery = 1 << 14;

    /// <summary>Imports a stream to its end.</summary>
    /// <param name="source">The bytes of the file.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="unknown">What happens to values that the schema does not know.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="progress">Told now and then how far the import is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImportException">
    /// The file is not such a CSV, lacks a column, has a ragged row, no rows, or a value that the schema does not know.
    /// </exception>
    public static ImportResult Import(
        Stream source, string file, ImportSchema schema, UnknownValues unknown = UnknownValues.Refuse, char delimiter = ',',
        IProgress<ImportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(schema);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter.ToString(),
            BadDataFound = bad => throw new ImportException(file, bad.Context.Parser?.RawRow ?? 0, "a quote stands where none may stand"),
            CacheFields = true,
            MaxFieldSize = MaxField,
            ProcessFieldBufferSize = 1 << 12,
            BufferSize = 1 << 16,
        };
        using var text = new StreamReader(source, new UTF8Encoding(true, true), false, 1 << 16, leaveOpen: true);
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        try
        {
            return new Run(source, file, schema, unknown, parser).All(progress, cancellationToken);
        }
        catch (DecoderFallbackException e)
        {
            throw new ImportException(file, parser.RawRow, "the bytes that follow are not UTF-8", e);
        }
        catch (MaxFieldSizeException e)
        {
            throw new ImportException(file, parser.RawRow, $"a field is longer than {MaxField} characters; is a quote missing?", e);
        }
        catch (CsvHelperException e) when (e.InnerException is ImportException inner)
        {
            throw inner;
        }
    }

    private sealed class Run(Stream source, string file, ImportSchema schema, UnknownValues unknown, CsvParser parser)
    {
        private readonly List<uint>[] _codes = [.. schema.Coders.Select(_ => new List<uint>())];
        private readonly long[] _missing = new long[schema.Coders.Count];
        private readonly long[] _unknown = new long[schema.Coders.Count];
        private readonly string?[] _example = new string?[schema.Coders.Count];

        public ImportResult All(IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
        {
            if (!parser.Read())
            {
                throw new ImportException(file, "the file is empty; expected a header line");
            }

            string[] header = [.. parser.Record!.Select(name => name.Trim())];
            int[] at = [.. schema.Coders.Select(c => Find(header, c.Source))];
            long rows = 0;
            while (parser.Read())
            {
                if (parser.Count != header.Length)
                {
                    throw new ImportException(file, parser.RawRow, $"expected {header.Length} fields, as the header has, got {parser.Count}");
                }

                for (int j = 0; j < at.Length; j++)
                {
                    _codes[j].Add(Code(j, parser[at[j]]));
                }

                if (++rows % ReportEvery == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(new ImportProgress(rows, source.CanSeek ? (double)source.Position / Math.Max(1, source.Length) : null));
                }
            }

            if (rows == 0)
            {
                throw new ImportException(file, "the file has a header and no rows");
            }

            if (rows > TableLayout.MaxRows)
            {
                throw new ImportException(file, $"expected at most {TableLayout.MaxRows} rows, got {rows}");
            }

            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new ImportProgress(rows, 1));
            return new ImportResult(
                new CodedTable(schema.Table, [.. _codes.Select(c => c.ToArray())]),
                [.. schema.Coders.Select((c, j) => new ImportedColumn(c.Column.Name, _missing[j], _unknown[j], _example[j]))]);
        }

        private uint Code(int j, string text)
        {
            ColumnCoder coder = schema.Coders[j];
            if (coder.Code(text) is uint code)
            {
                _missing[j] += code == 0 ? 1 : 0;
                return code;
            }

            if (unknown == UnknownValues.Refuse)
            {
                throw new ImportException(file, parser.RawRow, coder.Source, text, $"expected {coder.Expected}");
            }

            _unknown[j]++;
            _example[j] ??= text;
            return 0;
        }

        private int Find(string[] header, string name)
        {
            int at = Array.IndexOf(header, name);
            return at < 0
                ? throw new ImportException(file, parser.RawRow, $"there is no column '{name}'; the header has {string.Join(", ", header.Take(40).Select(h => $"'{h}'"))}")
                : Array.LastIndexOf(header, name) != at
                    ? throw new ImportException(file, parser.RawRow, $"the header has the column '{name}' twice") : at;
        }
    }
}
