namespace ZkHealth.Fields;

/// <summary>
/// The compiled code of the method has no conditional jump but those of its loops, whose lengths are public, and of checks of
/// public bounds. A test reads the machine code (docs/security.md).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConstantTimeAttribute : Attribute;
