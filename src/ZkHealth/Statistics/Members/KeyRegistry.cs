using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Groups;
using ZkHealth.Proofs.Membership;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>One member of a consortium.</summary>
/// <param name="key">Its public key.</param>
/// <param name="name">Its name, for readers.</param>
public sealed class RegisteredMember(CompressedPoint key, string name)
{
    /// <summary>Its public key.</summary>
    public CompressedPoint Key { get; } = key;

    /// <summary>Its name, for readers.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// The keys that a consortium has registered, as a text that people read: a first line with the consortium's name, then a line
/// "key name" for each member. Its digest stands for it in proofs and on a ledger; another line, or another order, is another
/// registry.
/// </summary>
public sealed class KeyRegistry
{
    /// <summary>The largest text that is read, in bytes.</summary>
    internal const int MaxEncodedSize = 1 << 25;

    /// <summary>The longest name, in characters.</summary>
    internal const int MaxNameLength = 200;

    private const string Format = Labels.KeyRegistryFile;

    private readonly byte[] _digest;

    /// <summary>A registry.</summary>
    /// <param name="consortium">The consortium's name: printable, not empty, at most 200 characters.</param>
    /// <param name="members">1 to 65,536 members with distinct keys and names.</param>
    /// <exception cref="ArgumentException">A name cannot be used, a key or name is there twice, or a key is no point or the
    /// neutral element.</exception>
    public KeyRegistry(string consortium, IReadOnlyList<RegisteredMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (!IsName(consortium) || !members.All(m => IsName(m.Name)))
        {
            throw new ArgumentException(
                $"expected names of 1 to {MaxNameLength} printable characters without spaces at the ends",
                nameof(members)
            );
        }

        if (!PublicPoints.TryCreate([.. members.Select(m => m.Key)], out PublicPoints? keys, out string? reason))
        {
            throw new ArgumentException(reason, nameof(members));
        }

        if (
            keys.HasNeutral
            || members.Select(m => m.Key).Distinct().Count() != members.Count
            || members.Select(m => m.Name).Distinct().Count() != members.Count
        )
        {
            throw new ArgumentException(
                "a key or a name is there twice, or a key is the neutral element, which everybody holds",
                nameof(members)
            );
        }

        (Consortium, Members, Keys) = (consortium, [.. members], keys);
        _digest = SHA256.HashData(Encode());
    }

    /// <summary>The consortium's name.</summary>
    public string Consortium { get; }

    /// <summary>The members in their order.</summary>
    public IReadOnlyList<RegisteredMember> Members { get; }

    /// <summary>Their keys, prepared for proofs.</summary>
    internal PublicPoints Keys { get; }

    /// <summary>SHA-256 of the text, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>The place of a key; −1 where it is not registered.</summary>
    internal int IndexOf(CompressedPoint key)
    {
        for (int i = 0; i < Members.Count; i++)
        {
            if (Members[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The text in UTF-8, every line ended by LF.</summary>
    public byte[] Encode()
    {
        var text = new StringBuilder(Format).Append(Consortium).Append('\n');
        foreach (RegisteredMember member in Members)
        {
            text.Append(member.Key).Append(' ').Append(member.Name).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads such a text; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out KeyRegistry? registry,
        [NotNullWhen(false)] out string? reason
    )
    {
        (registry, reason) = (null, "not a key registry");
        if (bytes.Length > MaxEncodedSize)
        {
            return false;
        }

        try
        {
            string[] lines = new UTF8Encoding(false, true).GetString(bytes.Span).Split('\n');
            if (lines.Length < 2 || lines[^1].Length != 0 || !lines[0].StartsWith(Format, StringComparison.Ordinal))
            {
                return false;
            }

            var members = new List<RegisteredMember>();
            foreach (string line in lines[1..^1])
            {
                reason = $"line {members.Count + 2} of the key registry is not a key and a name";
                if (line.Length < 2 * RistrettoPoint.Size + 2 || line[2 * RistrettoPoint.Size] != ' ')
                {
                    return false;
                }

                members.Add(
                    new RegisteredMember(
                        new CompressedPoint(Convert.FromHexString(line.AsSpan(0, 2 * RistrettoPoint.Size))),
                        line[(2 * RistrettoPoint.Size + 1)..]
                    )
                );
            }

            registry = new KeyRegistry(lines[0][Format.Length..], members);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            reason = e is FormatException ? reason : $"not a key registry: {e.Message}";
            return false;
        }

        reason = "the key registry is not in canonical form";
        registry = registry.Encode().AsSpan().SequenceEqual(bytes.Span) ? registry : null;
        return registry is not null;
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength }
        && name.Trim() == name
        && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029');
}
