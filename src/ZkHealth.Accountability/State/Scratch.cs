using System.Formats.Cbor;

namespace ZkHealth.Accountability;

/// <summary>A writer of canonical CBOR that is used again on its thread: rows are small and many.</summary>
internal sealed class Scratch : IDisposable
{
    [ThreadStatic]
    private static Stack<Scratch>? _free;

    private Scratch() { }

    /// <summary>The writer, empty when it is taken.</summary>
    public CborWriter Writer { get; } = new(CborConformanceMode.Canonical);

    /// <summary>Takes a writer that nobody uses.</summary>
    public static Scratch Take()
    {
        _free ??= [];
        if (!_free.TryPop(out Scratch? scratch))
        {
            return new Scratch();
        }

        scratch.Writer.Reset();
        return scratch;
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _free!.Push(this);
}
