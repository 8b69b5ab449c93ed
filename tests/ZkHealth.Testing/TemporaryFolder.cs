namespace ZkHealth.Testing;

/// <summary>A test that writes files: it has a folder of its own, which goes when the test is over.</summary>
public abstract class TemporaryFolder : IDisposable
{
    /// <summary>The folder's path.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The path of a file in the folder.</summary>
    protected string At(string name) => Path.Combine(Folder, name);

    protected virtual void Dispose(bool disposing) => Directory.Delete(Folder, true);
}
