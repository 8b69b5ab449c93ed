namespace ZkHealth.Statistics;

/// <summary>Elements in classes that no set so far tells apart; a set costs as much as it has members.</summary>
/// <param name="elements">How many elements, numbered from 0.</param>
internal sealed class Partition(int elements)
{
    private readonly int[] _classOf = new int[elements];
    private readonly List<int> _sizes = [elements],
        _inside = [0],
        _moved = [0];

    /// <summary>The class of each element.</summary>
    public IReadOnlyList<int> ClassOf => _classOf;

    /// <summary>The number of classes.</summary>
    public int Count => _sizes.Count;

    /// <summary>Tells the members of a set from the others.</summary>
    /// <param name="members">Elements, each once.</param>
    public void Split(IEnumerable<int> members)
    {
        int[] own = [.. members];
        var touched = new List<int>();
        foreach (int m in own)
        {
            if (_inside[_classOf[m]]++ == 0)
            {
                touched.Add(_classOf[m]);
            }
        }

        foreach (int c in touched)
        {
            _moved[c] = c;
            if (_inside[c] < _sizes[c])
            {
                _moved[c] = _sizes.Count;
                _sizes[c] -= _inside[c];
                _sizes.Add(_inside[c]);
                _inside.Add(0);
                _moved.Add(0);
            }
        }

        foreach (int m in own)
        {
            _classOf[m] = _moved[_classOf[m]];
        }

        foreach (int c in touched)
        {
            _inside[c] = 0;
        }
    }
}
