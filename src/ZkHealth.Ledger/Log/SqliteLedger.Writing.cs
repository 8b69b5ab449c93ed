using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>Appends leaves: each call in one transaction, under one checkpoint.</summary>
public sealed partial class SqliteLedger
{
    /// <inheritdoc/>
    public AppendResult Append(ReadOnlyMemory<byte> entry) => AppendAll([entry])[0];

    /// <summary>
    /// Appends encoded entries in their order, in one transaction with one checkpoint. Each has its own answer: a refused one
    /// does not hold up the others.
    /// </summary>
    /// <param name="entries">The bytes of <see cref="LedgerEntry.Encode"/>, each.</param>
    /// <exception cref="InvalidOperationException">The log was opened without its key.</exception>
    /// <exception cref="IOException">The log cannot be read or written; no entry is then acknowledged.</exception>
    public IReadOnlyList<AppendResult> AppendAll(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (_writer is null)
        {
            throw new InvalidOperationException("the ledger was opened without its key, to read only");
        }

        var results = new AppendResult[entries.Count];
        LedgerEntry?[] decoded = Decode(entries, results);
        return Locked(() =>
            Write(() =>
            {
                for (int i = 0; i < decoded.Length; i++)
                {
                    results[i] = decoded[i] is LedgerEntry entry ? _writer.Append(entry, Now()) : results[i];
                }

                return results;
            })
        );
    }

    /// <summary>Appends a tick: a leaf without entry, by which the log says that time has passed.</summary>
    /// <returns>False where the rules in force are not those attached.</returns>
    /// <exception cref="InvalidOperationException">The log was opened without its key.</exception>
    /// <exception cref="IOException">The log cannot be read or written.</exception>
    public bool Tick()
    {
        if (_writer is null)
        {
            throw new InvalidOperationException("the ledger was opened without its key, to read only");
        }

        return Locked(() => Write(() => _writer.Tick(Now())));
    }

    /// <summary>Keeps the state of the rules beside the file; without it the next opening replays the leaves, so that nothing is
    /// lost where it cannot be written.</summary>
    internal void SaveState(bool always)
    {
        try
        {
            _writer?.Save(_signer!, always);
        }
        catch (Exception e) when (!always && e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // a full disk, a folder of somebody else, a key that is gone: the ledger itself is whole
        }
    }

    /// <summary>Decodes and verifies entries before the log is locked; those that fail have their answer.</summary>
    private LedgerEntry?[] Decode(IReadOnlyList<ReadOnlyMemory<byte>> entries, AppendResult[] results)
    {
        var decoded = new LedgerEntry?[entries.Count];
        var entered = new List<(long, LedgerEntry)>();
        for (int i = 0; i < entries.Count; i++)
        {
            if (!LedgerEntry.TryDecodeUnverified(entries[i], out LedgerEntry? entry, out string? reason))
            {
                results[i] = AppendResult.Refuse(reason);
            }
            else if (entry.Origin != Key.Name)
            {
                results[i] = AppendResult.Refuse($"it is for the ledger {entry.Origin}");
            }
            else
            {
                decoded[i] = entry;
                entered.Add((i, entry));
            }
        }

        foreach ((long i, string fault) in EntrySignatures.Bad(entered))
        {
            (decoded[i], results[i]) = (null, AppendResult.Refuse(fault));
        }

        return decoded;
    }

    /// <summary>Says that time has passed, where the last leaf is too old to tell.</summary>
    private void TickIfLate()
    {
        if (_writer is not null)
        {
            Locked(() =>
            {
                long size = ReadCheckpoint().Size;
                return size > 0 && Now() - LeafRows.LastTime(_connection, size) > TickAfter && Write(() => _writer.Tick(Now()));
            });
        }
    }

    /// <summary>Runs work on the writer in one transaction, with a checkpoint over what it appended.</summary>
    private T Write<T>(Func<T> work)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
        Checkpoint before = ReadCheckpoint();
        _writer!.Begin(transaction, before);
        try
        {
            T result = work();
            if (_writer.Size > before.Size)
            {
                Checkpoint after = Checkpoint.Sign(Key.Name, _writer.Size, _writer.Root(), _signer!);
                SaveCheckpoint(_connection, after);
                transaction.Commit();
                _latest = (after.ToString(), after);
            }

            return result;
        }
        catch
        {
            _writer.Forget();
            throw;
        }
    }

    private static void SaveCheckpoint(SqliteConnection connection, Checkpoint checkpoint) =>
        SqliteStore.Execute(connection, "INSERT OR REPLACE INTO meta VALUES ('checkpoint', $t)", ("$t", checkpoint.ToString()));
}
