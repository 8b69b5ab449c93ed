using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>The state of an audit: what the leaves read so far say, with the signatures that are still being verified beside
/// the reading.</summary>
internal sealed class AuditState(Checkpoint? earlier, LogRules? attached) : IDisposable
{
    private readonly LogRules _rules = attached ?? NoRules.Instance;
    private readonly EntriesByKind _entries = new(attached ?? NoRules.Instance);
    private readonly LeafTimes _times = new();
    private readonly Dictionary<VerifyingKey, long> _next = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _flags = [];
    private readonly MerkleFrontier _frontier = new();
    private readonly SignatureQueue _signatures = new();
    private byte[]? _earlierRoot = earlier is { Size: 0 } ? MerkleHash.Empty() : null;
    private long _time,
        _ticks;
    private LogState _state = (attached ?? NoRules.Instance).Start;
    private bool _judges = true;
    private AuditResult? _fault;
    private SqliteConnection _connection = null!;
    private NoteKey _key = null!;
    private LogContents _log = null!;
    private long _expected;

    /// <summary>The leaves that were found good, but for signatures that are still being verified.</summary>
    public long Size => _frontier.Size;

    /// <summary>The stored hashes that the leaves have completed.</summary>
    public long Nodes { get; private set; }

    /// <summary>The verdict on the first bad leaf, or null.</summary>
    public AuditResult? Fault =>
        _signatures.First is (long index, string reason) && (_fault is null || index < _fault.Value.Size)
            ? new AuditResult(false, index, index, reason)
            : _fault;

    public byte[] Root() => _frontier.Root();

    /// <summary>Begins with the key of the log, and the leaves that are said to be there.</summary>
    public void Begin(SqliteConnection connection, NoteKey key, long expected)
    {
        (_connection, _key, _expected) = (connection, key, expected);
        _log = new LogContents(_entries.Find, _times.FindAfter, key, c => c.Size <= Size && SqliteStore.Begins(connection, c));
    }

    public AuditResult Damaged(string message)
    {
        VerifySignatures();
        return Fault ?? new AuditResult(false, Size, Size < _expected ? Size : null, $"the file is damaged: {message}");
    }

    /// <summary>Takes the next row; false where it is bad, which is then the fault unless a signature before it is.</summary>
    public bool Add(SqliteDataReader row)
    {
        string? fault = Leaf(row);
        if (fault is not null)
        {
            _fault ??= new AuditResult(false, Size, Size, fault);
            return false;
        }

        return Fault is null;
    }

    /// <summary>Waits for the signatures of what was read; the first bad one is the fault.</summary>
    public void VerifySignatures() => _signatures.Wait();

    /// <summary>The fault of the checkpoint that was kept, or null.</summary>
    public string? EarlierFault() =>
        earlier is null || (_earlierRoot is not null && earlier.Root.Span.SequenceEqual(_earlierRoot))
            ? null
            : $"the ledger does not begin with the {earlier.Size} entries of the checkpoint that was kept";

    public AuditResult Accepted()
    {
        var notes = new List<string>();
        _rules.Report(_log, _flags, notes);
        return new AuditResult(true, Size, null, null)
        {
            Ticks = _ticks,
            Flags = _flags,
            Notes = notes,
        };
    }

    public void Dispose() => _signatures.Dispose();

    /// <summary>One leaf: its place, its bytes, what the row repeats of them, its time and number, the nodes that it
    /// completes.</summary>
    private string? Leaf(SqliteDataReader row)
    {
        long index = Size;
        if (row.GetInt64(0) != index)
        {
            return "it is missing";
        }

        if (index == _expected)
        {
            return "it is behind the checkpoint";
        }

        byte[] bytes = row.GetFieldValue<byte[]>(1);
        if (!LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out string? reason))
        {
            return reason;
        }

        if (leaf.Time < _time)
        {
            return "its time is before that of the leaf before it";
        }

        if ((leaf.Entry is LedgerEntry said ? EntryFault(index, said, leaf.Time) : null) is string fault)
        {
            return fault;
        }

        if (!Repeats(row, leaf.Entry))
        {
            return "the file's index says something else than the entry";
        }

        _times.Add(index, leaf.Time);
        if (Judge(index, leaf) is string wrong)
        {
            return wrong;
        }

        byte[] leafHash = MerkleHash.Leaf(bytes);
        if (!row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(leafHash))
        {
            return "a hash of the tree is not that of the entries";
        }

