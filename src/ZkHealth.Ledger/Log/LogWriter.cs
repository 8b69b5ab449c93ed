using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>Appends leaves to the tables of a ledger within a transaction of its owner: decides on entries, gives them their
/// time, grows the tree.</summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>The fewest leaves for which a snapshot is written.</summary>
    private const long SaveEvery = 10_000;

    private readonly SqliteConnection _connection;
    private readonly LogRules _rules;
    private readonly SqliteCommand _insertLeaf,
        _insertNode;
    private readonly Dictionary<VerifyingKey, long> _next = [];
    private readonly string _origin;
    private readonly NoteKey _key;
    private MerkleFrontier? _frontier;
    private LogState _state;
    private long _time,
        _followed,
        _saved;

    public LogWriter(SqliteConnection connection, NoteKey key, LogRules rules)
    {
        (_connection, _key, _origin, _rules, _state) = (connection, key, key.Name, rules, rules.Start);
        _insertLeaf = connection.CreateCommand();
        _insertLeaf.CommandText = "INSERT INTO leaf VALUES ($i, $b, $h, $k, $n, $id, $kind, $s)";
        _insertNode = connection.CreateCommand();
        _insertNode.CommandText = "INSERT INTO node VALUES ($l, $i, $h)";
        foreach (string name in (string[])["$i", "$b", "$h", "$k", "$n", "$id", "$kind", "$s"])
        {
            _insertLeaf.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        foreach (string name in (string[])["$l", "$i", "$h"])
        {
            _insertNode.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
    }

    /// <summary>The leaves, with those appended.</summary>
    public long Size => _frontier!.Size;

    /// <summary>The root over the leaves.</summary>
    public byte[] Root() => _frontier!.Root();

    /// <summary>Begins to append behind a checkpoint.</summary>
    /// <exception cref="IOException">The checkpoint is not that of the leaves.</exception>
    public void Begin(SqliteTransaction transaction, Checkpoint checkpoint)
    {
        (_insertLeaf.Transaction, _insertNode.Transaction) = (transaction, transaction);
        _next.Clear();
        if (_frontier?.Size != checkpoint.Size)
        {
            _frontier = MerkleFrontier.Read(checkpoint.Size, (level, index) => SqliteStore.Node(_connection, level, index));
            _time = LastTime(_connection, checkpoint.Size);
            Follow(checkpoint.Size);
        }

        if (!_frontier.Root().AsSpan().SequenceEqual(checkpoint.Root.Span))
        {
            Forget();
            throw new IOException(
                $"the ledger's checkpoint of {checkpoint.Size} leaves is not that of the leaves that it holds; audit it"
            );
        }
    }

    /// <summary>Drops what is known of the tree and of the state: the transaction has failed.</summary>
    public void Forget() => (_frontier, _state, _followed) = (null, _rules.Start, 0);

    /// <summary>Keeps the state beside the ledger where that saves a replay of many leaves.</summary>
    public void Save(SigningKey key, bool always = false)
    {
        if (_followed > 0 && (always || _followed - _saved >= Math.Max(SaveEvery, _followed / 10)))
        {
            _state.Save(_connection.DataSource, _followed - 1, key);
            _saved = _followed;
        }
    }

    /// <summary>Appends an entry whose form and signatures are verified, or says why not.</summary>
    public AppendResult Append(LedgerEntry entry, long clock)
    {
        long time = Math.Max(_time, clock);
        if (_rules.IsRestricting(entry.Body.Kind) != entry.Sequence is null)
        {
            return AppendResult.Refuse(
                entry.Sequence is null
                    ? "only entries of a restricting kind have no number and no end"
                    : "an entry of a restricting kind has neither number nor end"
            );
        }

        if ((entry.Sequence is long number ? Repeated(entry, number) : Duplicate(entry)) is AppendResult there)
        {
            return there;
        }

        if (OutOfTime(entry, time) is string late)
        {
            return AppendResult.Refuse(late);
        }

        if (entry.Body.Payload.Length > _rules.MaxPayloadSize(entry.Body.Kind))
        {
            return AppendResult.Refuse(
                $"expected at most {_rules.MaxPayloadSize(entry.Body.Kind)} bytes in an entry of this kind"
            );
        }

        var earlier = new LogContents(FindDecoded, seconds => FindAfter(seconds, time), _key, Begins);
        if (_rules.Refusal(entry, earlier) is string refusal)
        {
            return AppendResult.Refuse(refusal);
        }

        LogDecision decision = _state.Decide(_origin, time, entry);
        if (decision.CanJudge && decision.TickFirst)
        {
            Tick(time);
            decision = _state.Decide(_origin, time, entry);
        }

        if (!decision.CanJudge)
        {
            return AppendResult.Refuse($"rule set {decision.RuleSet} is in force, which this version does not have: update it");
        }

        if (decision.Refusal is string codes)
        {
            return AppendResult.Refuse(codes);
        }

        Add(entry, time, decision);
        return new AppendResult(AppendStatus.Appended, Size - 1, null);
    }

    /// <summary>Appends a leaf without entry; false where the rules in force are not these.</summary>
    public bool Tick(long clock)
    {
        long time = Math.Max(_time, clock);
        LogDecision decision = _state.Decide(_origin, time, null);
        if (decision.CanJudge)
        {
            Add(null, time, decision);
        }

        return decision.CanJudge;
    }

    public void Dispose()
    {
        _insertLeaf.Dispose();
        _insertNode.Dispose();
    }

    /// <summary>Explains why an entry cannot stand at a time, or null: an ordinary one ends after it, within 24
    /// hours.</summary>
    public static string? OutOfTime(LedgerEntry entry, long time) =>
        entry.NotAfter is not long end ? null
        : end <= time ? $"it was valid until {Iso(end)}, and it is {Iso(time)}: sign it again"
        : end > time + LedgerEntry.MaxValidity
            ? $"it is valid until {Iso(end)}, more than 24 hours from {Iso(time)}: expected at most 24 hours"
        : null;

    /// <summary>The time of the last of so many leaves; 0 where there is none.</summary>
    public static long LastTime(SqliteConnection connection, long size)
    {
        if (size == 0)
        {
            return 0;
        }

        byte[] bytes = (byte[]?)SqliteStore.Scalar(connection, "SELECT bytes FROM leaf WHERE idx = $i", ("$i", size - 1)) ?? [];
        return LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out string? reason)
            ? leaf.Time
            : throw new IOException($"leaf {size - 1}: {reason}; audit the ledger");
    }

    /// <summary>The number of a signer's next entry.</summary>
    public static long NextSequence(SqliteConnection connection, VerifyingKey signer) =>
        1
        + (long)
            SqliteStore.Scalar(
                connection,
                "SELECT COALESCE(MAX(sequence), -1) FROM leaf WHERE signer = $k AND sequence IS NOT NULL",
                ("$k", signer.Bytes.ToArray())
            )!;

    private static string Iso(long time) =>
        time > 253402300799999
            ? "the end of time"
            : DateTimeOffset
                .FromUnixTimeMilliseconds(time)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The answer to an entry that has not its signer's next number, or null.</summary>
    private AppendResult? Repeated(LedgerEntry entry, long number)
    {
        long next = _next.TryGetValue(entry.Signer, out long known) ? known : NextSequence(_connection, entry.Signer);
        _next[entry.Signer] = next;
        if (number > next)
        {
            return AppendResult.Refuse($"its sequence number is {number}, the signer's next one is {next}");
        }

        if (number == next)
        {
            return null;
        }

        (long there, byte[] bytes) = SqliteStore.Query(
            _connection,
            r => (r.GetInt64(0), r.GetFieldValue<byte[]>(1)),
            "SELECT idx, bytes FROM leaf WHERE signer = $k AND sequence = $n",
            ("$k", entry.Signer.Bytes.ToArray()),
            ("$n", number)
        )[0];
        return Decoded(there, bytes) is LedgerEntry same && same.Bytes.Span.SequenceEqual(entry.Bytes.Span)
            ? new AppendResult(AppendStatus.AlreadyThere, there, null)
            : AppendResult.Refuse($"the signer has used sequence number {number} for another entry");
    }

    /// <summary>The answer to a restricting entry that is there already, or null.</summary>
    private AppendResult? Duplicate(LedgerEntry entry)
    {
        List<(long Index, byte[] Bytes)> there = SqliteStore.Query(
            _connection,
            r => (r.GetInt64(0), r.GetFieldValue<byte[]>(1)),
            "SELECT idx, bytes FROM leaf WHERE id = $i",
            ("$i", entry.Id.ToArray())
        );
        return there.Count == 0 ? null
            : Decoded(there[0].Index, there[0].Bytes) is LedgerEntry same && same.Bytes.Span.SequenceEqual(entry.Bytes.Span)
                ? new AppendResult(AppendStatus.AlreadyThere, there[0].Index, null)
            : AppendResult.Refuse($"DUPLICATE: the signer has said the same in entry {there[0].Index}");
    }

    /// <summary>Brings the state up to the leaves that others, or an earlier process, have appended.</summary>
    private void Follow(long size)
    {
        // before the first leaf with a state there is nothing to follow but the last leaf, which may begin one
        if (_followed == 0 && size > 0 && Leaf(size - 1) is { RuleSet: 0 })
        {
            _followed = size - 1;
        }

        if (
            _followed == 0
            && _rules.Open(_connection.DataSource, _key.Key) is LogSnapshot kept
            && kept.Leaf < size
            && Leaf(kept.Leaf).StateRoot.Span.SequenceEqual(kept.Root.Span)
        )
        {
            (_state, _followed, _saved) = (kept.State, kept.Leaf, kept.Leaf);
        }

        for (; _followed < size; _followed++)
        {
            LedgerLeaf leaf = Leaf(_followed);
            LogDecision decision = _state.Decide(_origin, leaf.Time, leaf.Entry);
            if (decision.CanJudge && (decision.Refusal is not null || !decision.Root.Span.SequenceEqual(leaf.StateRoot.Span)))
            {
                throw new IOException($"leaf {_followed} is not what the rules of the ledger give; audit it");
            }

            _state = decision.Next;
        }
    }

    private LedgerLeaf Leaf(long index) =>
        LedgerLeaf.TryDecodeUnverified(
            (byte[]?)SqliteStore.Scalar(_connection, "SELECT bytes FROM leaf WHERE idx = $i", ("$i", index)) ?? [],
            out LedgerLeaf? leaf,
            out string? reason
        )
            ? leaf
            : throw new IOException($"leaf {index}: {reason}; audit the ledger");

    private void Add(LedgerEntry? entry, long time, LogDecision decision)
    {
        long index = Size;
        byte[] bytes = new LedgerLeaf(time, decision.Root.Span, decision.RuleSet, entry).Encode(),
            hash = MerkleHash.Leaf(bytes);
        object?[] values =
        [
            index,
            bytes,
            hash,
            entry?.Signer.Bytes.ToArray(),
            entry?.Sequence,
            entry is { Sequence: null } ? entry.Id.ToArray() : null,
            entry?.Body.Kind,
            entry?.Body.Subject.ToArray(),
        ];
        for (int i = 0; i < values.Length; i++)
        {
            _insertLeaf.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        _insertLeaf.ExecuteNonQuery();
        _frontier!.Append(
            hash,
            (level, at, completed) =>
            {
                if (level >= SqliteStore.LowestLevel)
                {
                    (_insertNode.Parameters[0].Value, _insertNode.Parameters[1].Value, _insertNode.Parameters[2].Value) = (
                        level,
                        at,
                        completed
                    );
                    _insertNode.ExecuteNonQuery();
                }
            }
        );
        (_time, _state, _followed) = (time, decision.Next, index + 1);
        if (entry?.Sequence is long number)
        {
            _next[entry.Signer] = number + 1;
        }
    }

    /// <summary>The first leaf later than so many seconds: one that is there, or else the next one, which has this
    /// time.</summary>
    private long? FindAfter(long seconds, long time)
    {
        if (time <= (Int128)seconds * 1000)
        {
            return null;
        }

        // times never fall: bisection
        (long low, long high) = (0, Size);
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            (low, high) = LastTime(_connection, middle + 1) > (Int128)seconds * 1000 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private bool Begins(Checkpoint checkpoint) => checkpoint.Size <= Size && SqliteStore.Begins(_connection, checkpoint);

    /// <summary>Entries of a kind, whose signatures were verified when they were appended.</summary>
    private List<LoggedEntry> FindDecoded(string kind, byte[]? subject, long before)
    {
        static (long Index, byte[] Bytes) Row(SqliteDataReader r) => (r.GetInt64(0), r.GetFieldValue<byte[]>(1));
        string about = subject is null ? "" : "AND subject = $s ";
        List<(long Index, byte[] Bytes)> rows = SqliteStore.Query(
            _connection,
            Row,
            $"SELECT idx, bytes FROM leaf WHERE kind = $k {about}AND idx < $b ORDER BY idx",
            ("$k", kind),
            ("$s", subject ?? []),
            ("$b", before)
        );
        return [.. rows.Select(r => new LoggedEntry(r.Index, Decoded(r.Index, r.Bytes)))];
    }

    private static LedgerEntry Decoded(long index, byte[] bytes) =>
        LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out string? reason) && leaf.Entry is LedgerEntry entry
            ? entry
            : throw new IOException($"leaf {index}: {reason ?? "it has no entry"}; audit the ledger");
}
