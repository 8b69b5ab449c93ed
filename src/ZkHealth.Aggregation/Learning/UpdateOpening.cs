using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// An update as its owner holds it: the codes, the blindings, and the commitment that others see, a table of one column beside
/// the public one, whose schema says for which session and under which terms. Cleared on Dispose; prints nothing.
/// </summary>
public sealed class UpdateOpening : IDisposable
{
    private readonly QuantisedUpdate _update;
    private readonly byte[] _sid;

    private UpdateOpening(QuantisedUpdate update, RoundTerms terms, byte[] sid, TableOpening table) =>
        (_update, Terms, _sid, Table) = (update, terms, sid, table);

    /// <summary>The terms of the round.</summary>
    internal RoundTerms Terms { get; }

    /// <summary>The session, 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Session => _sid;

    /// <summary>The commitment, which everybody may see. Its owner is the hospital, its schema
    /// <see cref="RoundTerms.Schema"/>.</summary>
    public TableCommitment Commitment => Table.Commitment;

    /// <summary>The number of entries that were clipped.</summary>
    internal int Clipped => _update.Clipped;

    internal TableOpening Table { get; }

    internal ReadOnlySpan<uint> Codes => _update.Codes.Span;

    internal ReadOnlySpan<Scalar> Blindings => Table.Blindings(1);

    internal ulong SquaredNorm => _update.SquaredNorm;

    /// <summary>Commits an update.</summary>
    /// <param name="update">The quantised update; it passes to the commitment, which clears it.</param>
    /// <param name="terms">The terms of the round, whose quantiser and number of entries are those of the update.</param>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="hospital">Whose update it is.</param>
    /// <param name="secret">A fresh secret.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The update is not one of these terms, or the session is not 32 bytes.</exception>
    public static UpdateOpening Commit(
        QuantisedUpdate update,
        RoundTerms terms,
        ReadOnlySpan<byte> sid,
        PartyId hospital,
        TableSecret secret,
        int degreeOfParallelism = 1,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(terms);
        if (!update.Quantiser.IsSame(terms.Quantiser) || update.Entries != terms.Entries)
        {
            throw new ArgumentException(
                "expected an update with the quantiser and the number of entries of the terms",
                nameof(update)
            );
        }

        var table = TableOpening.Commit(
            [RowColumn.Codes(terms.Layout.PaddedRows), update.Codes],
            terms.Layout.PaddedRows,
            hospital.ToBytes(),
            terms.Schema(sid),
            secret,
            degreeOfParallelism,
            null,
            true,
            cancellationToken
        );
        return new UpdateOpening(update, terms, sid.ToArray(), table);
    }

    /// <summary>An update again from what opens it, which was checked.</summary>
    internal static UpdateOpening Restore(UpdateProof proof, uint[] codes, Scalar[] blindings) =>
        new(
            new QuantisedUpdate(proof.Terms.Quantiser, codes, proof.Terms.Entries, proof.Clipped),
            proof.Terms,
            proof.Session.ToArray(),
            TableOpening.Opened(proof.Table, [RowColumn.Codes(codes.Length), codes], [new Scalar[blindings.Length], blindings])
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _update.Dispose();
        Table.Dispose();
    }

    /// <summary>The name of the type; the entries stay secret.</summary>
    public override string ToString() => $"committed update of {Terms.Entries} entries, round {Terms.Round}";
}
