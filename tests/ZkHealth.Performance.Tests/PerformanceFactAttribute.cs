using Xunit;

namespace ZkHealth.Performance.Tests;

/// <summary>
/// Marks a test that measures. Such a test says nothing on a busy machine: it runs only where ZKHEALTH_PERFORMANCE is 1, alone,
/// and .ci/run repeats it before it believes a failure.
/// </summary>
public sealed class PerformanceFactAttribute : FactAttribute
{
    /// <summary>Marks a test, and skips it where nobody asked for measurements.</summary>
    public PerformanceFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("ZKHEALTH_PERFORMANCE") != "1")
        {
            Skip = "measurements run where ZKHEALTH_PERFORMANCE is 1";
        }
    }
}
