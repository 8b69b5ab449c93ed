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
        ArgumentNullException.ThrowIfNull(write);
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
        var file = new FileInfo(path);
        if (OperatingSystem.IsWindows() || !file.Exists)
        {
            return;
        }

        // they all have length 0; of these only a file that is one can be cut to the length that it has
        if (
            ((FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is { Exists: true, Length: 0 }
            && Truncate(file.FullName, 0) != 0
            && Marshal.GetLastPInvokeError() == InvalidArgument
        )
        {
            throw new IOException($"{path} is a device, a pipe or a socket, which no file may replace");
        }
    }

    private const int InvalidArgument = 22;

    [DllImport("libc", EntryPoint = "truncate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Truncate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, long length);
}
