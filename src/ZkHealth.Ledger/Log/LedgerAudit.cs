using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>What an audit of a ledger file found.</summary>
/// <param name="IsAccepted">Whether everything in the file follows from signed entries.</param>
/// <param name="Size">The entries that were found good before the first bad one.</param>
/// <param name="FirstBadEntry">The number of the first bad entry, or null where the fault is not in one.</param>
/// <param name="Reason">What is wrong, or null.</param>
public readonly record struct AuditResult(bool IsAccepted, long Size, long? FirstBadEntry, string? Reason)
{
    // none is null, so that results with nothing in them are equal
    private readonly IReadOnlyList<string>? _flags, _notes;

    /// <summary>Entries that are well signed and break one of the rules given, then what else the rules want to be seen.</summary>
    public IReadOnlyList<string> Flags
    {
        get => _flags ?? [];
        init => _flags = value.Count == 0 ? null : value;
    }

    /// <summary>What the rules report that breaks none of them.</summary>
    public IReadOnlyList<string> Notes
    {
        get => _notes ?? [];
        init => _notes = value.Count == 0 ? null : value;
    }

    /// <summary>"accepted: N entries", or what is wrong.</summary>
    public override string ToString() =>
        IsAccepted ? $"accepted: {Size} entries" : FirstBadEntry is long i ? $"rejected: entry {i}: {Reason}" : $"rejected: {Reason}";
}

