namespace ZkHealth.Fields;

/// <summary>Splits loops over long vectors among cores.</summary>
internal static class Chunks
{
    /// <summary>Fewer elements than this are not worth a second core.</summary>
    public const int Least = 1 << 10;

    /// <summary>The number of chunks of a loop of this length.</summary>
    public static int Count(int length, int degreeOfParallelism, int least = Least) =>
        Math.Max(1, Math.Min(degreeOfParallelism, length / least));

    /// <summary>Runs body(chunk, from, to) for each chunk; bounds are multiples of 8 where the length is.</summary>
    public static void For(int length, int degreeOfParallelism, Action<int, int, int> body) =>
        For(length, degreeOfParallelism, Least, body);

    /// <summary>Does the same for chunks of another least length.</summary>
    public static void For(int length, int degreeOfParallelism, int least, Action<int, int, int> body)
    {
        int chunks = Count(length, degreeOfParallelism, least);
        if (chunks == 1)
        {
            body(0, 0, length);
            return;
        }

        int Bound(int chunk) => chunk == chunks ? length : (int)((long)length * chunk / chunks) & ~7;
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism },
            c => body(c, Bound(c), Bound(c + 1))
        );
    }

    /// <summary>Runs two pieces of work, at once where there is more than one core. A failure is thrown as it was by the first
    /// that failed.</summary>
    public static void Both(int degreeOfParallelism, Action first, Action second)
    {
        if (degreeOfParallelism == 1)
        {
            first();
            second();
            return;
        }

        Task other = Task.Run(second);
        try
        {
            first();
        }
        finally
        {
            ((IAsyncResult)other).AsyncWaitHandle.WaitOne();
        }

        other.GetAwaiter().GetResult();
    }
}
