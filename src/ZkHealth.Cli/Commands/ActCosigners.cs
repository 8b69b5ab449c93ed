using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>Those who sign an entry along: with their secret keys here, or elsewhere, and then known by their public
/// keys.</summary>
internal sealed class ActCosigners : IDisposable
{
    private readonly List<SigningKey> _here = [];
    private readonly List<VerifyingKey> _all = [];

    /// <summary>The keys of all.</summary>
    public IReadOnlyCollection<VerifyingKey> All => _all;

    /// <summary>Reads their files: each key once, and not the signer's own.</summary>
    /// <param name="files">The files of keys.</param>
    /// <param name="signer">The key of the signer.</param>
    /// <param name="elsewhere">Whether some may sign elsewhere.</param>
    public static ActCosigners Read(IEnumerable<string> files, SigningKey signer, bool elsewhere)
    {
        var read = new ActCosigners();
        var seen = new HashSet<VerifyingKey> { signer.Public };
        foreach (string file in files)
        {
            string text = Inputs.Text(file);
            VerifyingKey key;
            if (!KeyPem.TryDecodeSecret(text, out SigningKey? here) && KeyPem.TryDecode(text, out VerifyingKey? other))
            {
                key = elsewhere
                    ? other
                    : throw new UsageException(
                        $"--cosign: {file} is a public key: its holder signs elsewhere; --out FILE writes the entry for that"
                    );
            }
            else
            {
                here ??= Inputs.SecretKey(file);
                read._here.Add(here);
                key = here.Public;
            }

            read._all.Add(key);
            if (!seen.Add(key))
            {
                throw new UsageException($"--cosign: {file} is the signer's own key, or is named twice: each key signs once");
            }
        }

        return read;
    }

    /// <summary>The entry with the signatures of those who sign here.</summary>
    public LedgerEntry Countersign(LedgerEntry entry) => _here.Aggregate(entry, (e, key) => e.Countersign(key));

    public void Dispose() => _here.ForEach(k => k.Dispose());
}
