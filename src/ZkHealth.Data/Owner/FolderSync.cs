using System.Runtime.InteropServices;

namespace ZkHealth.Data;

/// <summary>
/// Makes the names in a folder durable (fsync of the folder), so that a file moved to its name is there after a loss of power.
/// Windows journals names itself and has no such call.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0,
        InvalidArgument = 22;

    /// <exception cref="IOException">The disk says that it could not.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int file = Open(folder, ReadOnly);
        if (file < 0)
        {
            throw new IOException($"{folder}: cannot be opened (error {Marshal.GetLastPInvokeError()})");
        }

        // a file system that does not sync folders says EINVAL
        int error = Sync(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(file);
        if (error is not (0 or InvalidArgument))
        {
            throw new IOException($"{folder}: cannot be synced (error {error})");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
