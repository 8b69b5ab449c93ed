using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The persons of the rows of a data set that is cut into segments by person: nobody is in two of them.</summary>
internal static class PersonNumbers
{
    /// <summary>Numbers the persons of all segments, each segment's after those before; 0 for nobody known.</summary>
    /// <param name="segments">The number of segments.</param>
    /// <param name="persons">The persons of the rows of a segment.</param>
    public static uint[] Join(int segments, ColumnCodes persons)
    {
        int rows = 0;
        for (int i = 0; i < segments; i++)
        {
            rows += persons(i).Length;
        }

        var all = new uint[rows];
        uint before = 0;
        for (int i = 0, at = 0; i < segments; i++)
        {
            uint most = 0;
            foreach (uint person in persons(i))
            {
                all[at++] = person == 0 ? 0 : checked(before + person);
                most = Math.Max(most, person);
            }

            before += most;
        }

        return all;
    }
}
