using System.Security.Cryptography;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// A model by its name and its founders: the parties of its first round. Its identifier is a hash of both, so that strangers who
/// begin a round under the same name begin another model.
/// </summary>
public sealed class LearningModel
{
    /// <summary>The most characters of a name.</summary>
    internal const int MaxName = 100;

    private readonly byte[] _founders;
    private readonly byte[] _id;

    /// <summary>A model by its name and the digest of its founders.</summary>
    /// <param name="name">1 to 100 printable characters, with single spaces between words.</param>
    /// <param name="founders">The digest of the founders, 32 bytes.</param>
    /// <exception cref="ArgumentException">A part is none of these.</exception>
    internal LearningModel(string name, ReadOnlySpan<byte> founders)
    {
        if (!PlainName.IsValid(name, MaxName))
        {
            throw new ArgumentException(
                $"expected 1 to {MaxName} printable characters, with single spaces between words",
                nameof(name)
            );
        }

        if (founders.Length != 32)
        {
            throw new ArgumentException("expected 32 bytes", nameof(founders));
        }

        Name = name;
        _founders = founders.ToArray();
        _id = SHA256.HashData(
            Messages.Write(
                Labels.Model,
                2,
                w =>
                {
                    w.WriteTextString(name);
                    w.WriteByteString(_founders);
                }
            )
        );
    }

    /// <summary>The name, as its founders chose it.</summary>
    public string Name { get; }

    /// <summary>The digest of hospitals, committee and quorum of the first round, 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Founders => _founders;

    /// <summary>The identifier over all rounds, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Id => _id;

    /// <summary>A model that these parties begin.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="hospitals">Who may contribute to the first round.</param>
    /// <param name="committee">Its committee.</param>
    /// <param name="quorum">Who may demand that an update is opened.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static LearningModel Found(
        string name,
        IReadOnlyList<PartyId> hospitals,
        IReadOnlyList<PartyId> committee,
        OpeningQuorum quorum
    ) => new(name, Digest(hospitals, committee, quorum));

    /// <summary>Determines whether the parties of a session are the founders.</summary>
    internal bool IsFoundedBy(AggregationTerms session, OpeningQuorum quorum) =>
        Digest(session.Hospitals, session.Committee, quorum).AsSpan().SequenceEqual(_founders);

    private static byte[] Digest(IReadOnlyList<PartyId> hospitals, IReadOnlyList<PartyId> committee, OpeningQuorum quorum)
    {
        ArgumentNullException.ThrowIfNull(hospitals);
        ArgumentNullException.ThrowIfNull(committee);
        ArgumentNullException.ThrowIfNull(quorum);
        return SHA256.HashData(
            Messages.Write(
                Labels.Founders,
                4,
                w =>
                {
                    foreach (IReadOnlyList<PartyId> parties in (IReadOnlyList<PartyId>[])[hospitals, committee, quorum.Members])
                    {
                        AggregationTerms.WriteParties(w, [.. parties.Order()]);
                    }

                    w.WriteInt32(quorum.Threshold);
                }
            )
        );
    }
}
