using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>A ledger that was changed behind its back.</summary>
public class AuditTests
{
    [Fact]
    public void A_byte_changed_in_an_entry_names_that_entry()
    {
        using var t = Filled();
        byte[] whole = File.ReadAllBytes(t.Path);
        for (long i = 0; i < 12; i++)
        {
            byte[] entry = t.Ledger.Read(i)!;
            int at = whole.AsSpan().IndexOf(entry);
            Assert.True(at > 0);
            foreach (int offset in (int[])[0, 30, entry.Length / 2, entry.Length - 1])
            {
                AuditResult result = Changed(t, whole, at + offset, 1);
                Assert.Equal((false, i), (result.IsAccepted, result.FirstBadEntry));
            }
        }
    }

    /// <summary>
    /// Any byte of the file: the audit finds it, or the byte is one that says nothing (free space, counters of SQLite) and
    /// everything reads as before.
    /// </summary>
    [Fact]
    public void A_byte_changed_anywhere_is_found_or_says_nothing()
    {
        using var t = Filled();
        byte[] whole = File.ReadAllBytes(t.Path);
        List<string> before = Dump(t.Path);
        var random = new Random(7);
        int found = 0, all = 0;
        for (int k = 0; k < 1500; k++)
        {
            int at = random.Next(whole.Length);
            if (whole[at] == 0 && random.Next(4) != 0)
            {
                continue;                                                    // most of the file is free space
            }

            all++;
            AuditResult result = Changed(t, whole, at, (byte)(1 << random.Next(8)));
            found += result.IsAccepted ? 0 : 1;
            if (result.IsAccepted)
            {
                Assert.Equal(before, Dump(t.Path));
            }
        }

        Assert.True(found > all / 4, $"found {found} of {all}");
        File.WriteAllBytes(t.Path, whole);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE idx = 5", 5L)]
    [InlineData("DELETE FROM entry WHERE idx = 11", 11L)]
    [InlineData("UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE idx = 4) WHERE idx = 6", 6L)]
    [InlineData("UPDATE entry SET sequence = 77 WHERE idx = 3", 3L)]
    [InlineData("UPDATE entry SET subject = x'00' WHERE idx = 3", 3L)]
    [InlineData("UPDATE entry SET kind = 5 WHERE idx = 3", 3L)]
    [InlineData("UPDATE node SET hash = (SELECT hash FROM node WHERE level = 0 AND idx = 0) WHERE level = 0 AND idx = 8", 8L)]
    [InlineData("UPDATE node SET hash = zeroblob(32) WHERE level = 1 AND idx = 2", 5L)]
    [InlineData("DELETE FROM node WHERE level = 0 AND idx = 9", 9L)]
    [InlineData("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 4) WHERE size = 7", 6L)]
    [InlineData("DELETE FROM checkpoint WHERE size = 12", 11L)]
    [InlineData("DELETE FROM checkpoint WHERE size = 0", null)]
    [InlineData("INSERT INTO node VALUES (9, 9, zeroblob(32))", null)]
    [InlineData("UPDATE meta SET value = 'log' WHERE name = 'key'", null)]
    [InlineData("UPDATE meta SET value = 2 WHERE name = 'version'", null)]
    [InlineData("DROP TABLE entry", 0L)]
    public void A_table_changed_by_hand_is_found(string sql, long? bad)
    {
        using var t = Filled();
        Sql(t.Path, sql);
        AuditResult result = LedgerAudit.Run(t.Path, t.Ledger.Key);
        Assert.False(result.IsAccepted, result.ToString());
        Assert.Equal(bad, result.FirstBadEntry);
    }

    /// <summary>The file's owner can drop its end; whoever kept a checkpoint notices.</summary>
    [Fact]
    public void A_cut_ledger_is_found_by_a_checkpoint_that_was_kept()
    {
        using var t = Filled();
        Checkpoint kept = t.Ledger.GetCheckpoint();
        Sql(t.Path, "DELETE FROM checkpoint WHERE size > 8; DELETE FROM entry WHERE idx >= 8; DELETE FROM node WHERE (idx + 1) << level > 8");
        Assert.True(LedgerAudit.Run(t.Path).IsAccepted);
        AuditResult result = LedgerAudit.Run(t.Path, t.Ledger.Key, kept);
        Assert.False(result.IsAccepted);
        Assert.Contains("does not begin with the 12 entries", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_than_expected_is_refused()
    {
        using var t = Filled();
        AuditResult result = LedgerAudit.Run(t.Path, new NoteKey(TemporaryLedger.Origin, t.Alice.Public));
        Assert.Equal($"rejected: the ledger's key is {t.Ledger.Key}", result.ToString());
    }

    private static TemporaryLedger Filled()
    {
        var t = new TemporaryLedger();
        for (int i = 0; i < 12; i++)
        {
            t.Append(i % 2 == 0 ? t.Alice : t.Bob, $"entry number {i} of twelve");
        }

        return t;
    }

    private static AuditResult Changed(TemporaryLedger t, byte[] whole, int at, byte mask)
    {
        byte[] copy = [.. whole];
        copy[at] ^= mask;
        File.WriteAllBytes(t.Path, copy);
        return LedgerAudit.Run(t.Path, t.Ledger.Key);
    }

    private static List<string> Dump(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var lines = new List<string>();
        foreach (string table in (string[])["entry", "node", "checkpoint", "meta"])
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                    .Select(i => reader.GetValue(i) is byte[] b ? Convert.ToHexString(b) : reader.GetValue(i).ToString())));
            }
        }

        return lines;
    }

    private static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
