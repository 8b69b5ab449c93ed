using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ZkHealth.Cli.Tests;

/// <summary>The command as a person at a terminal runs it: its three streams are one pseudo-terminal, which turns a typed ^C into
/// a signal.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2,
        NoControllingTerminal = 0x100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FileStream _master;
    private readonly Process _process;
    private readonly StringBuilder _screen = new();
    private readonly Thread _reader;

    /// <summary>Starts the command.</summary>
    public PseudoTerminal(params string[] arguments)
    {
        int file = OpenTerminal(ReadWrite | NoControllingTerminal);
        string? name = file >= 0 && Grant(file) == 0 && Unlock(file) == 0 ? Marshal.PtrToStringUTF8(NameOf(file)) : null;
        _master = new FileStream(
            new SafeFileHandle(name is null ? throw new IOException("no pseudo-terminal") : file, true),
            FileAccess.ReadWrite,
            0
        );

        // setsid makes it the controlling terminal, without which ^C is no signal; a test runner in the background may have
        // SIGINT ignored
        var start = new ProcessStartInfo("bash");
        start.Environment["TERM"] = "xterm";
        Run.Quick(start);
        foreach (
            string argument in (string[])
                [
                    "-c",
                    "exec <> \"$0\" >&0 2>&0; stty rows 40 cols 100; exec env --default-signal=INT setsid -c \"$@\"",
                    name,
                    .. Run.Program,
                    .. arguments,
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>Everything that was written so far.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    /// <summary>Waits until a text is on the screen.</summary>
    public void WaitFor(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Screen.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || watch.Elapsed > Patience)
            {
                throw new InvalidOperationException($"'{text}' did not come: {Screen}");
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Presses keys.</summary>
    public void Type(string keys)
    {
        _master.Write(Encoding.UTF8.GetBytes(keys));
        _master.Flush();
    }

    /// <summary>The exit code, and everything that was written.</summary>
    public (int Code, string Screen) End()
    {
        if (!_process.WaitForExit(Patience) || !_reader.Join(Patience))
        {
            throw new TimeoutException($"it does not end: {Screen}");
        }

        return (_process.ExitCode, Screen);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _master.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            for (int count; (count = _master.Read(buffer)) > 0; )
            {
                lock (_screen)
                {
                    _screen.Append(Encoding.UTF8.GetString(buffer, 0, count));
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EIO: nobody has the terminal open any more
        }
    }

    [DllImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenTerminal(int flags);

    [DllImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Grant(int file);

    [DllImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unlock(int file);

    [DllImport("libc", EntryPoint = "ptsname", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr NameOf(int file);
}
