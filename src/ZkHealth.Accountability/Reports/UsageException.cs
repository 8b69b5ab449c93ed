namespace ZkHealth.Accountability.Reports;

/// <summary>An input or option that cannot be used.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The library's word on an argument, without the name of a C# parameter, of which the user knows nothing.</summary>
    public static string Problem(Exception e) =>
        e is ArgumentException { ParamName: string name }
            ? e.Message.Split(Environment.NewLine)[0].Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : e.Message;

    /// <summary>Makes something of what a user gave: an argument that the library refuses is the user's.</summary>
    public static T Of<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(Problem(e));
        }
    }
}
