using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ZkHealth.Cli.Terminal;

/// <summary>
/// A sign of work that takes over a second, on the error stream: progress with rate and time left where that is a terminal, else
/// a line that says what is being done.
/// </summary>
internal static class ProgressBar
{
    // a terminal of fewer columns gets no rate, which would break the line in two
    private const int Narrow = 80;

    // columns for title, percentage and time
    private const int NarrowRest = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs work that reports its fraction done.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="units">How many units the whole is, for the rate; 0 where that is not known.</param>
    /// <param name="unit">What a unit is called.</param>
    /// <param name="work">The work.</param>
    /// <param name="token">Takes the bar away; the work is waited for.</param>
    public static T Run<T>(
        string title,
        double units,
        string unit,
        Func<IProgress<double>, T> work,
        CancellationToken token = default
    )
    {
        var latest = new Latest();
        Task<T> task = Task.Run(() => work(latest));
        if (!IsOver(task, Patience))
        {
            if (Console.IsErrorRedirected)
            {
                Console.Error.WriteLine($"zkhealth: {title}, this takes a while");
            }
            else
            {
                Show(title, units, unit, latest, task, token);
            }
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Waits; what the work failed by is thrown where its result is asked for, never here, behind the bar, in a
    /// wrapper.</summary>
    private static bool IsOver(Task task, TimeSpan patience) =>
        Task.WhenAny(task, Task.Delay(patience)).GetAwaiter().GetResult() == task;

    private static void Show(string title, double units, string unit, Latest latest, Task task, CancellationToken token)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console
            .Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns([
                new TaskDescriptionColumn(),
                new ProgressBarColumn { Width = Math.Clamp(console.Profile.Width - NarrowRest, 5, 40) },
                new PercentageColumn(),
                .. console.Profile.Width < Narrow ? [] : (ProgressColumn[])[new RateColumn(units, unit)],
                new RemainingTimeColumn(),
            ])
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                while (!IsOver(task, TimeSpan.FromMilliseconds(100)) && !token.IsCancellationRequested)
                {
                    bar.Value = latest.Value;
                    bar.IsIndeterminate = latest.Value <= 0;
                }
            });
    }

    private sealed class Latest : IProgress<double>
    {
        private double _value;

        public double Value => Volatile.Read(ref _value);

        public void Report(double value) => Volatile.Write(ref _value, value);
    }

    private sealed class RateColumn(double units, string unit) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            double rate = (task.Speed ?? 0) * units;
            return new Text(rate > 0 ? rate.ToString("N0", CultureInfo.InvariantCulture) + $" {unit}/s" : "");
        }
    }
}
