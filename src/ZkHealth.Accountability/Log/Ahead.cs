using System.Runtime.ExceptionServices;

namespace ZkHealth.Accountability;

/// <summary>Takes items of a sequence on another thread while those before them are used: reading, rules and writing of a long
/// log go on beside one another, each in its own order.</summary>
internal static class Ahead
{
    private const int AtOnce = 128;

    /// <summary>The items, and the fault of the sequence where it has one behind them. The sequence is asked for at most two
    /// groups of items beyond what was used, and not any more when the caller has ended.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> items)
    {
        using IEnumerator<T> source = items.GetEnumerator();
        Task<(List<T> Items, ExceptionDispatchInfo? Fault)> next = Task.Run(Take);
        try
        {
            while (true)
            {
                (List<T> taken, ExceptionDispatchInfo? fault) = next.GetAwaiter().GetResult();
                bool goesOn = taken.Count == AtOnce;
                next = goesOn ? Task.Run(Take) : next;
                foreach (T item in taken)
                {
                    yield return item;
                }

                fault?.Throw();
                if (!goesOn)
                {
                    yield break;
                }
            }
        }
        finally
        {
            next.Wait();
        }

        (List<T> Items, ExceptionDispatchInfo? Fault) Take()
        {
            var taken = new List<T>(AtOnce);
            try
            {
                while (taken.Count < AtOnce && source.MoveNext())
                {
                    taken.Add(source.Current);
                }

                return (taken, null);
            }
#pragma warning disable CA1031 // it is thrown again behind the items
            catch (Exception e)
#pragma warning restore CA1031
            {
                return (taken, ExceptionDispatchInfo.Capture(e));
            }
        }
    }
}
