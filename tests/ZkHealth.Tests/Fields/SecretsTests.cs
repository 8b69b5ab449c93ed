using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Fields;

namespace ZkHealth.Tests.Fields;

/// <summary>Owned secrets: they clear themselves, print nothing, and nothing else clears memory by hand.</summary>
public sealed class SecretsTests
{
    [Fact]
    public void An_array_is_cleared_and_cannot_be_read_again()
    {
        uint[] values = [3, 5];
        var secret = new SecretArray<uint>(values);
        secret[1]++;
        Assert.Equal([3u, 6u], secret.Span.ToArray());
        secret.Dispose();
        Assert.Equal([0u, 0u], values);
        Assert.Throws<ObjectDisposedException>(() => secret.Values);
        secret.Dispose();
    }

    [Fact]
    public void A_span_is_cleared_at_the_end_of_its_scope_also_when_something_is_thrown()
    {
        byte[] room = [1, 2, 3, 4];
        void Fail()
        {
            using var secret = new SecretSpan<byte>(room.AsSpan(1, 2));
            throw new InvalidOperationException();
        }

        Assert.Throws<InvalidOperationException>(Fail);
        Assert.Equal([1, 0, 0, 4], room);
    }

    [Fact]
    public void A_list_keeps_its_order_while_it_grows()
    {
        using var list = new SecretList<ulong>();
        for (ulong i = 0; i < 100; i += 4)
        {
            list.Add([i, i + 1]);
            list.Add([i + 2, i + 3]);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (ulong)i), list.Span.ToArray());
        list.Dispose();
        Assert.Throws<ObjectDisposedException>(() => list.Span.Length);
    }

    [Fact]
    public void A_pinned_copy_is_its_own()
    {
        byte[] drawn = [7, 8];
        using var key = SecretArray<byte>.Pinned(drawn);
        Array.Clear(drawn);
        Assert.Equal([7, 8], key.Span.ToArray());
    }

    [Fact]
    public void Nothing_of_a_value_is_printed()
    {
        using var array = new SecretArray<byte>([201, 202]);
        using var list = new SecretList<byte>();
        list.Add(array.Span);
        using var span = new SecretSpan<byte>(array.Span);
        Assert.Equal(
            ["2 secret values", "2 secret values", "2 secret values"],
            [array.ToString(), list.ToString(), span.ToString()]
        );
    }

    /// <summary>code.md, 3.4: 67 clearings were written by hand, and a path that returned or threw before one left its
    /// secret.</summary>
    [Fact]
    public void Memory_is_cleared_by_the_types_that_own_it_alone()
    {
        string[] files = [.. Sources().Where(f => Regex.IsMatch(f.Text, @"\bZeroMemory\b")).Select(f => f.Path)];
        Assert.Equal(["ZkHealth/Fields/Secrets.cs"], files);
    }

    /// <summary>
    /// Clearing an array, or room on the stack, as the last act of a block serves no later use: it clears a secret, which is for
    /// its owner (counts of cells, derived codes and digits of scalars were cleared so, but not where a proof was cancelled).
    /// </summary>
    [Fact]
    public void Nothing_is_cleared_by_hand_after_its_last_use()
    {
        const string Name = @"(?<name>[A-Za-z_][\w.]*)",
            Last = @"\s*(\}|return\b(?<result>[^;]*);)";
        var clearing = new Regex($@"(Array\.Clear\({Name}\)|\b{Name}\.Clear\(\));{Last}");
        string[] found =
        [
            .. Sources()
                .SelectMany(f =>
                    clearing
                        .Matches(f.Text)
                        .Where(m => IsBuffer(f.Text, m) && !m.Groups["result"].Value.Contains(m.Groups["name"].Value))
                        .Select(m => $"{f.Path}: {m.Value.Split('\n')[0]}")
                ),
        ];
        Assert.Equal([], found);

        // lists and dictionaries are emptied by the same word
        static bool IsBuffer(string text, Match m) =>
            m.Value.StartsWith("Array", StringComparison.Ordinal)
            || Regex.IsMatch(text, $@"\bSpan<[^;=]*\b{Regex.Escape(m.Groups["name"].Value)}\s*=\s*stackalloc");
    }

    private static IEnumerable<(string Path, string Text)> Sources()
    {
        string sources = Path.Combine(Repository.Root, "src");
        return Directory
            .EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(sources, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Select(f => (f, File.ReadAllText(Path.Combine(sources, f))));
    }
}
