using System.Text;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Terminal;

/// <summary>Reads the files that commands are given; what cannot be used is a <see cref="UsageException"/> that names the file.</summary>
internal static class Inputs
{
    public static byte[] Bytes(string path) => File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw new UsageException(Directory.Exists(path) ? $"{path} is a folder" : $"there is no file {path}");

    public static string Text(string path)
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(Bytes(path));
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path} is not a text in UTF-8");
        }
    }

    public static SigningKey SecretKey(string path) =>
        KeyPem.TryDecodeSecret(Text(path), out SigningKey? key) ? key : throw new UsageException($"{path} holds no secret key (Ed25519, PKCS #8 PEM)");

    public static VerifyingKey PublicKey(string path) =>
        KeyPem.TryDecode(Text(path), out VerifyingKey? key) ? key : throw new UsageException($"{path} holds no key (Ed25519, PEM)");

    public static ImportSchema Schema(string path)
    {
        try
        {
            return ImportSchema.Parse(Bytes(path));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    public static OwnedTable Table(string path)
    {
        byte[] bytes = Bytes(path);
        try
        {
            return OwnedTable.TryDecodeSecret(bytes, out OwnedTable? table, out string? reason) ? table : throw new UsageException($"{path}: {reason}");
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A ledger file; with a key to write to it.</summary>
    public static SqliteLedger Ledger(string path, SigningKey? key = null)
    {
        try
        {
            return SqliteLedger.Open(path, key);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"the key given is not that of the ledger {path}");
        }
    }

    /// <summary>A ledger's key as it was told to the user: name+id+base64.</summary>
    public static NoteKey NoteKey(string text) =>
        ZkHealth.Ledger.NoteKey.TryParse(text.Trim(), out NoteKey? key) ? key : throw new UsageException($"expected a ledger key, name+id+base64, got '{text}'");
}
