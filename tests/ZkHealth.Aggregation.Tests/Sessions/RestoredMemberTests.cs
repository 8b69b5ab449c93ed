using System.Globalization;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>A member whose state was put back from a backup: what stands on the board by it and is not in its state stops the
/// step.</summary>
public sealed class RestoredMemberTests : IDisposable
{
    private const int Self = 4;

    private readonly Region _region = new(hospitals: 6, members: 5);
    private SavedState _state = new();

    public RestoredMemberTests() => _region.States[Self] = _state;

    public void Dispose() => _region.Dispose();

    [Fact]
    public void A_key_of_which_the_state_knows_nothing_is_not_registered_again()
    {
        _region.Open();
        long position = Own(BoardKinds.SessionKey, _region.Session.Terms.Digest()).Position;
        IBulletinBoard board = _region.Board.As(_region.Members[Self]);
        Assert.Equal(position, CommitteeMember.RegisterKey(board, _region.Session.Terms, _state));
        Forgotten(
            position,
            Assert
                .Throws<ArgumentException>(() => CommitteeMember.RegisterKey(board, _region.Session.Terms, new SavedState()))
                .Message
        );

        // another key in the state than on the board
        var other = new SavedState();
        CommitteeMember.RegisterKey(new MemoryBoard("elsewhere").As(_region.Members[Self]), _region.Session.Terms, other);
        Forgotten(
            position,
            Assert.Throws<ArgumentException>(() => CommitteeMember.RegisterKey(board, _region.Session.Terms, other)).Message
        );

        // and with neither it checks nothing; with the key erased it says so
        _region.DealAll().Close(1);
        Restore(new SavedState());
        Refused(position, Member.Check());
        Restore(other);
        Refused(position, Member.Check());
        Member.EraseKey(_region.Session.Terms);
        Assert.Contains("was erased", Member.Check().Reason, StringComparison.Ordinal);
        Assert.Single(
            _region.Board.Find(BoardKinds.SessionKey, _region.Session.Terms.Digest()),
            p => _region.Board.Read(p)!.Author == _region.Members[Self]
        );
    }

    [Fact]
    public void Each_step_refuses_after_the_state_of_before_it_is_put_back_and_the_others_finish()
    {
        _region.Open().DealAll().Close(1);
        Step(BoardKinds.ShareAcknowledgement, m => m.Check(), restore: true);
        _region.Each([Self], m => m.Check());
        _region.Close(2).Close(3).Close(4);
        _region.FreezeAll(Self);
        SavedState before = _state.Copy();
        Step(BoardKinds.ContributorSetSignature, m => m.Freeze(), restore: false);
        SavedState signed = _state.Copy();

        // who does not know that it signed does not answer either
        Restore(before);
        Refused(Own(BoardKinds.ContributorSetSignature).Position, Member.Share());
        Restore(signed);
        Step(BoardKinds.SumShare, m => m.Share(), restore: false);
        Restore(before);
        Refused(Own(BoardKinds.ContributorSetSignature).Position, Member.Freeze());
        Refused(Own(BoardKinds.ContributorSetSignature).Position, Member.Share());
        Restore(signed);
        Refused(Own(BoardKinds.SumShare).Position, Member.Freeze());
        Refused(Own(BoardKinds.SumShare).Position, Member.Share());
        _region.ShareAll(Self);
        _region.EndsRight();
    }

    /// <summary>A record of another signature than the board has (a state that went its own way) is no better than
    /// none.</summary>
    [Fact]
    public void Another_signature_in_the_state_than_on_the_board_is_refused()
    {
        _region.Open().DealAll().CheckAll();
        SavedState before = _state.Copy();
        MemoryBoard fork = _region.Board.Fork();
        Region.Done(Member.Freeze());
        SavedState here = _state;
        Restore(before);
        fork.As(_region.Hospitals[5]).Append("noise", [1], [1]); // the checkpoint there is another one, and so is the signature
        Region.Done(_region.Member(Self, fork).Freeze());
        Restore(_state.Without("checkpoint"));
        Refused(Own(BoardKinds.ContributorSetSignature).Position, Member.Freeze());
        Restore(here);
        Region.Done(Member.Freeze());
    }

    private CommitteeMember Member => _region.Member(Self);

    /// <summary>The step, the step again, and again with the state of before; that stays only where asked for.</summary>
    private void Step(string kind, Func<CommitteeMember, StepOutcome> step, bool restore)
    {
        SavedState before = _state.Copy();
        Region.Done(step(Member));
        BoardEntry said = Own(kind);
        Region.Done(step(Member));
        SavedState after = _state;
        Restore(before);
        Refused(said.Position, step(Member));
        Assert.Equal(said.Position, Own(kind).Position);
        Restore(restore ? before : after);
        if (!restore)
        {
            Region.Done(step(Member));
        }
    }

    private void Restore(SavedState state) => _region.States[Self] = _state = state.Copy();

    private BoardEntry Own(string kind, byte[]? subject = null) =>
        Assert.Single(
            _region.Board.Find(kind, subject ?? _region.Sid).Select(p => _region.Board.Read(p)!),
            e => e.Author == _region.Members[Self]
        );

    private static void Refused(long position, StepOutcome outcome)
    {
        Assert.Equal(StepStatus.Refused, outcome.Status);
        Forgotten(position, outcome.Reason);
    }

    private static void Forgotten(long position, string reason)
    {
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"entry {position} of the board"),
            reason,
            StringComparison.Ordinal
        );
        Assert.Contains("the state is older than the board", reason, StringComparison.Ordinal);
    }

    /// <summary>A state that can be copied, as a folder can.</summary>
    private sealed class SavedState : IMemberState
    {
        private readonly Dictionary<string, byte[]> _records = [];

        public SavedState Copy() => Without("");

        public SavedState Without(string name)
        {
            var copy = new SavedState();
            foreach ((string record, byte[] value) in _records.Where(r => r.Key != name))
            {
                copy._records[record] = [.. value];
            }

            return copy;
        }

        public byte[]? Read(string name) => _records.TryGetValue(name, out byte[]? value) ? [.. value] : null;

        public byte[] StoreOnce(string name, ReadOnlySpan<byte> value)
        {
            _records.TryAdd(name, value.ToArray());
            return [.. _records[name]];
        }

        public void Replace(string name, ReadOnlySpan<byte> value) => _records[name] = value.ToArray();
    }
}
