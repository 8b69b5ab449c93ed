using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Names of data sets and of beacons.</summary>
internal static class DataSetName
{
    /// <summary>
    /// Determines whether a text can name a data set or a beacon: at most 200 characters, none a control, format or separator
    /// character but single spaces between words. The empty text is the name of data without one.
    /// </summary>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 || PlainName.IsValid(text, 200);
    }

    /// <summary>The refusal of another name for a table than that under which it is published.</summary>
    public static string Refusal(string published) =>
        published.Length == 0
            ? "the table is published without the name of a data set, and a name cannot be added: commit the data again, and publish that table with one"
            : $"the table is published as one of the data set '{published}'";
}
