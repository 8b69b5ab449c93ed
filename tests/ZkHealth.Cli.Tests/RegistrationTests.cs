using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Names of parties: one key a name, by the order of the ledger, and a slip can be mended.
/// </summary>
public sealed class RegistrationTests : TemporaryFolder
{
    [Fact]
    public void A_name_that_another_key_holds_is_refused_when_it_is_registered()
    {
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        Run.Json("keygen", "--out", At("north.key"));
        Run.Json("keygen", "--out", At("south.key"));
        string[] Register(string key, string name) =>
            ["aggregate", "register", "--ledger", At("l.db"), "--key", At(key), "--name", name];
        Run.Json(Register("north.key", "North Hospital"));
        Run.Usage("--name: expected 1 to 100 characters", Register("north.key", "North  Hospital"));
        Run.Usage("'North Hospital' is the name of another key, ", Register("south.key", "North Hospital"));
        Assert.Equal(1, (int)Run.Json("ledger", "show", At("l.db"))["size"]!);
        Run.Json(Register("south.key", "South Hospital"));
        Run.Json(Register("north.key", "North Hospital"));

        // a name that looks the same is another one, and a warning; a key may take another name, and the old one stays its own
        (int code, string text) = Run.Command(Register("south.key", "N\u043Erth hospital"));
        Assert.True(code == 0 && text.Contains("are two keys whose names look alike", StringComparison.Ordinal), text);
        Run.Json(Register("north.key", "Northern Hospital"));
        Run.Usage("'North Hospital' is the name of another key, ", Register("south.key", "North Hospital"));
    }
}
