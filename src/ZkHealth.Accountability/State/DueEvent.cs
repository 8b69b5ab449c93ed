using System.Buffers.Binary;

namespace ZkHealth.Accountability;

/// <summary>Something that happens at a time without an entry: ordered by time, then rank, then the bytes of its id; equal ones
/// are one.</summary>
internal sealed class DueEvent : IComparable<DueEvent>
{
    /// <summary>An event.</summary>
    /// <param name="time">When, in ms since 1970 UTC.</param>
    /// <param name="rank">What comes first at one time.</param>
    /// <param name="id">Kind of record (1 byte) ‖ what happens (1 byte) ‖ id of the record.</param>
    public DueEvent(long time, byte rank, ReadOnlySpan<byte> id) => (Time, Rank, Id) = (time, rank, id.ToArray());

    /// <summary>Says when, in ms since 1970 UTC.</summary>
    public long Time { get; }

    /// <summary>The rank among events of one time; the lowest comes first.</summary>
    public byte Rank { get; }

    /// <summary>Kind of record ‖ what happens ‖ id of the record.</summary>
    public byte[] Id { get; }

    /// <summary>The id of its record in the state map: time, 8 bytes big-endian ‖ rank ‖ id.</summary>
    public byte[] RecordId()
    {
        var id = new byte[9 + Id.Length];
        BinaryPrimitives.WriteInt64BigEndian(id, Time);
        id[8] = Rank;
        Id.CopyTo(id, 9);
        return id;
    }

    /// <inheritdoc/>
    public int CompareTo(DueEvent? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = Time.CompareTo(other.Time);
        order = order != 0 ? order : Rank.CompareTo(other.Rank);
        return order != 0 ? order : Id.AsSpan().SequenceCompareTo(other.Id);
    }
}
