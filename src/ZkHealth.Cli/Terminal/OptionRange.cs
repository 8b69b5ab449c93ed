using System.CommandLine;
using System.Globalization;

namespace ZkHealth.Cli.Terminal;

/// <summary>Number options with bounds that are checked before a command runs.</summary>
internal static class OptionRange
{
    /// <summary>Refuses values out of range with a message that names the option.</summary>
    public static Option<T> Within<T>(this Option<T> option, long min, long max)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..]
                && (!long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) || value < min || value > max))
            {
                result.AddError($"{option.Name}: expected {min} to {max}, got '{token.Value}'");
            }
        });
        return option;
    }
}
