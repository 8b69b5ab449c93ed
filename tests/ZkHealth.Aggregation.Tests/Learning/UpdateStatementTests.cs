using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Tests.Learning;

/// <summary>An update's session, terms, table and number of clipped entries are bound: none of them can be changed in the
/// file.</summary>
public class UpdateStatementTests
{
    private static byte[] Statement(UpdateProof p) =>
        [.. p.Session.Span, .. p.Terms.Encode(), .. p.Table.Root.Span, (byte)p.Clipped];

    [Fact]
    public void An_update_changed_in_any_byte_is_rejected()
    {
        UpdateProof proof = Updates.Prove(Updates.Terms(entries: 4)).Proof;
        Assert.Equal(VerificationResult.Accepted, proof.Verify());
        byte[] file = proof.Encode(),
            statement = Statement(proof);
        int said = 0;
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(at % 2 == 0 ? 1 : 2);
            if (UpdateProof.TryDecode(changed, out UpdateProof? other, out _))
            {
                // every byte of the statement, and of points, proofs and proven numbers a part
                bool differs = !Statement(other).AsSpan().SequenceEqual(statement);
                said += differs ? 1 : 0;
                Assert.False((differs || at % 13 == 0) && other.Verify().IsAccepted, $"byte {at} of {file.Length}");
            }
        }

        Assert.True(said > 20, $"{said} bytes of the statement could be changed at all");
    }
}
