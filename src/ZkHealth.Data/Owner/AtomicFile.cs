using System.Runtime.InteropServices;

namespace ZkHealth.Data;

/// <summary>
/// Writes files that are whole or not there: into a temporary file of the same folder, synced, then moved to its name, and the
/// name synced too. A process that is killed in between leaves at most the temporary file (its name begins with a dot and ends
/// with .tmp).
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="bytes">What.</param>
    /// <param name="ownerOnly">
    /// Whether only the owner may read it (mode 600). On Windows the file inherits the rights of its folder instead.
    /// </param>
    /// <param name="overwrite">Whether it may replace a file.</param>
    /// <exception cref="IOException">It exists and may not be replaced, or cannot be written; then nothing has
    /// changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> bytes, bool ownerOnly = false, bool overwrite = true) =>
        WriteStream(path, stream => stream.Write(bytes.Span), ownerOnly, overwrite);

    /// <summary>Tells names of devices and open files, which a file moved there would replace for everybody on the
    /// machine.</summary>
    public static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows()
            && full.StartsWith("/dev/", StringComparison.Ordinal)
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    /// <summary>Writes a file as a stream.</summary>
    /// <param name="path">Where.</param>
    /// <param name="write">Writes what; where it throws, nothing changes.</param>
    /// <param name="ownerOnly">Whether only the owner may read it (mode 600).</param>
    /// <param name="overwrite">Whether it may replace a file.</param>
    /// <exception cref="IOException">It exists and may not be replaced, or cannot be written; then nothing has
    /// changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteStream(string path, Action<Stream> write, bool ownerOnly = false, bool overwrite = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (IsDevice(full))
        {
            throw new IOException($"{path} is a device; expected a file to write");
        }

        if (!overwrite && File.Exists(full))
        {
            throw new IOException($"{path} exists");
        }

        if (Path.GetDirectoryName(full) is not string folder || Directory.Exists(full))
        {
            throw new IOException($"{path} is a folder");
        }

        RequireReplaceable(path);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{path} cannot be written: there is no folder {folder}");
        }

        string draft = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():n}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 1 << 16,
        };
        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(draft, options))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, full, overwrite);
            FolderSync.Flush(folder);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "value")
        {
            // how .NET reports EFBIG, the limit of a quota or of a file system
            File.Delete(draft);
            throw new IOException($"{path}: {e.Message}", e);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException && e.Message.Contains(draft, StringComparison.Ordinal))
        {
            // full, read-only: said of the file that was asked for, not of the temporary one
            File.Delete(draft);
            string message =
                e is FileNotFoundException
                    ? $"{path} cannot be written: its folder takes no files"
                    : e.Message.Replace(draft, full, StringComparison.Ordinal);
            throw e is IOException ? new IOException(message, e) : new UnauthorizedAccessException(message, e);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Refuses a name under which there is something that a file must not take the place of: who may write to /dev would
    /// else lose /dev/null.</summary>
    /// <exception cref="IOException">It is a device, a pipe or a socket, or a link to one.</exception>
    public static void RequireReplaceable(string path)
    {
        if (TypeOf(path) is not (NoFile or RegularFile or Folder))
        {
            throw new IOException($"{path} is a device, a pipe or a socket, which no file may replace");
        }
    }

    // the types of stat(2)
    private const int TypeMask = 0xF000,
        RegularFile = 0x8000,
        Folder = 0x4000,
        NoFile = 0;

    /// <summary>The type of what a name leads to, asked for without opening it: a pipe would wait for its other end, and what was
    /// tried on a file to find out would be done to whatever another process has put there since.</summary>
    private static int TypeOf(string path)
    {
        var status = new byte[256];
        if (OperatingSystem.IsLinux())
        {
            const int CurrentFolder = -100,
                Mode = 28;
            const uint TypeWanted = 1;
            return Statx(CurrentFolder, path, 0, TypeWanted, status) == 0
                ? BitConverter.ToUInt16(status, Mode) & TypeMask
                : NoFile;
        }

        // without the suffix of 64-bit numbers, Intel's has four bytes more before the mode
        int mode = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 4 : 8;
        return OperatingSystem.IsMacOS() && Stat(path, status) == 0 ? BitConverter.ToUInt16(status, mode) & TypeMask : NoFile;
    }

    // the layout of statx(2), unlike that of stat, is the same for every processor
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(
        int folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint wanted,
        [Out] byte[] status
    );

    [DllImport("libc", EntryPoint = "stat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] status);
}
