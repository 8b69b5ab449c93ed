using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>B1: whoever can write the file can put an older copy or another history in its place; who has seen more refuses
/// it.</summary>
public sealed class CheckpointMemoryTests : IDisposable
{
    private readonly TemporaryLedger _t = new();
    private readonly CheckpointMemory _memory;

    public CheckpointMemoryTests()
    {
        _memory = new CheckpointMemory(Path.Combine(_t.Folder, "state"));
        _t.Append(_t.Alice, "a");
    }

    public void Dispose() => _t.Dispose();

    private SqliteLedger Open(string path) => SqliteLedger.Open(path, _t.LogKey, null, null, _memory);

    [Fact]
    public void An_older_copy_is_refused_and_what_was_seen_can_be_forgotten()
    {
        string copy = _t.Path + ".copy";
        _t.Ledger.Export(copy);
        using (SqliteLedger ledger = Open(_t.Path))
        {
            ledger.Append(TemporaryLedger.Sign(_t.Bob, 0, TemporaryLedger.Body("policy")).Encode());
        }

        Assert.Equal(2, _memory.Find(_t.Ledger.Key)!.Size); // what this client appended itself has been seen as well
        IOException refused = Assert.Throws<IOException>(() => Open(copy));
        Assert.Contains("shows 1 entries, and 2 were seen", refused.Message, StringComparison.Ordinal);
        Assert.Contains("zkhealth ledger forget", refused.Message, StringComparison.Ordinal);
        Open(_t.Path).Dispose();
        Assert.True(_memory.Forget(_t.Ledger.Key));
        Assert.False(_memory.Forget(_t.Ledger.Key));
        Open(copy).Dispose();
    }

    [Fact]
    public void Another_history_of_the_same_or_a_larger_size_is_refused()
    {
        Open(_t.Path).Dispose();
        string other = _t.Path + ".other";
        using (SqliteLedger fork = SqliteLedger.Create(other, TemporaryLedger.Origin, _t.LogKey))
        {
            fork.Append(TemporaryLedger.Sign(_t.Bob, 0, TemporaryLedger.Body("b")).Encode());
            Assert.Contains(
                "does not begin with the 1 entries",
                Assert.Throws<IOException>(() => Open(other)).Message,
                StringComparison.Ordinal
            );
            fork.Append(TemporaryLedger.Sign(_t.Bob, 1, TemporaryLedger.Body("c")).Encode());
        }

        Assert.Contains(
            "does not begin with the 1 entries",
            Assert.Throws<IOException>(() => Open(other)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A process that has seen less than another does not make the memory shorter.</summary>
    [Fact]
    public void The_most_that_was_seen_is_kept()
    {
        using (SqliteLedger slow = Open(_t.Path))
        {
            _t.Append(_t.Bob, "b");
            Open(_t.Path).Dispose();
            Assert.Equal(2, _memory.Find(_t.Ledger.Key)!.Size);
        }

        Assert.Equal(2, _memory.Find(_t.Ledger.Key)!.Size);
    }

    /// <summary>Ten processes over one ledger called it cut: another appended and kept what it saw between the reading of the
    /// ledger and of the memory.</summary>
    [Fact]
    public void What_others_append_and_keep_meanwhile_is_no_rollback()
    {
        _memory.Hold(new BusyLog(_t, _memory));
        Assert.Equal(2, _memory.Find(_t.Ledger.Key)!.Size);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_warning()
    {
        string file = Path.Combine(_t.Folder, "file");
        File.WriteAllText(file, "");
        var memory = new CheckpointMemory(Path.Combine(file, "below"));
        SqliteLedger.Open(_t.Path, null, null, null, memory).Dispose();
        Assert.Contains("cannot be kept", memory.Warning, StringComparison.Ordinal);
    }

    /// <summary>A log to which another process appends, and keeps what it sees, while the checkpoint is on its way to the
    /// reader.</summary>
    private sealed class BusyLog(TemporaryLedger t, CheckpointMemory memory) : OtherLedger(t.Ledger)
    {
        public override Checkpoint GetCheckpoint()
        {
            Checkpoint shown = base.GetCheckpoint();
            t.Append(t.Bob, "meanwhile");
            memory.Keep(Key, base.GetCheckpoint());
            return shown;
        }
    }
}
