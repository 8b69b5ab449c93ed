using System.Text;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Ledger;
using ZkHealth.Proofs.Membership;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Terminal;

/// <summary>Reads the files that commands are given; what cannot be used is a <see cref="UsageException"/> that names the
/// file.</summary>
internal static class Inputs
{
    /// <summary>The bytes of a file. A pipe or a device is not read, since nothing might ever come of it; nor is anything said of
    /// a file without bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that are read of it.</param>
    /// <exception cref="UsageException">There is no such file, or none with bytes.</exception>
    public static byte[] Bytes(string path, int most = int.MaxValue)
    {
        if (LedgerFiles.IsEmpty(path))
        {
            throw new UsageException($"{path}: the file is empty, or a pipe or device, of which nothing is read");
        }

        using FileStream file = File.OpenRead(path);
        if (file.Length <= most)
        {
            return File.ReadAllBytes(path);
        }

        byte[] start = new byte[most];
        file.ReadExactly(start);
        return start;
    }

    /// <summary>The bytes of a proof file, at most one more than any has; '-' is the standard input.</summary>
    /// <exception cref="UsageException">There is no such file, or none with bytes.</exception>
    public static byte[] Proof(string path)
    {
        if (path != "-" && LedgerFiles.IsEmpty(path))
        {
            throw new UsageException(VerificationRun.Empty(path));
        }

        using Stream source = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        byte[] read = ProofFiles.Read(source);
        return read.Length > 0 ? read : throw new UsageException($"{SourceFile.Name(path)} is empty; expected a proof file");
    }

    private static UsageException No(string path, string what) => new($"{path} holds no {what}");

