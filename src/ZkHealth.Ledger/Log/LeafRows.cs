using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>Leaves as the tables of a ledger hold them; their signatures were verified when they were appended.</summary>
internal static class LeafRows
{
    /// <summary>The leaf at a position.</summary>
    /// <exception cref="IOException">The file has none there, or a damaged one.</exception>
    public static LedgerLeaf Read(SqliteConnection connection, long index) =>
        Decode(index, (byte[]?)SqliteStore.Scalar(connection, "SELECT bytes FROM leaf WHERE idx = $i", ("$i", index)) ?? []);

    /// <summary>The entries for which a condition of SQL holds, in their order.</summary>
    /// <exception cref="IOException">One of the leaves is damaged, or has no entry.</exception>
    public static List<LoggedEntry> Find(
        SqliteConnection connection,
        string condition,
        params ReadOnlySpan<(string Name, object Value)> parameters
    ) => SqliteStore.Query(connection, Entry, $"SELECT idx, bytes FROM leaf WHERE {condition} ORDER BY idx", parameters);

    /// <summary>The time of the last of so many leaves; 0 where there is none.</summary>
    public static long LastTime(SqliteConnection connection, long size) => size == 0 ? 0 : Read(connection, size - 1).Time;

    /// <summary>The number of a signer's next entry.</summary>
    public static long NextSequence(SqliteConnection connection, VerifyingKey signer) =>
        1
        + (long)
            SqliteStore.Scalar(
                connection,
                "SELECT COALESCE(MAX(sequence), -1) FROM leaf WHERE signer = $k AND sequence IS NOT NULL",
                ("$k", signer.Bytes.ToArray())
            )!;

    private static LoggedEntry Entry(SqliteDataReader row)
    {
        long index = row.GetInt64(0);
        LedgerLeaf leaf = Decode(index, row.GetFieldValue<byte[]>(1));
        LedgerEntry entry = leaf.Entry ?? throw new IOException($"leaf {index}: it has no entry; audit the ledger");
        return new LoggedEntry(index, entry);
    }

    private static LedgerLeaf Decode(long index, byte[] bytes) =>
        LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out string? reason)
            ? leaf
            : throw new IOException($"leaf {index}: {reason}; audit the ledger");
}
