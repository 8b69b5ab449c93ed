namespace ZkHealth.Fields;

/// <summary>Splits loops over long vectors among cores.</summary>
internal static class Chunks
{
    /// <summary>Fewer elements than this are not worth a second core.</summary>
    public const int Least = 1 << 10;

    /// <summary>How many chunks a loop of this length has.</summary>
    public static int Count(int length, int degreeOfParallelism) => Math.Max(1, Math.Min(degreeOfParallelism, length / Least));

    /// <summary>Runs body(chunk, from, to) for each chunk; bounds are multiples of 8 where the length is.</summary>
    public static void For(int length, int degreeOfParallelism, Action<int, int, int> body)
    {
        int chunks = Count(length, degreeOfParallelism);
        if (chunks == 1)
        {
            body(0, 0, length);
            return;
        }

        int Bound(int chunk) => chunk == chunks ? length : (int)((long)length * chunk / chunks) & ~7;
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, c => body(c, Bound(c), Bound(c + 1)));
    }
}
