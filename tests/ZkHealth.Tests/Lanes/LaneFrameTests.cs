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

    [Fact]
    public void Rented_records_are_not_shared_and_come_back()
    {
        AlignedRecords a = AlignedRecords.Rent(5000), b = AlignedRecords.Rent(100);
        Assert.Equal((5000, 100), (a.Length, b.Length));
        a.Span.Fill(1);
        b.Span.Fill(2);
        Assert.False(a.Span.Contains(2));
        a.Dispose();
        b.Dispose();
        using AlignedRecords again = AlignedRecords.Rent(5000), other = AlignedRecords.Rent(70), third = AlignedRecords.Rent(70);
        again.Span.Fill(3);
        other.Span.Fill(4);
        third.Span.Fill(5);
        Assert.False(again.Span.ContainsAnyExcept(3) || other.Span.ContainsAnyExcept(4) || third.Span.ContainsAnyExcept(5));
        Assert.Equal((5000, 70, 70), (again.Length, other.Length, third.Length));
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
