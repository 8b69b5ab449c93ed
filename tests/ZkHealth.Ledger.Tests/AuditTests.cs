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
        using SqliteLedger ledger = SqliteLedger.Open(t.Path);
        byte[][] leaves = [.. Enumerable.Range(0, 12).Select(i => ledger.Read(i)!)];
        ledger.Dispose();
        byte[] whole = File.ReadAllBytes(t.Path);
        for (long i = 0; i < 12; i++)
        {
            byte[] entry = leaves[i];

            // SQLite leaves copies in pages that it has split: one of them counts
            int[] places = [.. Places(whole, entry)];
            foreach (int offset in (int[])[0, 30, entry.Length / 2, entry.Length - 1])
            {
                AuditResult result = places.Select(at => Changed(t, whole, at + offset, 1)).Single(r => !r.IsAccepted);
                Assert.True(
                    !result.IsAccepted && result.FirstBadEntry == i,
                    $"entry {i}, byte {offset} of {entry.Length}: {result}"
                );
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
        int found = 0,
            all = 0;
        for (int k = 0; k < 1500; k++)
        {
            int at = random.Next(whole.Length);
            if (whole[at] == 0 && random.Next(4) != 0)
            {
                continue; // most of the file is free space
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
    [InlineData("DELETE FROM leaf WHERE idx = 5", 5L)]
    [InlineData("DELETE FROM leaf WHERE idx = 35", 35L)]
    [InlineData("UPDATE leaf SET bytes = (SELECT bytes FROM leaf WHERE idx = 4) WHERE idx = 6", 6L)]
    [InlineData("UPDATE leaf SET sequence = 77 WHERE idx = 3", 3L)]
    [InlineData("UPDATE leaf SET subject = x'00' WHERE idx = 3", 3L)]
    [InlineData("UPDATE leaf SET kind = 5 WHERE idx = 3", 3L)]
    [InlineData("UPDATE leaf SET id = x'00' WHERE idx = 3", 3L)]
    [InlineData("INSERT INTO leaf SELECT 36, bytes, hash, NULL, NULL, NULL, NULL, NULL FROM leaf WHERE idx = 35", 36L)]
    [InlineData("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 7", 7L)]
    [InlineData("UPDATE node SET hash = (SELECT hash FROM node WHERE level = 4 AND idx = 0) WHERE level = 4 AND idx = 1", 31L)]
    [InlineData("UPDATE node SET hash = zeroblob(32) WHERE level = 5 AND idx = 0", 31L)]
    [InlineData("DELETE FROM node WHERE level = 4 AND idx = 0", 15L)]
    [InlineData("UPDATE meta SET value = 'x' WHERE name = 'checkpoint'", null)]
    [InlineData("DELETE FROM meta WHERE name = 'checkpoint'", null)]
    [InlineData("INSERT INTO node VALUES (9, 9, zeroblob(32))", null)]
    [InlineData("UPDATE meta SET value = 'log' WHERE name = 'key'", null)]
    [InlineData("UPDATE meta SET value = 3 WHERE name = 'version'", null)]
    [InlineData("DROP TABLE leaf", 0L)]
    public void A_table_changed_by_hand_is_found(string sql, long? bad)
    {
        using var t = Filled();
        Sql(t.Path, sql);
        AuditResult result = LedgerAudit.Run(t.Path, t.Ledger.Key);
        Assert.False(result.IsAccepted, result.ToString());
        Assert.Equal(bad, result.FirstBadEntry);
    }

    /// <summary>
    /// Attack B1: one signed checkpoint for each size was kept in the file, so that leaves could be cut off without the key and
    /// the rest was accepted.
    /// </summary>
    [Fact]
    public void Leaves_cannot_be_cut_off_without_the_key()
    {
        using var t = Filled();
        Sql(t.Path, "DELETE FROM leaf WHERE idx >= 8; DELETE FROM node WHERE (idx + 1) << level > 8");
        Assert.Equal("rejected: entry 8: it is missing", LedgerAudit.Run(t.Path).ToString());
        using SqliteLedger writer = SqliteLedger.Open(t.Path);
        Assert.Throws<IOException>(() => writer.ProveInclusion(0, 36));
    }

    [Fact]
    public void An_older_copy_is_found_by_a_checkpoint_that_was_kept()
    {
        using var t = Filled();
        string copy = t.Path + ".copy";
        using SqliteLedger ledger = SqliteLedger.Open(t.Path, t.LogKey);
        ledger.Export(copy);
        ledger.Append(
            LedgerEntry.Sign(t.Alice, TemporaryLedger.Origin, 18, ledger.GetTime() + 1000, TemporaryLedger.Body("later")).Encode()
        );
        AuditResult result = LedgerAudit.Run(copy, t.Ledger.Key, ledger.GetCheckpoint());
        Assert.Equal(
            "rejected: the ledger does not begin with the 37 entries of the checkpoint that was kept",
            result.ToString()
        );
        Assert.True(LedgerAudit.Run(copy).IsAccepted);
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
        for (int i = 0; i < 36; i++)
        {
            t.Append(i % 2 == 0 ? t.Alice : t.Bob, $"entry number {i} of many");
        }

        t.Ledger.Dispose();

        return t;
    }

    private static IEnumerable<int> Places(byte[] whole, byte[] part)
    {
        for (int from = 0, at; (at = whole.AsSpan(from).IndexOf(part)) >= 0; from += at + 1)
        {
            yield return from + at;
        }
    }

    private static AuditResult Changed(TemporaryLedger t, byte[] whole, int at, byte mask)
    {
        byte[] copy = [.. whole];
        copy[at] ^= mask;
        File.WriteAllBytes(t.Path, copy);
        try
        {
            return LedgerAudit.Run(t.Path, t.Ledger.Key);
        }
        catch (IOException e)
        {
            return new AuditResult(false, 0, null, e.Message); // the header says that this version of SQLite cannot read it
        }
    }

    private static List<string> Dump(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var lines = new List<string>();
        foreach (string table in (string[])["leaf", "node", "meta"])
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                lines.Add(
                    string.Join(
                        '|',
                        Enumerable
                            .Range(0, reader.FieldCount)
                            .Select(i => reader.GetValue(i) is byte[] b ? Convert.ToHexString(b) : reader.GetValue(i).ToString())
                    )
                );
            }
        }

        return lines;
    }

    internal static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
