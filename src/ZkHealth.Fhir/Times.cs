using System.Globalization;
using System.Text.RegularExpressions;

namespace ZkHealth.Fhir;

/// <summary>
/// Times of FHIR and of the ledger (ms since 1970, UTC). A period of FHIR includes the whole of its end, to the precision that is
/// written; a term of the ledger ends before its end: 23:59:59.999Z and the next midnight are the same.
/// </summary>
internal static partial class Times
{
    private const long Latest = 253_402_300_799_999;

    /// <summary>An instant with milliseconds, in UTC.</summary>
    /// <exception cref="ArgumentException">The time lies after the year 9999.</exception>
    public static string Write(long time) =>
        time is >= 0 and <= Latest
            ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : throw new ArgumentException($"expected a time before the year 10000, got {time} ms", nameof(time));

    /// <summary>The first and last time that an instant names.</summary>
    /// <param name="text">The time as FHIR writes it.</param>
    /// <param name="first">Its first ms.</param>
    /// <param name="after">The first ms behind it.</param>
    /// <returns>The fault, or null.</returns>
    public static string? Read(string text, out long first, out long after)
    {
        (first, after) = (0, 0);
        Match match = Instant().Match(text);
        if (!match.Success)
        {
            return $"expected a time to the second with its zone, as 2027-01-01T00:00:00+08:00, got '{text}'";
        }

        string fraction = match.Groups["fraction"].Value;
        if (fraction.Length > 3)
        {
            return $"the ledger's times end at milliseconds, got '{text}'";
        }

        if (
            !DateTimeOffset.TryParseExact(
                match.Groups["whole"].Value + match.Groups["zone"].Value.Replace("Z", "+00:00", StringComparison.Ordinal),
                "yyyy-MM-dd'T'HH:mm:sszzz",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out DateTimeOffset whole
            )
            || whole.ToUnixTimeMilliseconds() < 0
        )
        {
            return $"expected a time of the calendar after 1970, got '{text}'";
        }

        int unit = fraction.Length switch
        {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        };
        first =
            whole.ToUnixTimeMilliseconds()
            + (fraction.Length == 0 ? 0 : int.Parse(fraction, CultureInfo.InvariantCulture) * unit);
        after = first + unit;
        return null;
    }

    [GeneratedRegex(
        @"^(?<whole>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<zone>Z|[+-][0-9]{2}:[0-9]{2})\z"
    )]
    private static partial Regex Instant();
}
