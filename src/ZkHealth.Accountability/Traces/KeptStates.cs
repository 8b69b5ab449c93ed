using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The states that a history keeps, in one file beside it: that of every part of the first reading, of later ones, and of older
/// checkpoints that were asked for. Each is written behind the others and shares their nodes, so that a replay begins at the
/// nearest one.
/// </summary>
internal sealed class KeptStates(HistoryDatabase file, string path)
{
    private const string Name = "states";

    /// <summary>A number by which a writing of the file is known, 0 for none: places in another one mean nothing.</summary>
    public long Writing => file.Number(Name);

    /// <summary>The newest state, or the newest one up to a leaf; null where there is none, or the file is damaged.</summary>
    public StateSnapshot? Newest(long upTo = long.MaxValue) =>
        file.Scalar("SELECT length FROM state WHERE leaf <= $a ORDER BY leaf DESC LIMIT 1", upTo) is long length
            ? StateSnapshot.Open(path, Key().Public, length)
            : null;

    /// <summary>Keeps the newest state, within a change: behind the others, or alone where it was made of none of them.</summary>
    /// <param name="from">The state of this file that it was made from, or null.</param>
    /// <param name="state">The state.</param>
    /// <param name="leaf">The number of the leaf that has its root.</param>
    public void Keep(StateSnapshot? from, ContractState state, long leaf)
    {
        if (from is null)
        {
            file.Run("DELETE FROM state");
            file.Set(Name, RandomNumberGenerator.GetInt32(1, int.MaxValue));
            Note(leaf, StateSnapshot.Write(path, state, leaf, Key()));
        }
        else
        {
            Append(from, state, leaf);
        }
    }

    /// <summary>Keeps the state of an older leaf, unless another reader has written the file anew or is writing: it is asked for
    /// again, and then takes as long.</summary>
    /// <param name="from">The state that it was made from, or null.</param>
    /// <param name="state">The state.</param>
    /// <param name="leaf">The number of the leaf that has its root.</param>
    /// <param name="writing">The number of the writing when the state was asked for.</param>
    public void KeepOlder(StateSnapshot? from, ContractState state, long leaf, long writing)
    {
        try
        {
            using IDisposable change = file.Begin();
            if (Writing == writing && writing > 0)
            {
                Append(from, state, leaf);
                file.Commit();
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException) { }
    }

    private void Append(StateSnapshot? from, ContractState state, long leaf) =>
        Note(leaf, StateSnapshot.Append(path, (long)file.Scalar("SELECT max(length) FROM state")!, from, state, leaf, Key()));

    private void Note(long leaf, long length) => file.Run("INSERT OR REPLACE INTO state VALUES ($a, $b)", leaf, length);

    /// <summary>The key that signs the states: it is nobody's word, and tells a damaged file.</summary>
    private SigningKey Key()
    {
        byte[] secret = file.Blob("key");
        if (secret.Length == 0)
        {
            secret = RandomNumberGenerator.GetBytes(32);
            file.Set("key", secret);
        }

        return SigningKey.FromBytes(secret);
    }
}
