using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>The entry by which an owner records that a proof file was released: of which table and data set, exact or under
/// noise.</summary>
public sealed class StatisticReleased
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth statistic released v1";

    private readonly byte[] _owner,
        _root,
        _file,
        _noise,
        _request,
        _plan;

    /// <summary>A release.</summary>
    /// <param name="owner">The id of the owner's key, 32 bytes.</param>
    /// <param name="dataSet">The owner's name of the data set; may be empty.</param>
    /// <param name="root">The root of the table, 32 bytes.</param>
    /// <param name="file">SHA-256 of the proof file.</param>
    /// <param name="noise">The point of the noise commitment; empty where the release is exact.</param>
    /// <param name="loss">The loss; none where the release is exact.</param>
    /// <param name="request">The id of the request for statistics that permits it, 32 bytes; empty where the log has no
    /// charter.</param>
    /// <param name="plan">The digest of the plan that the file answers, 32 bytes; empty where it answers none.</param>
    /// <exception cref="ArgumentException">A part has another length or is out of range.</exception>
    public StatisticReleased(
        ReadOnlySpan<byte> owner,
        string dataSet,
        ReadOnlySpan<byte> root,
        ReadOnlySpan<byte> file,
        ReadOnlySpan<byte> noise,
        PrivacyLoss loss,
        ReadOnlySpan<byte> request = default,
        ReadOnlySpan<byte> plan = default
    )
    {
        if (
            owner.Length != 32
            || root.Length != 32
            || file.Length != 32
            || noise.Length is not (0 or 32)
            || request.Length is not (0 or 32)
            || plan.Length is not (0 or 32)
            || !DataSetName.IsValid(dataSet)
            || (noise.Length == 0 && loss != PrivacyLoss.None)
        )
        {
            throw new ArgumentException("expected parts of 32 bytes, and a loss only with noise", nameof(loss));
        }

        (_owner, DataSet, _root, _file, _noise, _request, _plan, Loss) = (
            owner.ToArray(),
            dataSet,
            root.ToArray(),
            file.ToArray(),
            noise.ToArray(),
            request.ToArray(),
            plan.ToArray(),
            loss
        );
    }

    /// <summary>The data set.</summary>
    public string DataSet { get; }

    /// <summary>The root of the table.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>SHA-256 of the proof file.</summary>
    public ReadOnlyMemory<byte> File => _file;

    /// <summary>The point of the noise commitment; empty where the release is exact.</summary>
    public ReadOnlyMemory<byte> Noise => _noise;

    /// <summary>The id of the request that permits it; empty where none is named.</summary>
    public ReadOnlyMemory<byte> Request => _request;

    /// <summary>The digest of the plan that the file answers: two plans over one data set may differ by a code, and their
    /// answers show it. Empty where it answers none.</summary>
    public ReadOnlyMemory<byte> Plan => _plan;

    /// <summary>Tells whether it is exact.</summary>
    public bool IsExact => _noise.Length == 0;

    /// <summary>The loss; none where the release is exact.</summary>
    public PrivacyLoss Loss { get; }

    /// <summary>The body of its entry; its subject is the data set of the owner.</summary>
    public EntryBody ToBody()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(9);
        w.WriteByteString(_owner);
        w.WriteTextString(DataSet);
        w.WriteByteString(_root);
        w.WriteByteString(_file);
        w.WriteByteString(_noise);
        w.WriteInt64(Loss.MicroEpsilon);
        w.WriteInt64(Loss.AttoDelta);
        w.WriteByteString(_request);
        w.WriteByteString(_plan);
        w.WriteEndArray();
        return new EntryBody(Kind, Payload.DataSet(_owner, DataSet), w.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out StatisticReleased? released) =>
        Payload.TryRead(
            body,
            Kind,
            9,
            r => new StatisticReleased(
                r.ReadByteString(),
                r.ReadTextString(),
                r.ReadByteString(),
                r.ReadByteString(),
                r.ReadByteString(),
                PrivacyLoss.FromUnits(r.ReadInt64(), r.ReadInt64()),
                r.ReadByteString(),
                r.ReadByteString()
            ),
            s => s.ToBody(),
            out released
        );

    /// <summary>Determines whether the owner is this one.</summary>
    internal bool IsOf(ReadOnlyMemory<byte> ownerId) => ownerId.Span.SequenceEqual(_owner);
}
