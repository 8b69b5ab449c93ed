using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Data;

/// <summary>
/// The owner's file of a committed table: the codes, the secret of the commitment and, where the schema names a
/// person column, which rows are of one person. The file (.zkt) is for the owner alone: whoever has it has the rows.
/// </summary>
public sealed class TableOpeningFile : IDisposable
{
    private const string Format = Labels.TableOpeningFile;

    private readonly TableSecret _secret;
    private readonly uint[] _persons;
    private readonly byte[] _file;

    private TableOpeningFile(CodedTable coded, uint[] persons, TableOpening committed, TableSecret secret, byte[] file) =>
        (Coded, _persons, Committed, _secret, _file) = (coded, persons, committed, secret, file);

    /// <summary>The codes.</summary>
    public CodedTable Coded { get; }

    /// <summary>
    /// For each row the number of its person, counted from 1 in the order of the source, 0 where the source names none; empty
    /// where the schema has no person column. They are the owner's own record for the disclosure guard: never committed, and
    /// nothing is proven of them.
    /// </summary>
    public ReadOnlyMemory<uint> Persons => _persons;

    /// <summary>The committed table, from which cubes are proven.</summary>
    public TableOpening Committed { get; }

    /// <summary>Commits a table under a fresh secret.</summary>
    /// <param name="table">The coded table.</param>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="persons">For each row the number of its person (see <see cref="Persons"/>); empty where they are not
    /// known.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="progress">Reports the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The owner is not 32 bytes, or the persons are not as many as the rows.</exception>
    public static TableOpeningFile Commit(
        CodedTable table,
        ReadOnlySpan<byte> owner,
        ReadOnlySpan<uint> persons = default,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!persons.IsEmpty && persons.Length != table.Rows)
        {
            throw new ArgumentException(
                $"expected a person for each of the {table.Rows} rows, got {persons.Length}",
                nameof(persons)
            );
        }

