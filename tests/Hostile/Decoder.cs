using System.Reflection;
using Xunit;

namespace ZkHealth.Tests.Hostile;

/// <summary>A method that reads bytes of others, with an encoding that it takes.</summary>
/// <param name="Type">The type that has the method.</param>
/// <param name="Method">Its name.</param>
/// <param name="Name">What the encoding is of, where there are several.</param>
/// <param name="Valid">An encoding that is taken.</param>
/// <param name="Decode">The encoding of what was read; null where the bytes are refused.</param>
/// <param name="IsCanonical">Whether what was read has one encoding. If not, changed bytes may be taken, but never as the same
/// thing.</param>
/// <param name="IsText">Whether it is a text, of which white space at the end may be left out.</param>
/// <param name="Work">Bytes it may allocate whatever it reads, beside those in proportion to its input: where decoding verifies,
/// or a documented limit says so.</param>
public sealed record Decoder(
    Type Type,
    string Method,
    string Name,
    byte[] Valid,
    Func<byte[], byte[]?> Decode,
    bool IsCanonical = true,
    bool IsText = false,
    long Work = 1 << 20
)
{
    /// <summary>"Type.Method", as the assembly's methods are listed.</summary>
    public string Key => $"{Type.Name}.{Method}";

    /// <inheritdoc/>
    public override string ToString() => Name.Length == 0 ? Key : $"{Key} ({Name})";

    /// <summary>
    /// The methods of an assembly, public or not, that are named TryDecode…, TryRead…, TryOpen… or TryParse… and take bytes, a
    /// text or the body of an entry. Private ones and those of types within types are parts of another.
    /// </summary>
    public static IReadOnlyList<string> Methods(Assembly assembly) =>
        [
            .. from type in assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Static
                    | BindingFlags.Instance
                    | BindingFlags.Public
                    | BindingFlags.NonPublic
                    | BindingFlags.DeclaredOnly
            )
            where !type.IsNested && !method.IsPrivate && !method.Name.Contains('<', StringComparison.Ordinal)
            where
                ((string[])["TryDecode", "TryRead", "TryOpen", "TryParse"]).Any(verb =>
                    method.Name.StartsWith(verb, StringComparison.Ordinal)
                )
            where method.GetParameters().Any(p => !p.IsOut && IsInput(p.ParameterType))
            let key = $"{type.Name}.{method.Name}"
            group key by key into keys
            orderby keys.Key
            select keys.Key,
        ];

    /// <summary>Every such method is on the list, or is named with a reason why not; and nothing is on the list that is not
    /// there.</summary>
    public static void AssertComplete(Assembly assembly, IEnumerable<Decoder> decoders, params string[] others)
    {
        IReadOnlyList<string> methods = Methods(assembly);
        string[] known = [.. decoders.Select(d => d.Key).Concat(others).Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(methods);
        Assert.Equal(known, methods.Order(StringComparer.Ordinal));
    }

    private static bool IsInput(Type type) =>
        type == typeof(byte[])
        || type == typeof(ReadOnlyMemory<byte>)
        || type == typeof(ReadOnlySpan<byte>)
        || type == typeof(ReadOnlySpan<char>)
        || type == typeof(string)
        || type.Name == "EntryBody";
}
