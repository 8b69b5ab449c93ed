using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs;

namespace ZkHealth.Tests.Proofs;

public class VerificationBatchTests
{
    private static readonly byte[] NoPoint = [.. Enumerable.Repeat((byte)255, 32)];

    /// <summary>Of many equations parts are checked to find the one that is named: it is the first that fails, wherever that is,
    /// for its own reason and not for that of one behind it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_equation_that_fails_is_named_for_what_it_is(bool decodes)
    {
        for (int count = 1; count <= 20; count++)
        {
            for (int first = 0; first < count; first++)
            {
                Assert.Equal(Verdict(first, decodes), Of(count, first, decodes, count).Verify());
                int other = first + ((count - first) / 2) + 1;
                Assert.Equal(Verdict(first, decodes), Of(count, first, decodes, other).Verify());
            }

            Assert.Equal(VerificationResult.Accepted, Of(count, count, decodes, count).Verify());
        }
    }

    private static VerificationResult Verdict(int first, bool decodes) =>
        decodes
            ? VerificationResult.Rejected($"equation {first}", VerdictReason.ProofInvalid)
            : VerificationResult.Rejected(ProofFault.Encoding($"an encoding is not a point: equation {first}"));

    /// <summary>Equations that hold, but one that fails, and another behind it that fails for the other reason.</summary>
    private static VerificationBatch Of(int count, int first, bool decodes, int other)
    {
        var batch = new VerificationBatch();
        for (int i = 0; i < count; i++)
        {
            bool isFalse = i == (decodes ? first : other),
                isNoPoint = i == (decodes ? other : first);
            var equation = new MultiscalarEquation();
            equation.AddBase(isFalse ? Scalar.One : Scalar.Zero);
            batch.Add($"equation {i}", isNoPoint ? equation.Add(NoPoint, [Scalar.One]) : equation);
        }

        return batch;
    }
}
