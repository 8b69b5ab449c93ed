using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The first reading of a log into its history, some leaves at a time: it ends with the same file whatever they are,
/// goes on where it was stopped, and finds what was changed.</summary>
public sealed class HistoryReadingTests : TemporaryFolder
{
    private const long AtOnce = 4;

    /// <summary>Every table of the file, the state, and what was due are those of a reading at once.</summary>
    [Fact]
    public void A_reading_in_parts_is_one_at_once()
    {
        using Region r = Played();
        using SqliteLedger ledger = r.OpenLedger();
        (string Root, int Due, string[] Rows) whole,
            parts;
        using (HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger))
        {
            whole = Content(r, file);
        }

        Forget(r);
        using (HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger, AtOnce))
        {
            // each part begins with the leaf of the state before it
            Assert.InRange(file.Replayed, r.Steps.Count + 2, 2 * r.Steps.Count);
            parts = Content(r, file);
            Assert.True(StateSnapshot.IsWhole(file.State));
        }

        Assert.Equal((whole.Root, whole.Due), (parts.Root, parts.Due));
        Assert.Equal(whole.Rows, parts.Rows);
    }

    /// <summary>A reading of an hour that was stopped had begun anew.</summary>
    [Fact]
    public void A_reading_that_is_stopped_goes_on()
    {
        using Region r = Played();
        using SqliteLedger ledger = r.OpenLedger();
        long size = r.Steps.Count;
        var stopping = new StoppingLedger(ledger, size - 2);
        Assert.Throws<OperationCanceledException>(() => HistoryFile.Open(r.LedgerFile!, stopping, AtOnce));

        // somebody was about to write the next state, too
        File.AppendAllText(State(r), "half a state");
        (string, int, string[]) expected,
            found;
        using (HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger, AtOnce))
        {
            Assert.InRange(file.Replayed, 3, (2 * AtOnce) + 2);
            found = Content(r, file);
        }

        Forget(r);
        using HistoryFile anew = HistoryFile.Open(r.LedgerFile!, ledger);
        expected = Content(r, anew);
        Assert.Equal((expected.Item1, expected.Item2), (found.Item1, found.Item2));
        Assert.Equal(expected.Item3, found.Item3);
    }

    /// <summary>A byte of a signature, which the rules do not read, is found by the tree in the part that has it, and nothing of
    /// that part is kept; a state that is damaged costs a replay.</summary>
    [Fact]
    public void Damage_to_the_log_and_to_the_state_is_found()
    {
        using Region r = Played();
        Change(r, 6);
        using (SqliteLedger damaged = r.OpenLedger())
        {
            IOException fault = Assert.Throws<IOException>(() => HistoryFile.Open(r.LedgerFile!, damaged, AtOnce));
            Assert.Contains("not those of the checkpoint", fault.Message, StringComparison.Ordinal);
        }

        using (var history = new HistoryDatabase(HistoryFile.PathOf(r.LedgerFile!)))
        {
            Assert.Equal(AtOnce, history.Number("size"));
        }

        Change(r, 6);
        using SqliteLedger ledger = r.OpenLedger();
        byte[] state = File.ReadAllBytes(State(r));
        state[^1] ^= 1;
        File.WriteAllBytes(State(r), state);
        using HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger);
        Assert.Equal(r.Steps.Count, file.Replayed);
        Assert.Equal(Convert.ToHexString(r.State.Root.Span), Convert.ToHexString(file.State.Root.Span));
    }

    /// <summary>Whatever leaf behind a state is changed, in its state root or in what the rules do not read, a replay from there
    /// does not end; and evidence, which stops before the end, is not made of it.</summary>
    [Fact]
    public void A_changed_leaf_behind_a_state_is_found_wherever_it_stands()
    {
        using Region r = Played();
        using SqliteLedger ledger = r.OpenLedger();
        const int from = 3;
        ContractState before = r.Steps[from].Before;
        long size = r.Steps.Count;
        var altered = new AlteredLedger(ledger);
        using HistoryFile file = HistoryFile.Open(r.LedgerFile!, altered, AtOnce);
        Assert.Equal(size - from, RegionLog.Replay(altered, before, from).Count());
        for (long changed = from; changed < size; changed++)
        {
            byte[] bytes = ledger.Read(changed)!;
            int root = bytes.AsSpan().IndexOf(r.Steps[(int)changed].Before.Root.Span);
            StateQuestion[] asked = [new(changed, Records.Member, "hospital"u8.ToArray())];
            Assert.Single(file.Prove(asked));
            foreach (int at in (int[])[root, bytes.Length - 9])
            {
                (altered.Leaf, altered.At) = (changed, at);
                Assert.Throws<IOException>(() => RegionLog.Replay(altered, before, from).Count());
                Assert.Throws<IOException>(() => RegionLog.Replay(altered, before, from, to: changed + 1).Count());

                // the last one was read
                Assert.True(changed == size - 1 || Record.Exception(() => file.Prove(asked).Count()) is IOException);
                altered.Leaf = -1;
            }
        }
    }

    /// <summary>A state behind another in one file shares its nodes; each is whole, and is read by where it ends.</summary>
    [Fact]
    public void A_later_state_is_written_behind_an_earlier_one()
    {
        using Region r = Played();
        string path = At("state");
        SigningKey key = Region.Secret("log");
        RegionStep[] steps = [.. r.Steps.Where(s => s.Index >= r.Steps.Count / 2)];
        long first = StateSnapshot.Write(path, steps[0].After, 1, key),
            length = first;
        foreach (RegionStep step in steps.Skip(1))
        {
            StateSnapshot before = StateSnapshot.Open(path, key.Public, length)!;
            ContractState next = before.State.Advance(step.Time).State;
            next = step.Act is null ? next : next.Apply(step.Act, step.Time).State;
            length = StateSnapshot.Append(path, length, before, next, 2, key);
            StateSnapshot after = StateSnapshot.Open(path, key.Public, length)!;
            Assert.True(StateSnapshot.IsWhole(after.State));
            Assert.Equal(Convert.ToHexString(step.After.Root.Span), Convert.ToHexString(after.State.Root.Span));
            Assert.Equal(step.After.Due.Events.Select(Text), after.State.Due.Events.Select(Text));
        }

        Assert.True(length < first * steps.Length);
        StateSnapshot kept = StateSnapshot.Open(path, key.Public, first)!;
        Assert.True(StateSnapshot.IsWhole(kept.State));
        Assert.Null(StateSnapshot.Open(path, key.Public, length + 1));

        static string Text(DueEvent e) => $"{e.Time} {e.Rank} {Convert.ToHexString(e.Id)}";
    }

    /// <summary>Consents, a request, a use, a recall that comes late, days and months that end.</summary>
    private Region Played()
    {
        var r = new Region(At("region"), "region");
        r.Consent("ann", days: 20);
        r.Consent("bob");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann", "bob"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        r.Wait(40 * Durations.Day);
        r.Register("hospital", "ct image", consents: "bob");
        r.Consent("cas");
        r.Revoke("bob");
        r.Wait(35 * Durations.Day);
        r.Consent("dora");
        return r;
    }

    private static (string Root, int Due, string[] Rows) Content(Region r, HistoryFile file)
    {
        Assert.Equal(r.State.Due.Events.Count(), file.State.Due.Events.Count());
        using var connection = new SqliteConnection($"Data Source={HistoryFile.PathOf(r.LedgerFile!)};Pooling=False");
        connection.Open();
        var rows = new List<string>();
        foreach (string table in (string[])["leaf", "proof", "day", "accused", "used", "term", "meta"])
        {
            using SqliteCommand read = connection.CreateCommand();
            read.CommandText = $"SELECT * FROM {table} {(table == "meta" ? "WHERE name NOT IN ('key', 'states')" : "")}";
            using SqliteDataReader found = read.ExecuteReader();
            while (found.Read())
            {
                object[] values = [.. Enumerable.Range(0, found.FieldCount).Select(found.GetValue)];
                rows.Add($"{table} {string.Join(' ', values.Select(v => v is byte[] b ? Convert.ToHexString(b) : v))}");
            }
        }

        return (Convert.ToHexString(file.State.Root.Span), file.State.Due.Count, [.. rows]);
    }

    /// <summary>Changes the last byte of a signature, or changes it back.</summary>
    private static void Change(Region r, long index)
    {
        using var connection = new SqliteConnection($"Data Source={r.LedgerFile};Pooling=False");
        connection.Open();
        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = "SELECT bytes FROM leaf WHERE idx = $i";
        read.Parameters.AddWithValue("$i", index);
        var leaf = (byte[])read.ExecuteScalar()!;
        leaf[^9] ^= 1;
        using SqliteCommand write = connection.CreateCommand();
        write.CommandText = "UPDATE leaf SET bytes = $b WHERE idx = $i";
        write.Parameters.AddWithValue("$b", leaf);
        write.Parameters.AddWithValue("$i", index);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    private static void Forget(Region r)
    {
        File.Delete(HistoryFile.PathOf(r.LedgerFile!));
        File.Delete(State(r));
    }

    private static string State(Region r) => StateSnapshot.PathOf(HistoryFile.PathOf(r.LedgerFile!));

    /// <summary>A ledger whose reader is stopped at a leaf.</summary>
    private sealed class StoppingLedger(ILedger inner, long at) : OtherLedger(inner)
    {
        public override byte[]? Read(long index) => index < at ? base.Read(index) : throw new OperationCanceledException();
    }

    /// <summary>A ledger with a byte of a leaf changed.</summary>
    private sealed class AlteredLedger(ILedger inner) : OtherLedger(inner)
    {
        public long Leaf { get; set; } = -1;

        public int At { get; set; }

        public override byte[]? Read(long index)
        {
            byte[]? bytes = base.Read(index)?.ToArray();
            if (index == Leaf)
            {
                bytes![At] ^= 1;
            }

            return bytes;
        }
    }
}
