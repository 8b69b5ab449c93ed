namespace ZkHealth.Accountability.Reports;

/// <summary>Codes that the command gives the shell, and the native library its caller.</summary>
internal static class ExitCode
{
    /// <summary>Everything was accepted.</summary>
    public const int Accepted = 0;

    /// <summary>Something was verified and rejected, or a release was refused.</summary>
    public const int Rejected = 1;

    /// <summary>The command line or an input cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>A file is of a kind, or has a field, that this version does not know: nothing is said about it.</summary>
    public const int Unsupported = 3;

    /// <summary>Verifying a file would take more than is allowed (--max-cells): nothing was found to be wrong with it.</summary>
    public const int LimitExceeded = 4;

    /// <summary>Stopped by the user, as shells count Ctrl+C.</summary>
    public const int Cancelled = 130;

    /// <summary>The verdict of a JSON object with this exit code, as one word.</summary>
    /// <param name="code">The exit code.</param>
    /// <param name="verifies">Whether the command verifies something: one that does not accepts nothing either.</param>
    public static string Word(int code, bool verifies) =>
        code switch
        {
            Accepted => verifies ? "accepted" : "done",
            Rejected => verifies ? "rejected" : "refused",
            Usage => "unusable",
            Unsupported => "unsupported",
            LimitExceeded => "limitExceeded",
            Cancelled => "stopped",
            _ => "fault",
        };
}
