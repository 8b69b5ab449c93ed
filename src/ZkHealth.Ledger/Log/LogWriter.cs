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
            _time = LeafRows.LastTime(_connection, checkpoint.Size);
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

        if (EntryValidity.Fault(entry, time) is string late)
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

    /// <summary>The answer to an entry that has not its signer's next number, or null.</summary>
    private AppendResult? Repeated(LedgerEntry entry, long number)
    {
        long next = _next.TryGetValue(entry.Signer, out long known) ? known : LeafRows.NextSequence(_connection, entry.Signer);
        _next[entry.Signer] = next;
        if (number > next)
        {
            return AppendResult.Refuse($"its sequence number is {number}, the signer's next one is {next}");
        }

        return number == next
            ? null
            : Answer(
                entry,
                LeafRows.Find(_connection, "signer = $k AND sequence = $n", ("$k", entry.Signer.Bytes.ToArray()), ("$n", number))[
                    0
                ],
                $"the signer has used sequence number {number} for another entry"
            );
    }

    /// <summary>The answer to a restricting entry that is there already, or null.</summary>
    private AppendResult? Duplicate(LedgerEntry entry)
    {
        List<LoggedEntry> there = LeafRows.Find(_connection, "id = $i", ("$i", entry.Id.ToArray()));
        return there.Count == 0
            ? null
            : Answer(entry, there[0], $"DUPLICATE: the signer has said the same in entry {there[0].Index}");
    }

    /// <summary>Answers that an entry is there already, or refuses it where that is another one.</summary>
    private static AppendResult Answer(LedgerEntry entry, LoggedEntry there, string otherwise) =>
        there.Entry.Bytes.Span.SequenceEqual(entry.Bytes.Span)
            ? new AppendResult(AppendStatus.AlreadyThere, there.Index, null)
            : AppendResult.Refuse(otherwise);

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

    private LedgerLeaf Leaf(long index) => LeafRows.Read(_connection, index);

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
    private long? FindAfter(long seconds, long time) =>
        time > (Int128)seconds * 1000
            ? LeafTimes.FirstAfter(seconds, Size, index => LeafRows.LastTime(_connection, index + 1))
            : null;

    private bool Begins(Checkpoint checkpoint) => checkpoint.Size <= Size && SqliteStore.Begins(_connection, checkpoint);

    /// <summary>Entries of a kind, whose signatures were verified when they were appended.</summary>
    private List<LoggedEntry> FindDecoded(string kind, byte[]? subject, long before) =>
        LeafRows.Find(
            _connection,
            subject is null ? "kind = $k AND idx < $b" : "kind = $k AND subject = $s AND idx < $b",
            ("$k", kind),
            ("$s", subject ?? []),
            ("$b", before)
        );
}
