namespace ZkHealth.Tests;

/// <summary>Where the files of the repository are, found from the folder the tests run in.</summary>
internal static class Repository
{
    /// <summary>The folder of ZkHealth.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The vectors kept in the repository.</summary>
    public static string Vectors { get; } = Path.Combine(Root, "tests", "vectors");

    /// <summary>The folder "shared" beside the repository, with data too large to keep; null where there is none.</summary>
    public static string? Shared { get; } = FindShared();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ZkHealth.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds ZkHealth.sln.");
    }

    private static string? FindShared()
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared"));
        return Directory.Exists(path) ? path : null;
    }
}
