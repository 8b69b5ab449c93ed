using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Traces;

/// <summary>Reads a log into its history, some leaves at a time.</summary>
internal sealed partial class HistoryFile
{
    /// <summary>The leaves that are read in one change: a reading that is stopped goes on behind the last one, and memory holds
    /// what they change of the state.</summary>
    private const long LeavesAtOnce = 20_000;

    /// <summary>The secret of the reader by which a history is known as its own: one that came with a ledger, from whoever made
    /// it, is forgotten, since its words are not proven. Null where the reader keeps nothing; a secret of this reading alone
    /// where the folder cannot be written.</summary>
    private byte[]? Secret()
    {
        if ((_ledger as SqliteLedger)?.Memory is not CheckpointMemory memory)
        {
            return null;
        }

        string path = memory.PathOf(_ledger.Key, ".history");
        try
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, options);
                file.Write(RandomNumberGenerator.GetBytes(32));
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RandomNumberGenerator.GetBytes(32);
        }
    }

    private void FollowAll(string path, long leavesAtOnce)
    {
        long before = 0,
            to = Follow(path, leavesAtOnce);
        while (to < End.Size)
        {
            // what a part has changed is in the file: memory would hold it, and that of three or four more, until the collector
            // comes to it
            (_from, _decided, State) = (null, ContractState.Empty, ContractState.Empty);
            GC.Collect();

            // where the state could not be kept, the rest is read at once
            long most = to > before ? leavesAtOnce : End.Size;
            (before, to) = (to, Follow(path, most));
        }
    }

    /// <summary>Goes on from the newest state that is known and not behind the end of the history; the number of leaves that it
    /// then has.</summary>
    private long Follow(string path, long leavesAtOnce)
    {
        // the end is read once, and what the file has within the change: other readers go on with the same file
        using IDisposable change = _file.Begin();
        End = _ledger.GetCheckpoint();
        long size = _file.Number("size");
        byte[] maker = Secret() is byte[] secret ? Ids.Of("history", secret) : [];
        if (
            !maker.AsSpan().SequenceEqual(_file.Blob("maker"))
            || size > End.Size
            || (size > 0 && !Hash(size - 1).AsSpan().SequenceEqual(_file.Blob("last")))
        )
        {
            _file.Clear();
            size = 0;
        }

        _file.Set("maker", maker);
        _days.Load();

        // a snapshot has what was due at its leaf behind it: that leaf has to be in the history
        StateSnapshot? own = Known(_states.Newest()),
            logs = Known(StateSnapshot.Open(StateSnapshot.PathOf(path), _ledger.Key.Key));
        _from = own is null || logs?.Leaf > own.Leaf ? logs : own;
        (ContractState state, long at) = _from is null ? (ContractState.Empty, 0) : (_from.State, _from.Leaf);
        (_decided, State) = (state, state);
        long to = Math.Min(at + leavesAtOnce, End.Size);
        foreach (RegionLeaf leaf in Ahead.Of(RegionLog.Replay(_ledger, state, at, End, to)))
        {
            Replayed++;
            (State, _decided) = (leaf.After, leaf.Before);
            if (leaf.Index >= size)
            {
                Keep(leaf, state);
            }

            state = leaf.After;
        }

        _days.Save();
        if (to > size)
        {
            _file.Set("size", to);
            _file.Set("last", Hash(to - 1));
        }

        if (to < End.Size || to - at >= MinLeaves)
        {
            _states.Keep(own == _from ? own : null, _decided, to - 1);
        }

        _file.Commit();
        return to;

        StateSnapshot? Known(StateSnapshot? s) => s is not null && s.Leaf < size && RegionLog.IsOf(s, _ledger) ? s : null;
    }

    private void Keep(RegionStep step, ContractState before)
    {
        _days.Add(step, before);
        if (LogHistory.LeafOf(step, before) is not HistoryLeaf leaf)
        {
            return;
        }

        KeepProofs(leaf, step.Before);
        _file.Run("INSERT OR REPLACE INTO leaf VALUES ($a, $b)", leaf.Index, HistoryLeafFormat.Encode(leaf));
        foreach (string term in HistoryTerms.Of(leaf))
        {
            _file.AddTerm(Short(term), leaf.Index);
        }

        foreach (RecordChange c in leaf.Due.Concat(leaf.Changed).Where(c => c.Kind == Records.Breach && c.Before is null))
        {
            _file.Run("INSERT OR IGNORE INTO accused VALUES ($a)", c.After!.Code("subject"));
        }
    }

    private void KeepProofs(HistoryLeaf leaf, ContractState decided)
    {
        StateQuestion[] questions = [.. TraceEvidence.Deciding(leaf)];
        if (questions.Length > 0)
        {
            using Scratch scratch = Scratch.Take();
            CborWriter w = scratch.Writer;
            w.WriteStartArray(questions.Length);
            foreach (StateQuestion q in questions)
            {
                Evidence.Prove(decided, q).Write(w);
            }

            w.WriteEndArray();
            _file.Run("INSERT OR REPLACE INTO proof VALUES ($a, $b)", leaf.Index, w.Encode());
        }
    }

    private byte[] Hash(long index) => MerkleHash.Leaf(_ledger.Read(index) ?? []);
}
