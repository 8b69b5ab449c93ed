using System.Formats.Cbor;
using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>The ledger as bulletin board of the aggregation.</summary>
public class LedgerBoardTests
{
    private static readonly byte[] Subject = [1, 2, 3];

    private static LedgerBoard Board(TemporaryLedger t, SigningKey? author = null, ILedger? ledger = null) =>
        new(ledger ?? t.Ledger, new NoBlobs(), author);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Entries_carry_their_author_and_are_found_by_kind_and_subject()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        LedgerBoard alice = Board(t, t.Alice),
            bob = Board(t, t.Bob),
            reader = Board(t);
        Assert.Equal(
            (TemporaryLedger.Origin, LedgerBoard.PartyOf(t.Alice.Public), null),
            (alice.Origin, alice.Author, reader.Author)
        );
        Assert.Equal(0, alice.Append("k", Subject, Bytes("a")));
        Assert.Equal(1, bob.Append("k", Subject, Bytes("b")));
        Assert.Equal(2, alice.Append("other", Subject, Bytes("c")));
        Assert.Equal(3, alice.Append("k", [9], []));
        Assert.Equal([0, 1], reader.Find("k", Subject));
        Assert.Empty(reader.Find("k", [8]));
        BoardEntry entry = reader.Read(1)!;
        Assert.Equal(
            (1, LedgerBoard.PartyOf(t.Bob.Public), "k", "b"),
            (entry.Position, entry.Author, entry.Kind, Encoding.UTF8.GetString(entry.Body.Span))
        );
        Assert.Equal(Subject, entry.Subject.ToArray());
        Assert.Null(reader.Read(4));
        Assert.Null(reader.Read(-1));

