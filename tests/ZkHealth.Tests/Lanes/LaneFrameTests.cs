using Xunit;
using ZkHealth.Fields;

namespace ZkHealth.Tests.Lanes;

public class LaneFrameTests
{
    private struct Room
    {
        public FieldLanes8 A;
        public byte B;
    }

    [Fact]
    public void Frames_begin_at_a_line_do_not_overlap_and_are_cleared()
    {
        var x = FieldLanes8.Broadcast(FieldElement.TwoD);
        using (var outer = new LaneFrame<Room>())
        {
            outer.Value.A = x;
            outer.Value.B = 1;
            using (var inner = new LaneFrame<FieldLanes8>())
            {
                Assert.Equal(FieldLanes8.Zero, inner.Value);
                inner.Value = -x;
            }

            using (var inner = new LaneFrame<Room>())
            {
                Assert.Equal(default, inner.Value);
                inner.Value.A = x + x;
            }

            Assert.Equal(x, outer.Value.A);
            Assert.Equal(1, outer.Value.B);
        }

        using var again = new LaneFrame<Room>();
        Assert.Equal(default, again.Value);
    }

    [Fact]
    public void A_frame_that_does_not_fit_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Nest(1 << 12));
        using var frame = new LaneFrame<FieldLanes8>();                      // all were given back
        Assert.Equal(FieldLanes8.Zero, frame.Value);
    }

    private static void Nest(int depth)
    {
        using var frame = new LaneFrame<FieldLanes8>();
        if (depth > 0)
        {
            Nest(depth - 1);
        }
    }
}
