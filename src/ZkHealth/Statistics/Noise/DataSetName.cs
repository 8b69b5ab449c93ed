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
}