        // the index grows with the ledger
        Assert.Equal(4, bob.Append("k", Subject, Bytes("d")));
        Assert.Equal([0, 1, 4], reader.Find("k", Subject));
        Assert.Throws<InvalidOperationException>(() => reader.Append("k", Subject, []));
        Assert.ThrowsAny<ArgumentException>(() => alice.Append("", Subject, []));
        Assert.ThrowsAny<ArgumentException>(() => alice.Append("k", [], []));
        Assert.ThrowsAny<ArgumentException>(() => alice.Append("k", Subject, new byte[(1 << 20) + 1]));
    }

    [Fact]
    public void Processes_of_one_author_do_not_lose_entries_to_one_another()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        Parallel.For(
            0,
            4,
            worker =>
            {
                using SqliteLedger ledger = SqliteLedger.Open(t.Path, t.LogKey);
                LedgerBoard board = Board(t, t.Alice, ledger);
                for (int j = 0; j < 10; j++)
                {
                    board.Append("k", Subject, [(byte)worker, (byte)j]);
                }
            }
        );
        LedgerBoard all = Board(t);
        Assert.Equal(40, all.Find("k", Subject).Count);
        Assert.Equal(40, all.Find("k", Subject).Select(p => Convert.ToHexString(all.Read(p)!.Body.Span)).Distinct().Count());
    }

    /// <summary>On a busy machine an entry was given up when its number was taken ten times in a row.</summary>
    [Fact]
    public void An_entry_waits_for_all_that_overtake_it()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        int others = 0;
        var log = new ChangingLog(t.Ledger);
        log.Overtakes = () =>
        {
            if (others < 30)
            {
                t.Append(t.Alice, $"other {others++}");
            }
        };
        Assert.Equal(30, Board(t, t.Alice, log).Append("k", Subject, [1]));
        log.Overtakes = () => { };
        IOException refused = Assert.Throws<IOException>(() => Board(t, t.Alice, log).Append(ColumnRules.Kind, Subject, [1]));
        Assert.Contains("they are no rules for columns", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_are_consistent_only_with_the_log_that_they_sign()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        LedgerBoard board = Board(t, t.Alice);
        BoardCheckpoint empty = board.GetCheckpoint();
        var seen = new List<BoardCheckpoint> { empty };
        for (int j = 0; j < 9; j++)
        {
            board.Append("k", Subject, [(byte)j]);
            seen.Add(board.GetCheckpoint());
        }

        for (int m = 0; m < seen.Count; m++)
        {
            for (int n = 0; n < seen.Count; n++)
            {
                Assert.Equal(m <= n, board.IsConsistent(seen[m], seen[n]));
            }
        }

        // another log under the same name and key: another view of the ledger
        using var other = SqliteLedger.Create(t.Path + ".fork", TemporaryLedger.Origin, t.LogKey);
        LedgerBoard fork = Board(t, t.Bob, other);
        for (int j = 0; j < 10; j++)
        {
            fork.Append("k", Subject, [(byte)j]);
        }

        Assert.True(board.IsConsistent(empty, fork.GetCheckpoint()) is false); // more entries than the ledger shows
        Assert.False(fork.IsConsistent(seen[5], fork.GetCheckpoint()));
        Assert.True(fork.IsConsistent(empty, fork.GetCheckpoint()));

        // a foreign signature, another size beside the note, nonsense
        using var foreign = SigningKey.Create();
        byte[] root = Checkpoint.TryParse(Encoding.UTF8.GetString(seen[3].Token.Span), t.Ledger.Key, out Checkpoint? c)
            ? c.Root.ToArray()
            : [];
        var forged = new BoardCheckpoint(3, Bytes(Checkpoint.Sign(TemporaryLedger.Origin, 3, root, foreign).ToString()));
        foreach (
            BoardCheckpoint bad in (BoardCheckpoint[])
                [forged, new(4, seen[3].Token.Span), new(3, []), new(3, [0xff, 0xfe]), new(3, new byte[4096])]
        )
        {
            Assert.False(board.IsConsistent(bad, seen[9]));
            Assert.False(board.IsConsistent(seen[0], bad));
        }
    }

    [Fact]
    public void An_index_that_hides_an_entry_hides_nothing_from_the_board()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        LedgerBoard alice = Board(t, t.Alice);
        alice.Append("k", Subject, Bytes("a"));
        alice.Append("k", Subject, Bytes("b"));
        Tamper(t.Path, "UPDATE leaf SET subject = x'00' WHERE idx = 0");
        Assert.Equal([1], t.Ledger.Find("k", Subject));
        Assert.Equal([0, 1], Board(t).Find("k", Subject));
    }

    [Theory]
    [InlineData("DELETE FROM leaf WHERE idx = 0")]
    [InlineData("UPDATE leaf SET bytes = (SELECT bytes FROM leaf WHERE idx = 1) WHERE idx = 0")]
    public void A_ledger_that_changes_what_it_holds_is_refused(string sql)
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        LedgerBoard alice = Board(t, t.Alice);
        alice.Append("k", Subject, Bytes("a"));
        alice.Append("k", Subject, Bytes("b"));
        LedgerBoard reader = Board(t);
        Assert.Equal(2, reader.Find("k", Subject).Count);
        Tamper(t.Path, sql);
        Assert.Throws<IOException>(() => Board(t).Find("k", Subject));
        Assert.True(
            sql.StartsWith("DELETE", StringComparison.Ordinal)
                ? reader.Read(0) is null
                : Assert
                    .Throws<IOException>(() => reader.Read(0))
                    .Message.Contains("not the one that the ledger's checkpoint holds", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_ledger_that_becomes_shorter_is_refused_by_a_board_that_has_read_it()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        Board(t, t.Alice).Append("k", Subject, Bytes("a"));
        var changing = new ChangingLog(t.Ledger);
        LedgerBoard reader = Board(t, null, changing);
        Assert.Single(reader.Find("k", Subject));
        changing.Shown = Checkpoint.Sign(TemporaryLedger.Origin, 0, MerkleHash.Empty(), t.LogKey);
        Assert.Contains(
            "it had 1",
            Assert.Throws<IOException>(() => reader.Find("k", Subject)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_tick_is_an_entry_of_the_log_about_nothing()
    {
        var clock = new ManualClock();
        using var t = new TemporaryLedger(AccountabilityRules.Instance, clock);
        Board(t, t.Alice).Append("k", Subject, Bytes("a"));
        clock.Now += TimeSpan.FromSeconds(61);
        using SqliteLedger later = SqliteLedger.Open(t.Path, t.LogKey, AccountabilityRules.Instance, clock);
        LedgerBoard board = Board(t, t.Alice, later);
        Assert.Equal(2, board.Append("k", Subject, Bytes("b")));
        Assert.Equal(
            ("tick", LedgerBoard.PartyOf(t.LogKey.Public), 0),
            (board.Read(1)!.Kind, board.Read(1)!.Author, board.Read(1)!.Body.Length)
        );
        Assert.Equal([0, 2], board.Find("k", Subject));
    }

    [Fact]
    public void An_entry_that_nobody_signed_is_read_by_nobody()
    {
        // a dishonest log takes an entry in Alice's name that she did not sign, and signs the tree over it
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        byte[] good = TemporaryLedger.Sign(t.Alice, 0, new EntryBody("k", Subject, Bytes("a"))).Encode(),
            bad = [.. good];
        bad[^2] ^= 1; // the last byte is the empty list of countersigners
        var forged = new ForgedLog(t, bad);
        IOException e = Assert.Throws<IOException>(() => Board(t, null, forged).Read(0));
        Assert.Contains("its signature is not that of its signer", e.Message, StringComparison.Ordinal);
        Assert.NotNull(Board(t, null, new ForgedLog(t, good)).Read(0));
        byte[] elsewhere = TemporaryLedger.Sign(t.Alice, 0, new EntryBody("k", Subject, Bytes("a")), "another").Encode();
        Assert.Contains(
            "for the ledger another",
            Assert.Throws<IOException>(() => Board(t, null, new ForgedLog(t, elsewhere)).Read(0)).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Board(t, null, new ForgedLog(t, [1, 2, 3])).Find("k", Subject));
    }

    /// <summary>[1, 32 zero bytes, 0, entry], whatever the entry is.</summary>
    private static byte[] LeafWith(byte[] entry)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteInt64(1);
        w.WriteByteString(new byte[32]);
        w.WriteInt64(0);
        w.WriteByteString(entry);
        w.WriteEndArray();
        return w.Encode();
    }

    private static void Tamper(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private sealed class NoBlobs : IBlobStore
    {
        public byte[] Put(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public byte[]? Read(ReadOnlySpan<byte> hash, long maxSize) => null;
    }

    /// <summary>A log that shows a checkpoint of its choice.</summary>
    private sealed class ChangingLog(ILedger inner) : OtherLedger(inner)
    {
        public Checkpoint? Shown { get; set; }

        /// <summary>Comes between an entry that is signed and its place in the log.</summary>
        public Action Overtakes { get; set; } = () => { };

        public override AppendResult Append(ReadOnlyMemory<byte> entry)
        {
            Overtakes();
            return base.Append(entry);
        }

        public override Checkpoint GetCheckpoint() => Shown ?? base.GetCheckpoint();
    }

    /// <summary>A log of one entry, whatever it is.</summary>
    private sealed class ForgedLog(TemporaryLedger t, byte[] said) : ILedger
    {
        private readonly byte[] _leaf = LeafWith(said);

        public NoteKey Key => t.Ledger.Key;

        public AppendResult Append(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

        public Checkpoint GetCheckpoint() => Checkpoint.Sign(TemporaryLedger.Origin, 1, MerkleHash.Leaf(_leaf), t.LogKey);

        public byte[]? Read(long index) => index == 0 ? _leaf : null;

        public long GetTime() => 0;

        public long NextSequence(VerifyingKey signer) => 0;

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => [];

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => [];

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) => [];
    }
}