/// <summary>
/// Reads a whole ledger file, trusting none of it but the key: every entry and signature, every sequence, every hash of the
/// tree, every checkpoint, and what the file says twice.
/// </summary>
public static class LedgerAudit
{
    /// <summary>Audits a ledger file. Never throws on what the file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that the ledger must have; null takes the one that the file names.</param>
    /// <param name="earlier">A checkpoint that was kept: the ledger must still begin with it.</param>
    /// <param name="rules">The rules of the log, by which entries are flagged; null for none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static AuditResult Run(string path, NoteKey? key = null, Checkpoint? earlier = null, ILogRules? rules = null)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no ledger {path}", path);
        }

        var state = new State(rules);
        try
        {
            using SqliteConnection connection = SqliteStore.ConnectToRead(path);
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
            return Run(connection, key, earlier, state);
        }
        catch (Exception e) when (e is SqliteException or IOException or InvalidCastException or InvalidOperationException or ArgumentException or FormatException)
        {
            return new AuditResult(false, state.Size, state.Size < state.Expected ? state.Size : null, $"the file is damaged: {e.Message}");
        }
    }

    private sealed class State(ILogRules? rules)
    {
        public long Size { get; set; }

        public long Expected { get; set; }

        public Dictionary<(int Level, long Index), byte[]> Nodes { get; } = [];

        public Dictionary<VerifyingKey, long> Next { get; } = [];

        public ILogRules? Rules { get; } = rules;

        public EntriesByKind Entries { get; } = new(rules);

        public List<string> Flags { get; } = [];
    }

    private static AuditResult Run(SqliteConnection connection, NoteKey? expected, Checkpoint? earlier, State state)
    {
        NoteKey key = SqliteLedger.ReadKey(connection);
        if (expected is not null && expected.ToString() != key.ToString())
        {
            return new AuditResult(false, 0, null, $"the ledger's key is {key}");
        }

        List<(long Size, string Note)> checkpoints = SqliteStore.Query(
            connection, r => (r.GetInt64(0), r.GetString(1)), "SELECT size, note FROM checkpoint NOT INDEXED ORDER BY size");
        state.Expected = checkpoints.Count - 1;
        var nodes = new Dictionary<(int, long), byte[]>();
        foreach ((int level, long index, byte[] hash) in SqliteStore.Query(
            connection, r => (r.GetInt32(0), r.GetInt64(1), r.GetFieldValue<byte[]>(2)), "SELECT level, idx, hash FROM node"))
        {
            nodes[(level, index)] = hash;
        }

        using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText = "SELECT idx, bytes, signer, sequence, kind, subject FROM entry NOT INDEXED ORDER BY idx";
            using SqliteDataReader reader = command.ExecuteReader();
            if (Fault(state, checkpoints, key) is string first)
            {
                return new AuditResult(false, 0, null, first);
            }

            while (reader.Read())
            {
                string? fault = Entry(reader, key, state, nodes);
                if (fault is null)
                {
                    state.Size++;
                    fault = Fault(state, checkpoints, key);
                    state.Size -= fault is null ? 0 : 1;
                }

                if (fault is not null)
                {
                    return new AuditResult(false, state.Size, state.Size, fault);
                }
            }
        }

        return Whole(connection, earlier, state, checkpoints, nodes);
    }

    /// <summary>One entry: its place, its bytes, what the row repeats of them, its sequence, the nodes that it completes.</summary>
    private static string? Entry(SqliteDataReader row, NoteKey key, State state, Dictionary<(int, long), byte[]> stored)
    {
        long index = state.Size;
        if (row.GetInt64(0) != index)
        {
            return "it is missing";
        }

        byte[] bytes = row.GetFieldValue<byte[]>(1);
        if (!LedgerEntry.TryDecode(bytes, out LedgerEntry? entry, out string? reason))
        {
            return reason;
        }

        if (entry.Origin != key.Name)
        {
            return $"it is for the ledger {entry.Origin}";
        }

        if (entry.Sequence != state.Next.GetValueOrDefault(entry.Signer))
        {
            return "its sequence number is not its signer's next one";
        }

        if (!row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(entry.Signer.Bytes.Span) || row.GetInt64(3) != entry.Sequence
            || row.GetString(4) != entry.Body.Kind || !row.GetFieldValue<byte[]>(5).AsSpan().SequenceEqual(entry.Body.Subject.Span))
        {
            return "the file's index says something else than the entry";
        }

        if (state.Rules?.Refusal(entry, state.Entries.Find) is string flag)
        {
            state.Flags.Add($"entry {index}: {flag}");
        }

        state.Entries.Add(index, entry);
        foreach ((int level, long at, byte[] hash) in MerkleTree.Append(index, MerkleHash.Leaf(bytes), (l, i) => state.Nodes[(l, i)]))
        {
            state.Nodes[(level, at)] = hash;
            if (!stored.TryGetValue((level, at), out byte[]? there) || !there.AsSpan().SequenceEqual(hash))
            {
                return "a hash of the tree is not that of the entries";
            }
        }

        state.Next[entry.Signer] = entry.Sequence + 1;
        return null;
    }

    /// <summary>Whether the checkpoint of the present size is there, signed, and says the root of the entries.</summary>
    private static string? Fault(State state, List<(long Size, string Note)> checkpoints, NoteKey key)
    {
        long size = state.Size;
        if (size >= checkpoints.Count || checkpoints[(int)size].Size != size)
        {
            return $"the checkpoint of size {size} is missing";
        }

        return !Checkpoint.TryParse(checkpoints[(int)size].Note, key, out Checkpoint? checkpoint)
            ? $"the checkpoint of size {size} is not signed by the ledger's key"
            : checkpoint.Size != size || !checkpoint.Root.Span.SequenceEqual(Root(state, size))
                ? $"the checkpoint of size {size} is not that of the entries" : null;
    }

    private static AuditResult Whole(
        SqliteConnection connection, Checkpoint? earlier, State state,
        List<(long Size, string Note)> checkpoints, Dictionary<(int, long), byte[]> nodes)
    {
        if (state.Size != checkpoints.Count - 1)
        {
            return new AuditResult(false, state.Size, state.Size, "it is missing");
        }

        if (nodes.Count != state.Nodes.Count)
        {
            return new AuditResult(false, state.Size, null, "the file holds hashes of no entry");
        }

        if (earlier is not null && (earlier.Size > state.Size || !earlier.Root.Span.SequenceEqual(Root(state, earlier.Size))))
        {
            return new AuditResult(false, state.Size, null, $"the ledger does not begin with the {earlier.Size} entries of the checkpoint that was kept");
        }

        if (SqliteStore.Scalar(connection, "PRAGMA integrity_check(1)") is not "ok" and object integrity)
        {
            return new AuditResult(false, state.Size, null, $"the file is damaged: {integrity}");
        }

        var notes = new List<string>();
        state.Rules?.Report(state.Entries.Find, state.Flags, notes);
        return new AuditResult(true, state.Size, null, null) { Flags = state.Flags, Notes = notes };
    }

    private static byte[] Root(State state, long size) => MerkleTree.Root(size, (l, i) => state.Nodes[(l, i)]);
}
