using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>The limit of what an owner lets be released about a data set in all; the latest one counts. What exceeds it is
/// refused by the ledger, or flagged by an audit.</summary>
public sealed class BudgetPolicy
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth budget policy v2";

    private readonly byte[] _owner;

    /// <summary>A policy.</summary>
    /// <param name="owner">The id of the owner's key, 32 bytes.</param>
    /// <param name="dataSet">The owner's name of the data set; may be empty.</param>
    /// <param name="limit">The most ε and δ of all releases under noise together.</param>
    /// <param name="exactReleases">The most exact releases.</param>
    /// <param name="allowsVersions">
    /// Whether exact numbers of versions of the data set are opened with others' that may differ by few people: together they
    /// show those.
    /// </param>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    public BudgetPolicy(
        ReadOnlySpan<byte> owner,
        string dataSet,
        PrivacyLoss limit,
        long exactReleases,
        bool allowsVersions = false
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exactReleases);
        if (owner.Length != 32 || !DataSetName.IsValid(dataSet))
        {
            throw new ArgumentException(
                "expected an owner of 32 bytes and a name of at most 200 printable characters",
                nameof(dataSet)
            );
        }

        (_owner, DataSet, Limit, ExactReleases, AllowsVersions) = (
            owner.ToArray(),
            dataSet,
            limit,
            exactReleases,
            allowsVersions
        );
    }

    /// <summary>The data set.</summary>
    public string DataSet { get; }

    /// <summary>The most ε and δ.</summary>
    public PrivacyLoss Limit { get; }

    /// <summary>The most exact releases.</summary>
    public long ExactReleases { get; }

    /// <summary>Tells whether exact numbers of versions that may differ by few people are allowed.</summary>
    public bool AllowsVersions { get; }

    /// <summary>The body of its entry; its subject is the data set of the owner.</summary>
    public EntryBody ToBody()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(6);
        w.WriteByteString(_owner);
        w.WriteTextString(DataSet);
        w.WriteInt64(Limit.MicroEpsilon);
        w.WriteInt64(Limit.AttoDelta);
        w.WriteInt64(ExactReleases);
        w.WriteBoolean(AllowsVersions);
        w.WriteEndArray();
        return new EntryBody(Kind, Payload.DataSet(_owner, DataSet), w.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out BudgetPolicy? policy) =>
        Payload.TryRead(
            body,
            Kind,
            6,
            r => new BudgetPolicy(
                r.ReadByteString(),
                r.ReadTextString(),
                PrivacyLoss.FromUnits(r.ReadInt64(), r.ReadInt64()),
                r.ReadInt64(),
                r.ReadBoolean()
            ),
            p => p.ToBody(),
            out policy
        );

    /// <summary>Determines whether the owner is this one.</summary>
    internal bool IsOf(ReadOnlyMemory<byte> ownerId) => ownerId.Span.SequenceEqual(_owner);
}
