using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ZkHealth.Cli.Terminal;

/// <summary>
/// Numbers of options and arguments: digits with a point, as in programs, in every language. The parser's own conversion takes a
/// comma for a separator of thousands, so that 0,5 would be 5.
/// </summary>
internal static class NumberOption
{
    private const NumberStyles Fraction =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Refuses numbers out of range, with a message that names the option and the range.</summary>
    public static Option<T> Within<T>(this Option<T> option, long min, long max = long.MaxValue)
    {
        option.Validators.Add(result => CheckRange(result, result.Tokens, option.Name, min, max));
        return option;
    }

    /// <inheritdoc cref="Within{T}(Option{T}, long, long)"/>
    public static Argument<T> Within<T>(this Argument<T> argument, long min, long max = long.MaxValue)
    {
        argument.Validators.Add(result => CheckRange(result, result.Tokens, argument.Name, min, max));
        return argument;
    }

    /// <summary>Makes every option and argument of a number type refuse what is no number, in all commands below this
    /// one.</summary>
    public static void MakeStrict(Command command)
    {
        foreach (Option option in command.Options.Where(o => NumberType(o.ValueType) is not null))
        {
            option.Validators.Add(result => CheckForm(result, result.Tokens, option.Name, NumberType(option.ValueType)!));
            ReadExponents(option);
        }

        foreach (Argument argument in command.Arguments.Where(a => NumberType(a.ValueType) is not null))
        {
            argument.Validators.Add(result => CheckForm(result, result.Tokens, argument.Name, NumberType(argument.ValueType)!));
        }

        foreach (Command inner in command.Subcommands)
        {
            MakeStrict(inner);
        }
    }

    /// <summary>The number type behind an option's; null where it has none.</summary>
    internal static Type? NumberType(Type type)
    {
        Type inner = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
        return inner == typeof(double) || inner == typeof(decimal) || Range(inner) is not null ? inner : null;
    }

    private static (Int128 Min, Int128 Max)? Range(Type type) =>
        Type.GetTypeCode(type) switch
        {
            _ when type.IsEnum => null,
            TypeCode.Int32 => (int.MinValue, int.MaxValue),
            TypeCode.UInt32 => (0, uint.MaxValue),
            TypeCode.Int64 => (long.MinValue, long.MaxValue),
            TypeCode.UInt64 => (0, ulong.MaxValue),
            _ => null,
        };

    private static void CheckForm(SymbolResult result, IEnumerable<Token> tokens, string name, Type type)
    {
        foreach (Token token in tokens)
        {
            if (Fault(token.Value, type) is string expected)
            {
                result.AddError($"{name}: expected {expected}, got '{token.Value}'");
            }
        }
    }

    private static string? Fault(string text, Type type)
    {
        if (Range(type) is not (Int128 min, Int128 max))
        {
            bool good =
                type == typeof(decimal)
                    ? decimal.TryParse(text, Fraction, CultureInfo.InvariantCulture, out _)
                    : double.TryParse(text, Fraction, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
            return good ? null : "a number such as 0.5";
        }

        bool whole = Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number);
        return !whole ? "a whole number"
            : number < min || number > max ? $"{min} to {max}"
            : null;
    }

    /// <summary>Refuses numbers out of range; what is no number is left to <see cref="CheckForm"/>.</summary>
    private static void CheckRange(SymbolResult result, IEnumerable<Token> tokens, string name, long min, long max)
    {
        foreach (Token token in tokens)
        {
            bool outside = Int128.TryParse(
                token.Value,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out Int128 whole
            )
                ? whole < min || whole > max
                : double.TryParse(token.Value, Fraction, CultureInfo.InvariantCulture, out double value)
                    && (value < min || value > max);
            if (outside)
            {
                result.AddError(
                    $"{name}: expected {(max == long.MaxValue ? $"{min} or more" : $"{min} to {max}")}, got '{token.Value}'"
                );
            }
        }
    }

    /// <summary>1e-9 is a decimal too; the parser's own conversion knows no exponents there.</summary>
    private static void ReadExponents(Option option)
    {
        static decimal Read(ArgumentResult result) =>
            decimal.TryParse(result.Tokens[0].Value, Fraction, CultureInfo.InvariantCulture, out decimal value) ? value : 0;
        if (option is Option<decimal> number)
        {
            number.CustomParser = Read;
        }
        else if (option is Option<decimal?> optional)
        {
            optional.CustomParser = result => Read(result);
        }
    }
}
