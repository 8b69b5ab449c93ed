using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>A member that is killed at any point of its work: before and after everything it stores, and everything it
/// says.</summary>
public sealed class KilledMemberTests : IDisposable
{
    private readonly Region _region = new(hospitals: 6, members: 5);

    public void Dispose() => _region.Dispose();

    [Fact]
    public void A_member_killed_at_any_point_says_the_same_again_and_nothing_twice()
    {
        _region.Open().DealAll();
        Survive(4, m => m.CloseCutOff(1));
        _region.Close(1);
        Survive(4, m => m.Check());
        _region.Each([4], m => m.Check());
        _region.Close(2).Close(3).Close(4).FreezeAll(4);
        Survive(4, m => m.Freeze());
        Survive(4, m => m.Share());
        _region.ShareAll(3, 4);
        foreach (
            string kind in (string[])[BoardKinds.ShareAcknowledgement, BoardKinds.ContributorSetSignature, BoardKinds.SumShare]
        )
        {
            Assert.Single(_region.Entries(kind), e => e.Author == _region.Members[4]);
        }

        _region.EndsRight();
    }

    /// <summary>The step is begun again and again, killed before or after its n-th write, until it comes through.</summary>
    private void Survive(int member, Func<CommitteeMember, StepOutcome> step)
    {
        for (int deadline = 0; ; deadline++)
        {
            var fuse = new Fuse(deadline);
            var killed = new CommitteeMember(
                new FusedBoard(_region.Board.As(_region.Members[member]), fuse),
                _region.Sid,
                new FusedState(_region.States[member], fuse)
            );
            try
            {
                Region.Done(step(killed));
                Assert.True(deadline > 1); // it was killed at least twice on the way
                return;
            }
            catch (KilledException) { }
        }
    }

    private sealed class KilledException : Exception;

    /// <summary>Burns down with every write: odd counts die after it, even ones before.</summary>
    private sealed class Fuse(int deadline)
    {
        private int _left = deadline;

        public T Around<T>(Func<T> write)
        {
            if (_left-- == 0)
            {
                throw new KilledException();
            }

            T value = write();
            return _left-- == 0 ? throw new KilledException() : value;
        }
    }

    private sealed class FusedState(IMemberState inner, Fuse fuse) : IMemberState
    {
        public byte[]? Read(string name) => inner.Read(name);

        public byte[] StoreOnce(string name, ReadOnlySpan<byte> value)
        {
            byte[] copy = value.ToArray();
            return fuse.Around(() => inner.StoreOnce(name, copy));
        }

        public void Replace(string name, ReadOnlySpan<byte> value)
        {
            byte[] copy = value.ToArray();
            fuse.Around(() =>
            {
                inner.Replace(name, copy);
                return 0;
            });
        }
    }

    private sealed class FusedBoard(MemoryBoard inner, Fuse fuse) : IBulletinBoard
    {
        public string Origin => inner.Origin;

        public PartyId? Author => inner.Author;

        public IBlobStore Blobs => inner.Blobs;

        public long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body)
        {
            (byte[] s, byte[] b) = (subject.ToArray(), body.ToArray());
            return fuse.Around(() => inner.Append(kind, s, b));
        }

        public BoardEntry? Read(long position) => inner.Read(position);

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => inner.Find(kind, subject);

        public IReadOnlyList<long> FindAll(string kind) => inner.FindAll(kind);

        public long? FindAfter(long seconds) => inner.FindAfter(seconds);

        public BoardCheckpoint GetCheckpoint() => inner.GetCheckpoint();

        public bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer) => inner.IsConsistent(older, newer);
    }
}