        var secret = TableSecret.Create();
        try
        {
            var committed = TableOpening.Commit(table, owner, secret, degreeOfParallelism, progress, cancellationToken);
            return new TableOpeningFile(table, persons.ToArray(), committed, secret, []);
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The bytes of the file: canonical CBOR [format, owner, schema, rows, secret, persons, [[codes, points]…]], the persons (no
    /// bytes where they are not known) in four bytes, the codes in one, two or four bytes as the domain needs (little endian),
    /// then the SHA-256 of all that.
    /// </summary>
    public byte[] EncodeSecret()
    {
        TableCommitment commitment = Committed.Commitment;
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(7);
        w.WriteTextString(Format);
        w.WriteByteString(commitment.Owner.Span);
        w.WriteByteString(commitment.Schema.Span);
        w.WriteInt64(commitment.Rows);
        using var secret = new SecretSpan<byte>(stackalloc byte[TableSecret.Size]);
        _secret.CopyTo(secret.Span);
        w.WriteByteString(secret.Span);
        w.WriteByteString(Pack(_persons, uint.MaxValue));
        w.WriteStartArray(commitment.Columns.Count - 1);
        for (int j = 1; j < commitment.Columns.Count; j++)
        {
            w.WriteStartArray(2);
            w.WriteByteString(Pack(Coded.Codes(j).Span, Coded.Schema.Columns[j].Domain));
            w.WriteByteString(commitment.Columns[j].Points.Span);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteEndArray();
        var file = new byte[w.BytesWritten + SHA256.HashSizeInBytes];
        w.Encode(file);
        SHA256.HashData(file.AsSpan(..^SHA256.HashSizeInBytes), file.AsSpan()[^SHA256.HashSizeInBytes..]);
        return file;
    }

    /// <summary>
    /// Decodes the bytes of a file; anything else is refused with a reason. The array is taken over: columns are read from it
    /// when first asked for, and it is cleared when the table is disposed, or now where it is refused.
    /// </summary>
    public static bool TryDecodeSecret(
        byte[] file,
        [NotNullWhen(true)] out TableOpeningFile? table,
        [NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        (table, reason) = (null, "not the file of an owner's table, or a damaged one: its checksum is not that of its content");
        ReadOnlySpan<byte> checksum = file.AsSpan(Math.Max(0, file.Length - SHA256.HashSizeInBytes));
        ReadOnlyMemory<byte> content = file.AsMemory(0, file.Length - checksum.Length);
        try
        {
            if (SHA256.HashData(content.Span).AsSpan().SequenceEqual(checksum))
            {
                table = Read(new CborReader(content, CborConformanceMode.Canonical), file);
                reason = null;
                return true;
            }
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            reason = "not the file of an owner's table: " + e.Message;
        }

        new SecretSpan<byte>(file).Dispose();
        return false;
    }

    private static TableOpeningFile Read(CborReader r, byte[] file)
    {
        if (r.ReadStartArray() != 7 || r.ReadTextString() != Format)
        {
            throw new FormatException("another format or version");
        }

        byte[] owner = r.ReadByteString(),
            schemaBytes = r.ReadByteString();
        int rows = r.ReadInt32();
        using var secretBytes = new SecretArray<byte>(r.ReadByteString());
        if (!TableSchema.TryDecode(schemaBytes, out TableSchema? schema, out string? reason))
        {
            throw new FormatException(reason);
        }

        uint[] persons = Unpack(r.ReadDefiniteLengthByteString().Span, uint.MaxValue);
        var (codes, points) = (new List<Lazy<uint[]>>(), new List<ColumnCommitment>());
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            if (codes.Count == schema.Columns.Count - 1 || r.ReadStartArray() != 2)
            {
                throw new FormatException("the columns are not those of the schema");
            }

            ColumnSchema column = schema.Columns[codes.Count + 1];
            ReadOnlyMemory<byte> packed = r.ReadDefiniteLengthByteString();
            Check(packed.Span, rows, column);
            codes.Add(new Lazy<uint[]>(() => Unpack(packed.Span, column.Domain)));
            points.Add(ColumnCommitment.FromPoints(r.ReadDefiniteLengthByteString().Span));
            r.ReadEndArray();
        }

        r.ReadEndArray();
        r.ReadEndArray();
        if (r.BytesRemaining != 0 || codes.Count != schema.Columns.Count - 1 || (persons.Length != 0 && persons.Length != rows))
        {
            throw new FormatException("bytes follow the table, columns are missing, or the persons have another number of rows");
        }

        var secret = TableSecret.FromBytes(secretBytes.Span);
        var coded = new CodedTable(schema, rows, codes);
        return new TableOpeningFile(coded, persons, TableOpening.Restore(coded, owner, secret, points), secret, file);
    }

    /// <summary>Holds the codes of a column, as they are packed, against the rows and the schema.</summary>
    private static void Check(ReadOnlySpan<byte> packed, int rows, ColumnSchema column)
    {
        int size = CodeSize(column.Domain);
        if (rows < 1 || packed.Length != (long)rows * size)
        {
            throw new FormatException($"column '{column.Name}' does not have the {rows} rows of the table");
        }

        uint largest =
            size == 1 ? TensorPrimitives.Max(packed)
            : size == 2 && BitConverter.IsLittleEndian ? TensorPrimitives.Max(MemoryMarshal.Cast<byte, ushort>(packed))
            : TensorPrimitives.Max<uint>(Unpack(packed, column.Domain));
        if (largest >= column.Domain)
        {
            throw new FormatException($"a code of column '{column.Name}' lies outside its domain of {column.Domain}");
        }
    }

    private static int CodeSize(uint domain) =>
        domain <= 1 << 8 ? 1
        : domain <= 1 << 16 ? 2
        : 4;

    private static byte[] Pack(ReadOnlySpan<uint> codes, uint domain)
    {
        int size = CodeSize(domain);
        var bytes = new byte[checked(size * codes.Length)];
        switch (size)
        {
            case 1:
                TensorPrimitives.ConvertTruncating<uint, byte>(codes, bytes);
                break;
            case 2:
                TensorPrimitives.ConvertTruncating<uint, ushort>(codes, MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()));
                break;
            default:
                codes.CopyTo(MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()));
                break;
        }

        SwapOnBigEndian(bytes, size);
        return bytes;
    }

    private static uint[] Unpack(ReadOnlySpan<byte> bytes, uint domain)
    {
        int size = CodeSize(domain);
        if (bytes.Length % size != 0)
        {
            throw new FormatException("a column ends in the middle of a code");
        }

        if (!BitConverter.IsLittleEndian)
        {
            byte[] swapped = bytes.ToArray();
            SwapOnBigEndian(swapped, size);
            bytes = swapped;
        }

        // a million rows of eight columns: the memory is written once
        uint[] codes = GC.AllocateUninitializedArray<uint>(bytes.Length / size);
        switch (size)
        {
            case 1:
                TensorPrimitives.ConvertTruncating<byte, uint>(bytes, codes);
                break;
            case 2:
                TensorPrimitives.ConvertTruncating<ushort, uint>(MemoryMarshal.Cast<byte, ushort>(bytes), codes);
                break;
            default:
                MemoryMarshal.Cast<byte, uint>(bytes).CopyTo(codes);
                break;
        }

        return codes;
    }

    private static void SwapOnBigEndian(Span<byte> bytes, int size)
    {
        if (BitConverter.IsLittleEndian || size == 1)
        {
            return;
        }

        for (int i = 0; i < bytes.Length; i += size)
        {
            bytes.Slice(i, size).Reverse();
        }
    }

    /// <summary>Clears the secret, the blindings, the codes and the persons.</summary>
    public void Dispose()
    {
        _secret.Dispose();
        Committed.Dispose();
        new SecretSpan<uint>(_persons).Dispose();
        new SecretSpan<byte>(_file).Dispose();
        Coded.Clear();
    }

    /// <summary>The name of the type; the content stays secret.</summary>
    public override string ToString() => $"owned table of {Coded.Rows} rows";
}
