using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using ZkHealth.Cli.Commands;
using ZkHealth.Cli.Commands.Tracing;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli;

/// <summary>The zkhealth command: its tree of commands, and one run of it.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Every command with its options. Numbers are read strictly, whichever option they belong to; what the party's
    /// profile says is the default of options.</summary>
    public static Command Create()
    {
        // not a RootCommand, which would call itself after the file of the program
        var root = new Command(
            "zkhealth",
            "Prove statistics about hidden tables of patients against commitments on a ledger. Not audited."
        )
        {
            new HelpOption(),
            new VersionOption { Action = new VersionAction() },
            KeygenCommand.Create(),
            SynthCommand.Create(),
            SchemaCommand.Create(),
            CheckCommand.Create(),
            CommitCommand.Create(),
            PublishCommand.Create(),
            AppendCommand.Create(),
            RegistrarCommand.Create(),
            ProveCommand.Create(),
            TryCommand.Create(),
            NoiseCommand.Create(),
            LedgerCommand.Create(),
            ActCommand.Create(),
            DeliverCommand.Create(),
            RegionTraceCommand.Create(),
            EvidenceCommand.Create(),
            PeriodReportCommand.Create(),
            OdrlCommand.Create(),
            CertificateCommand.Create(),
            AggregateCommand.Create(),
            KeysCommand.Create(),
            LearningCommand.Create(),
            ViewCommand.Create(),
            DemoCommand.Create(),
            BenchmarkCommand.Create(),
            ReferenceCommand.Create(),
            CompletionCommand.Create(Create),
        };
        foreach (Command command in DailyActs.Create().Concat(VerifyCommand.Create()))
        {
            root.Add(command);
        }

        NumberOption.MakeStrict(root);
        Profile.Apply(root);
        root.Add(ProfileCommand.Create());
        return root;
    }

    /// <summary>Runs the command once.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        // a value that begins with @ is a text: no file is spliced into the arguments
        ParseResult parsed = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Errors.Count > 0 || ParseFaults.UnknownOptions(parsed).Count > 0)
            {
                return ParseFaults.Report(parsed, args.Contains("--json"), output, error);
            }

            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await StopOnSignal(token => parsed.InvokeAsync(configuration, token), error).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // help and version, to where nothing can be written
            await error.WriteLineAsync($"zkhealth: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
    }

    /// <summary>
    /// Cancels a run when the user presses Ctrl+C, or the system ends the process. What has not stopped after a moment (a
    /// proof is one long computation) is given up: files are whole or not there at any point.
    /// </summary>
    private static async Task<int> StopOnSignal(Func<CancellationToken, Task<int>> start, TextWriter error)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Task<int> run = start(stop.Token);
        Task stopped = Task.Delay(Timeout.Infinite, stop.Token)
            .ContinueWith(_ => Task.Delay(Grace), TaskScheduler.Default)
            .Unwrap();
        if (await Task.WhenAny(run, stopped).ConfigureAwait(false) == run)
        {
            return await run.ConfigureAwait(false);
        }

        await error.WriteLineAsync("zkhealth: stopped").ConfigureAwait(false);
        return ExitCode.Cancelled;
    }
}
