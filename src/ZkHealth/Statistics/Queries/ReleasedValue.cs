using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>A 95 % confidence interval of a value; both ends are finite.</summary>
public sealed class ConfidenceInterval
{
    internal ConfidenceInterval(string method, double low, double high) => (Method, Low, High) = (method, low, high);

    /// <summary>Its name in the literature, such as "Wilson" or "exact" (docs/statistics.md).</summary>
    public string Method { get; }

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }

    /// <summary>The 0.975 quantile of the normal distribution.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>estimate ± z·error; null where that is no interval.</summary>
    internal static ConfidenceInterval? Normal(string method, double estimate, double error) =>
        Of(method, estimate - Z * error, estimate + Z * error);

    /// <summary>estimate·exp(±z·error), error being that of the logarithm; null where that is no interval.</summary>
    internal static ConfidenceInterval? OfRatio(string method, double estimate, double error) =>
        Of(method, estimate / Math.Exp(Z * error), estimate * Math.Exp(Z * error));

    /// <summary>Null where an end is not finite, or where it has no width: neither says anything.</summary>
    private static ConfidenceInterval? Of(string method, double low, double high) =>
        double.IsFinite(low) && double.IsFinite(high) && low < high ? new ConfidenceInterval(method, low, high) : null;
}

/// <summary>
/// A number that follows from released ones; or, where there is none, the reason: an infinite value is told from an undefined
/// one, and both from one that is not shown. Never NaN or infinity, so that it serialises as it is.
/// </summary>
public sealed class ReleasedValue
{
    private readonly string? _words;

    /// <summary>A value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">A finite number.</param>
    /// <param name="intervals">Its 95 % confidence intervals; null ones are left out.</param>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    internal ReleasedValue(string name, double value, params IReadOnlyList<ConfidenceInterval?> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        if (!double.IsFinite(value))
        {
            throw new ArgumentException(
                "expected a finite number; what has none is undefined, infinite or not shown",
                nameof(value)
            );
        }

        (Name, Value, Intervals) = (name, value, [.. intervals.OfType<ConfidenceInterval>()]);
    }

    private ReleasedValue(string name, string reason, string words) =>
        (Name, Undefined, _words, Intervals) = (name, reason, words, []);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its value; null where <see cref="Undefined"/> says why there is none.</summary>
    public double? Value { get; }

    /// <summary>The reason for having no value: "infinite", what is not defined ("no rows", "0/0", …), what is not shown
    /// ("fewer than 10", …), or the name of what is no number (a band, a day); null otherwise.</summary>
    public string? Undefined { get; }

    /// <summary>The name of what is no number; null otherwise.</summary>
    internal string? Label { get; private init; }

    /// <summary>Its 95 % confidence intervals, by different methods; none where none is defined.</summary>
    public IReadOnlyList<ConfidenceInterval> Intervals { get; }

    /// <summary>Value and intervals in words, with up to six digits after the point; a number that these would show as 0 with an
    /// exponent.</summary>
    public override string ToString()
    {
        static string Text(double number) =>
            number.ToString(number != 0 && Math.Abs(number) < 1e-6 ? "0.######e0" : "0.######", CultureInfo.InvariantCulture);
        string intervals = string.Join("; ", Intervals.Select(i => $"{i.Method} {Text(i.Low)} to {Text(i.High)}"));
        return (Value is double value ? Text(value) : _words) + (intervals.Length == 0 ? "" : $" (95 %: {intervals})");
    }

    /// <summary>A value that is not defined, such as 0/0.</summary>
    internal static ReleasedValue NotDefined(string name, string reason) => new(name, reason, $"undefined: {reason}");

    /// <summary>A value that is above every number.</summary>
    internal static ReleasedValue Infinite(string name) => new(name, "infinite", "infinite");

    /// <summary>A value that there is, and that is not shown.</summary>
    internal static ReleasedValue NotShown(string name, string reason) => new(name, reason, reason);

    /// <summary>A value that is shown and is no number: the name of a band, a day or an ordered category.</summary>
    internal static ReleasedValue NoNumber(string name, string label) => new(name, label, label) { Label = label };

    /// <summary>numerator/denominator, neither of which is negative.</summary>
    internal static ReleasedValue Ratio(
        string name,
        double numerator,
        double denominator,
        params IReadOnlyList<ConfidenceInterval?> intervals
    ) =>
        denominator > 0 ? new ReleasedValue(name, numerator / denominator, intervals)
        : numerator > 0 ? Infinite(name)
        : NotDefined(name, "0/0");
}
