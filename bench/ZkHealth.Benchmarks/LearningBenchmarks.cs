using BenchmarkDotNet.Attributes;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>Updates of 12 bits: quantise, commit, prove range and norm, verify, account along a direction; one core.</summary>
[MemoryDiagnoser]
public class LearningBenchmarks
{
    private static readonly PartyId Hospital = new(new byte[32]);
    private static readonly Quantiser Quantiser = Quantiser.ForClip(1, 12),
        Stochastic = Quantiser.ForClip(1, 12, Rounding.Stochastic);
    private float[] _values = [];
    private RoundTerms? _terms;
    private UpdateOpening? _committed;
    private ProvenUpdateOpening? _proven;
    private UpdateDirection? _direction;
    private AccountProof? _account;

    [Params(1 << 16, 1 << 18, 1 << 20)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _values = [.. Enumerable.Range(0, Entries).Select(_ => (float)(0.2 * random.NextDouble() - 0.1))];
        _terms = new RoundTerms(
            new LearningModel("model", new byte[32]),
            0,
            Entries,
            Quantiser,
            RoundTerms.MaxSquaredNorm - 1,
            1000,
            new OpeningQuorum([Hospital], 1)
        );
        _committed = Commit();
        _proven = ProvenUpdateOpening.Prove(_committed);
        _direction = new UpdateDirection([.. Enumerable.Range(0, Entries).Select(_ => random.Next(-32768, 32768))]);
        _account = AccountProof.Prove(_proven, _direction);
    }

    [Benchmark]
    public QuantisedUpdate Quantise() => Quantiser.Quantise(_values);

    [Benchmark]
    public QuantisedUpdate QuantiseStochastically() => Stochastic.Quantise(_values);

    [Benchmark]
    public UpdateOpening QuantiseAndCommit() => Commit();

    [Benchmark]
    public object ProveRangeAndNorm() => UpdateProof.ProveUnchecked(_committed!, null, null, 1);

    [Benchmark]
    public VerificationResult Verify() => _proven!.Proof.Verify();

    [Benchmark]
    public AccountProof Account() => AccountProof.Prove(_proven!, _direction!);

    [Benchmark]
    public VerificationResult VerifyAccount() => _account!.Verify(_proven!.Proof, _direction!);

    private UpdateOpening Commit()
    {
        using var secret = TableSecret.Create();
        return UpdateOpening.Commit(Quantiser.Quantise(_values), _terms!, new byte[32], Hospital, secret);
    }
}
