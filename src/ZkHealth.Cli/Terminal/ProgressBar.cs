using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ZkHealth.Cli.Terminal;

/// <summary>Progress with rate and time left on the error stream, where that is a terminal and the work takes over a second.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs work that reports its fraction done.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="units">How many units the whole is, for the rate; 0 where that is not known.</param>
    /// <param name="unit">What a unit is called.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(string title, double units, string unit, Func<IProgress<double>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new Latest());
        }

        var latest = new Latest();
        Task<T> task = Task.Run(() => work(latest));
        if (!Task.WhenAny(task, Task.Delay(Patience)).GetAwaiter().GetResult().Equals(task))
        {
            Show(title, units, unit, latest, task);
        }

        return task.GetAwaiter().GetResult();
    }

    private static void Show(string title, double units, string unit, Latest latest, Task task)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(units, unit), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                while (!task.Wait(100))
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
