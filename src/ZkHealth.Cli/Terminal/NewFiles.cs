using System.Text;
using ZkHealth.Data;
using ZkHealth.Groups;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Terminal;

/// <summary>Files that commands make: keys, ledgers, synthetic patients.</summary>
internal static class NewFiles
{
    /// <summary>Makes a key and its two files; an existing key is never replaced. Where only the secret one is there, since
    /// whoever made it was stopped between the two, it gets its public one.</summary>
    public static SigningKey Key(string path)
    {
        bool isThere = File.Exists(path);
        SigningKey key = isThere ? Inputs.SecretKey(path) : SigningKey.Create();
        if (!isThere)
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(KeyPem.EncodeSecret(key)), ownerOnly: true, overwrite: false);
        }

        if (!isThere || !File.Exists(path + ".pub"))
        {
            AtomicFile.Write(path + ".pub", Encoding.ASCII.GetBytes(KeyPem.Encode(key.Public)), overwrite: true);
        }

        return key;
    }

    /// <summary>Writes a key in ristretto255 into its two files; an existing key is never replaced, and is the one that is given
    /// where its public file is missing.</summary>
    public static int PointKey(string path, string secret, CompressedPoint key, string warning, Report report)
    {
        string publicPath = path + ".pub";
        if (File.Exists(publicPath))
        {
            throw new UsageException($"{publicPath} exists; a key is never replaced: give another name");
        }

        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(secret), ownerOnly: true, overwrite: false);
        }

        AtomicFile.Write(publicPath, Encoding.ASCII.GetBytes(key + "\n"));
        report.Add("key", path, $"secret key: {path} (keep it; {warning})");
        report.Add("publicKeyFile", publicPath, $"public key: {publicPath}");
        report.Add("publicKey", key.ToString(), $"  {key}");
        return ExitCode.Accepted;
    }

    /// <summary>Makes an empty ledger; its key too, where none is there.</summary>
    public static NoteKey Ledger(string path, string origin, string keyPath, bool makeKey)
    {
        using SigningKey key = makeKey ? Key(keyPath) : Inputs.SecretKey(keyPath);
        using SqliteLedger ledger = SqliteLedger.Create(path, origin, key);
        return ledger.Key;
    }

    /// <summary>Writes synthetic patients, and their schema beside them.</summary>
    public static (string Csv, string Schema) Patients(string csv, long rows, ulong seed, bool force, CancellationToken token)
    {
        string schema = Path.ChangeExtension(csv, ".schema.json");
        if (!force && File.Exists(schema))
        {
            throw new UsageException($"{schema} exists; --force replaces it");
        }

        AtomicFile.WriteStream(
            csv,
            stream =>
            {
                using var text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                new SyntheticPatients(seed).WriteCsv(text, rows, token);
            },
            overwrite: force
        );
        AtomicFile.Write(schema, Encoding.UTF8.GetBytes(SyntheticPatients.SchemaJson));
        return (csv, schema);
    }
}