        string? differs = null;
        _frontier.Append(leafHash, (level, at, hash) => differs ??= NodeFault(level, at, hash));
        if (differs is not null)
        {
            _fault = new AuditResult(false, Size - 1, Size - 1, differs);
            return differs;
        }

        Note(index, leaf);
        return null;
    }

    private string? EntryFault(long index, LedgerEntry entry, long time)
    {
        if (entry.Origin != _key.Name)
        {
            return $"it is for the ledger {entry.Origin}";
        }

        if (attached is not null && _rules.IsRestricting(entry.Body.Kind) != entry.Sequence is null)
        {
            return "an entry has neither number nor end where its kind is restricting, and both elsewhere";
        }

        if (entry.Sequence is long number && number != _next.GetValueOrDefault(entry.Signer))
        {
            return "its sequence number is not its signer's next one";
        }

        if (entry.Sequence is null && _ids.Contains(Convert.ToHexString(entry.Id.Span)))
        {
            return "its signer has said the same before";
        }

        return EntryValidity.Fault(entry, time) is null ? null : $"entry {index} was not valid at the time of its leaf";
    }

    /// <summary>Judges by the rules: an entry that their state refuses and a state that is not theirs convict the log; what
    /// they refuse by earlier entries is flagged. Who lacks the rules in force convicts nobody.</summary>
    private string? Judge(long index, LedgerLeaf leaf)
    {
        if (attached is null || !_judges)
        {
            return null;
        }

        LogDecision decision = _state.Decide(_key.Name, leaf.Time, leaf.Entry);
        if (!decision.CanJudge || (leaf.RuleSet != decision.RuleSet && (decision.RuleSet == 0 || decision.Next == _state)))
        {
            _judges = false;
            _flags.Add(
                $"entry {index}: it was decided by rule set {leaf.RuleSet}, which is not among these rules: nothing is judged from here on"
            );
            return null;
        }

        if (!decision.Root.Span.SequenceEqual(leaf.StateRoot.Span))
        {
            return "its state root is not that of the entries before it";
        }

        if (leaf.RuleSet != decision.RuleSet || (decision.TickFirst && leaf.Entry is not null))
        {
            return "its rule set is not the one in force";
        }

        if (decision.Refusal is string codes)
        {
            return $"the rules refuse it: {codes}";
        }

        _state = decision.Next;
        if (leaf.Entry is LedgerEntry entry && _rules.Refusal(entry, _log) is string flag)
        {
            _flags.Add($"entry {index}: {flag}");
        }

        return null;
    }

    private string? NodeFault(int level, long at, byte[] hash)
    {
        if (level < SqliteStore.LowestLevel)
        {
            return null;
        }

        Nodes++;
        object? stored = SqliteStore.Scalar(
            _connection,
            "SELECT hash FROM node WHERE level = $l AND idx = $i",
            ("$l", level),
            ("$i", at)
        );
        return stored is byte[] there && there.AsSpan().SequenceEqual(hash)
            ? null
            : "a hash of the tree is not that of the entries";
    }

    private void Note(long index, LedgerLeaf leaf)
    {
        _time = leaf.Time;
        if (leaf.Entry is LedgerEntry entry)
        {
            _entries.Add(index, entry);
            _signatures.Add(index, entry);
            if (entry.Sequence is long number)
            {
                _next[entry.Signer] = number + 1;
            }
            else
            {
                _ids.Add(Convert.ToHexString(entry.Id.Span));
            }
        }
        else
        {
            _ticks++;
        }

        if (Size == earlier?.Size)
        {
            _earlierRoot = Root();
        }
    }

    private static bool Repeats(SqliteDataReader row, LedgerEntry? entry)
    {
        if (entry is null)
        {
            return Enumerable.Range(3, 5).All(row.IsDBNull);
        }

        return row.GetFieldValue<byte[]>(3).AsSpan().SequenceEqual(entry.Signer.Bytes.Span)
            && (entry.Sequence is long number ? row.GetInt64(4) == number : row.IsDBNull(4))
            && (entry.Sequence is null ? row.GetFieldValue<byte[]>(5).AsSpan().SequenceEqual(entry.Id.Span) : row.IsDBNull(5))
            && row.GetString(6) == entry.Body.Kind
            && row.GetFieldValue<byte[]>(7).AsSpan().SequenceEqual(entry.Body.Subject.Span);
    }
}
