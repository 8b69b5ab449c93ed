using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// An update with its proof, as the owner holds it: from it the owner deals, answers when asked to account, and opens under
/// quorum. Cleared on Dispose; prints nothing.
/// </summary>
public sealed partial class ProvenUpdateOpening : IDisposable
{
    private ProvenUpdateOpening(UpdateOpening update, UpdateProof proof, ContingencyTableOpening cubes) =>
        (Update, Proof, Cubes) = (update, proof, cubes);

    /// <summary>The committed update.</summary>
    public UpdateOpening Update { get; }

    /// <summary>The proof, which everybody may see and verify.</summary>
    public UpdateProof Proof { get; }

    /// <summary>The counts of every code.</summary>
    internal ContingencyTableOpening Cubes { get; }

    /// <summary>Proves that every entry is in range and the norm within its bound.</summary>
    /// <param name="update">The committed update; it passes to the proven one, which clears it.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The norm is above the bound of the terms: such an update cannot be proven.</exception>
    public static ProvenUpdateOpening Prove(UpdateOpening update, int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        if (update.SquaredNorm > update.Terms.SquaredNorm)
        {
            throw new ArgumentException("the norm of the update is above the bound of the terms", nameof(update));
        }

        (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(update, null, null, degreeOfParallelism);
        return new ProvenUpdateOpening(update, proof, cubes);
    }

    /// <summary>Deals the update, whole, with its proof. It must be published by its owner before.</summary>
    /// <param name="dealer">The hospital in the session of the update.</param>
    /// <param name="weight">The public weight, 1 to the cap of the terms.</param>
    /// <param name="options">What the hospital asks for and where it keeps its ciphertexts; null for nothing. The proof that the
    /// policy asks for is put in.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The update is not what the session asks for.</exception>
    public StepOutcome Deal(
        Dealer dealer,
        ulong weight,
        DealOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(dealer);
        return dealer.DealUpdate(
            Update.Table,
            Cubes,
            weight,
            new DealOptions
            {
                Minimum = options?.Minimum ?? 0,
                Kept = options?.Kept,
                PolicyProof = Proof.PolicyProof,
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Update.Dispose();
        Cubes.Dispose();
    }

    /// <summary>The name of the type; the entries stay secret.</summary>
    public override string ToString() => "proven " + Update;
}