    public static string Text(string path)
    {
        try
        {
            // without the mark that some editors put before a text
            return new UTF8Encoding(false, true).GetString(Bytes(path)).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path} is not a text in UTF-8");
        }
    }

    public static SigningKey SecretKey(string path)
    {
        string text = Text(path);
        if (KeyPem.TryDecodeSecret(text, out SigningKey? key))
        {
            return key;
        }

        if (KeyPem.TryDecode(text, out _))
        {
            throw new UsageException(
                $"{path} is a public key; expected the secret one{(path.EndsWith(".pub", StringComparison.Ordinal) ? $", {path[..^4]}" : "")}"
            );
        }

        throw No(path, "secret key (Ed25519, PKCS #8 PEM)");
    }

    public static VerifyingKey PublicKey(string path) =>
        KeyPem.TryDecode(Text(path), out VerifyingKey? key) ? key : throw No(path, "key (Ed25519, PEM)");

    public static MemberKey MemberKey(string path) =>
        Proofs.Membership.MemberKey.TryDecodeSecret(Text(path), out MemberKey? key) ? key : throw No(path, "member's secret key");

    /// <summary>A public key in ristretto255: its 64 hexadecimal digits.</summary>
    public static CompressedPoint PublicPoint(string path, string whose)
    {
        string text = Text(path).Trim();
        byte[] bytes = new byte[RistrettoPoint.Size];
        return
            text.Length == 2 * bytes.Length
            && Convert.FromHexString(text, bytes, out int _, out int _) == System.Buffers.OperationStatus.Done
            ? new CompressedPoint(bytes)
            : throw No(path, $"{whose}'s public key (64 hexadecimal digits)");
    }

    public static KeyRegistry Registry(string path) =>
        KeyRegistry.TryDecode(Bytes(path), out KeyRegistry? registry, out string? reason)
            ? registry
            : throw new UsageException($"{path}: {reason}");

    /// <summary>Openings of commitments; empty where there is no such file.</summary>
    public static RecordOpenings Openings(string path, bool mustExist)
    {
        if (!mustExist && !File.Exists(path))
        {
            return new RecordOpenings();
        }

        using var bytes = new SecretArray<byte>(Bytes(path));
        return RecordOpenings.TryDecodeSecret(bytes.Values, out RecordOpenings? openings, out string? reason)
            ? openings
            : throw new UsageException($"{path}: {reason}");
    }

    /// <summary>The codes of a set file for a column: one value a line, as conditions write it; empty lines and those that begin
    /// with # are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The table's schema.</param>
    /// <param name="column">The column.</param>
    /// <param name="ignoreUnknown">Whether values that the column does not have are left out, rather than an error.</param>
    /// <param name="ignored">How many were.</param>
    public static SortedSet<uint> Set(string path, TableSchema schema, string column, bool ignoreUnknown, out int ignored)
    {
        ColumnSchema found = schema.IndexOf(column) is int j and >= 0
            ? schema.Columns[j]
            : throw new UsageException($"the table has no column '{column}'");
        var byText = new Dictionary<string, uint>(StringComparer.Ordinal);
        for (uint code = found.Domain - 1; code > 0; code--)
        {
            byText[found.Label(code)] = code;
        }

        for (uint code = found.Domain - 1; code > 0; code--)
        {
            // as in conditions: the code of a category or its label, a number without its unit
            byText[
                found switch
                {
                    CategoryColumn categories => categories.Categories[(int)code - 1].Code,
                    NumberColumn numbers => numbers.Value(code).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    _ => found.Label(code),
                }
            ] = code;
        }

        ignored = 0;
        var codes = new SortedSet<uint>();
        string[] lines = Text(path).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string value = lines[i].Trim();
            if (value.Length == 0 || value[0] == '#')
            {
                continue;
            }

            if (byText.TryGetValue(value, out uint code))
            {
                codes.Add(code);
            }
            else
            {
                ignored += ignoreUnknown
                    ? 1
                    : throw new UsageException(
                        $"{path}, line {i + 1}: column '{column}' has no value '{value}' (--unknown ignore leaves such lines out)"
                    );
            }
        }

        return codes.Count > 0 ? codes : throw new UsageException($"{path} holds no value of column '{column}'");
    }

    public static ImportSchema Schema(string path)
    {
        const int MaxSchema = 1 << 26;
        if (!LedgerFiles.IsEmpty(path) && new FileInfo(path).Length > MaxSchema)
        {
            throw new UsageException($"{path} has more than {MaxSchema} bytes; expected a schema file (JSON): is it the CSV?");
        }

        byte[] bytes = Bytes(path);
        try
        {
            return ImportSchema.Parse(bytes, Path.GetDirectoryName(Path.GetFullPath(path)));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
        catch (ImportException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>Reads an owner's table.</summary>
    /// <exception cref="UsageException">It cannot be used, or is a list of segments.</exception>
    public static TableOpeningFile Table(string path)
    {
        if (SegmentFile.IsNameOf(path))
        {
            throw new UsageException(
                $"{path} lists the segments of a data set, and this is about one table: give a segment, a .zkt file, whose answer is of its rows alone"
            );
        }

        if (!TableOpeningFile.TryDecodeSecret(Bytes(path), out TableOpeningFile? table, out string? reason))
        {
            throw new UsageException($"{path}: {reason}");
        }

        return table;
    }

    /// <summary>The opening that the hospital kept of an update.</summary>
    public static ProvenUpdateOpening Update(string path)
    {
        using var bytes = new SecretArray<byte>(Bytes(path));
        return ProvenUpdateOpening.TryDecodeSecret(bytes.Values, out ProvenUpdateOpening? update, out string? reason)
            ? update
            : throw new UsageException($"{path}: {reason}");
    }

    /// <summary>The secret key of a ledger: LEDGER.key where no other is given. The ledger is looked for first.</summary>
    public static SigningKey LedgerKey(string ledger, string? path)
    {
        LedgerFiles.Require(ledger);
        return path is not null || File.Exists(ledger + ".key")
            ? SecretKey(path ?? ledger + ".key")
            : throw new UsageException(
                $"there is no file {ledger}.key, the secret key of the ledger: whoever writes to it needs that; --ledger-secret-key says where it is"
            );
    }

    /// <summary>A ledger file; with a key to write to it.</summary>
    public static SqliteLedger Ledger(string path, SigningKey? key = null)
    {
        CheckpointMemory memory = CheckpointMemory.OfUser();
        SqliteLedger ledger = LedgerFiles.Open(path, key, memory);
        if (memory.Warning is string warning)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        return ledger;
    }

    /// <summary>A ledger's key as it was told to the user: name+id+base64.</summary>
    public static NoteKey NoteKey(string text) => LedgerFiles.Key(text);
}
