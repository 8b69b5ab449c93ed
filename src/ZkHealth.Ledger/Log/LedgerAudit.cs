using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>
/// Reads a whole ledger file, trusting none of it but the key: every entry and signature, every sequence and time, every hash of
/// the tree, the checkpoint, and what the file says twice. It reads one state of the file, and holds up nobody who appends
/// meanwhile.
/// </summary>
public static class LedgerAudit
{
    private const int Corrupt = 11,
        NotADatabase = 26,
        GeneralError = 1,
        ShortRead = 522;

    /// <summary>Audits a ledger file. A fault in what the file holds is a result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that the ledger must have; null takes the one that the file names.</param>
    /// <param name="earlier">A checkpoint that was kept: the ledger must still begin with it.</param>
    /// <param name="rules">The rules of the log, by which entries are flagged; null for none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read: it is locked, or what lies beside it may not be
    /// written.</exception>
    public static AuditResult Run(string path, NoteKey? key = null, Checkpoint? earlier = null, LogRules? rules = null)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no ledger {path}", path);
        }

        if (SqliteStore.IsEmpty(path))
        {
            return new AuditResult(false, 0, null, "the file is empty, or a pipe or device");
        }

        using var state = new AuditState(earlier, rules);
        try
        {
            using SqliteConnection connection = SqliteStore.ConnectToRead(path);
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
            return Run(connection, key, state);
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode is not (Corrupt or NotADatabase or GeneralError) && e.SqliteExtendedErrorCode != ShortRead)
        {
            // what this reader may not do or what is busy says nothing of the ledger
            throw new IOException($"the ledger's database cannot be read: {e.Message}", e);
        }
        catch (Exception e)
            when (e
                    is SqliteException
                        or InvalidCastException
                        or InvalidOperationException
                        or ArgumentException
                        or FormatException
            )
        {
            return state.Damaged(e.Message);
        }
    }

    private static AuditResult Run(SqliteConnection connection, NoteKey? expected, AuditState state)
    {
        if (Head(connection, expected, out NoteKey? key, out Checkpoint? checkpoint) is string fault)
        {
            return new AuditResult(false, 0, null, fault);
        }

        state.Begin(connection, key!, checkpoint!.Size);
        using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText =
                "SELECT idx, bytes, hash, signer, sequence, id, kind, subject FROM leaf NOT INDEXED ORDER BY idx";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read() && state.Add(reader)) { }
        }

        state.VerifySignatures();
        return state.Fault ?? Whole(connection, checkpoint, state);
    }

    /// <summary>Reads key and checkpoint; what is wrong with them, or null.</summary>
    private static string? Head(SqliteConnection connection, NoteKey? expected, out NoteKey? key, out Checkpoint? checkpoint)
    {
        (key, checkpoint) = (null, null);
        try
        {
            key = SqliteLedger.ReadKey(connection);
        }
        catch (IOException e)
        {
            return $"the file is damaged: {e.Message}";
        }

        if (expected is not null && expected.ToString() != key.ToString())
        {
            return $"the ledger's key is {key}";
        }

        return Checkpoint.TryParse(SqliteLedger.ReadNote(connection), key, out checkpoint)
            ? null
            : "the checkpoint is missing or not signed by the ledger's key";
    }

    private static AuditResult Whole(SqliteConnection connection, Checkpoint checkpoint, AuditState state)
    {
        if (state.Size < checkpoint.Size)
        {
            return new AuditResult(false, state.Size, state.Size, "it is missing");
        }

        if (state.Size > checkpoint.Size || !checkpoint.Root.Span.SequenceEqual(state.Root()))
        {
            return new AuditResult(
                false,
                state.Size,
                null,
                $"the checkpoint of {checkpoint.Size} leaves is not that of the entries"
            );
        }

        if ((long)SqliteStore.Scalar(connection, "SELECT count(*) FROM node")! != state.Nodes)
        {
            return new AuditResult(false, state.Size, null, "the file holds hashes of no entry");
        }

        if (state.EarlierFault() is string differs)
        {
            return new AuditResult(false, state.Size, null, differs);
        }

        return SqliteStore.Scalar(connection, "PRAGMA integrity_check(1)") is not "ok" and object integrity
            ? new AuditResult(false, state.Size, null, $"the file is damaged: {integrity}")
            : state.Accepted();
    }
}
