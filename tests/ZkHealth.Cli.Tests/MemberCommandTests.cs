using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>What members of a consortium say, each step its own process, and everything that can go wrong on the way.</summary>
public sealed class MemberCommandTests : HospitalFolder
{
    [Fact]
    public void A_member_speaks_without_a_name_and_once_in_a_context()
    {
        Run.Json("keygen", "--out", At("registrar"));
        string ledgerKey = (string)Run.Json("ledger", "init", Ledger, "--origin", "ledger.test/health")["key"]!;
        foreach (string name in (string[])["a", "b", "c", "stranger"])
        {
            Run.Json("keys", "create", "--out", At(name));
        }

        Run.Usage("expected --consortium", "keys", "add", At("registry"), "--public-key", At("a.pub"), "--name", "Hospital A");
        Run.Json("keys", "add", At("registry"), "--public-key", At("a.pub"), "--name", "Hospital A", "--consortium", "North");
        Run.Json("keys", "add", At("registry"), "--public-key", At("b.pub"), "--name", "Hospital B");
        string early = (string)
            Run.Json("keys", "add", At("registry"), "--public-key", At("c.pub"), "--name", "Hospital C")["digest"]!;
        Run.Usage("twice", "keys", "add", At("registry"), "--public-key", At("b.pub"), "--name", "Hospital D");
        Run.Usage(
            "holds no member's public key",
            "keys",
            "add",
            At("registry"),
            "--public-key",
            At("registrar.pub"),
            "--name",
            "Hospital D"
        );
        Assert.Equal(early, (string)Run.Json("keys", "show", At("registry"))["digest"]!);
        Run.Usage("exists", "keys", "create", "--out", At("a"));

        string[] say = ["prove", "key", At("b"), "--registry", At("registry"), "--message", "beds are short"];
        Run.Json(Asked("said.zkp", [.. say, "--context", "week 12", "--tag"]));
        Run.Json(Asked("again.zkp", [.. say, "--context", "week 12", "--tag"]));
        Run.Json(Asked("next.zkp", [.. say, "--context", "week 13", "--tag"]));
        Run.Json(Asked("plain.zkp", say));
        Run.Usage("the key is not registered", Asked("x.zkp", "prove", "key", At("stranger"), "--registry", At("registry")));
        Run.Usage("no member's secret key", Asked("x.zkp", "prove", "key", At("registrar"), "--registry", At("registry")));
        Run.Usage("together", Asked("x.zkp", [.. say, "--tag"]));
        Assert.DoesNotContain("Hospital", Run.Command("inspect", At("said.zkp")).Output, StringComparison.Ordinal);

        // by a registry at hand; from the ledger only once it is published there
        JsonObject said = Run.Json(
            "verify",
            At("said.zkp"),
            "--registry",
            At("registry"),
            "--context",
            "week 12",
            "--seen",
            At("seen")
        );
        Assert.Equal("beds are short", (string)said["message"]!);
        Assert.Equal(3, (int)said["members"]!);
        Run.Rejected(
            "has spoken in 'week 12' before",
            "verify",
            At("again.zkp"),
            "--registry",
            At("registry"),
            "--context",
            "week 12",
            "--seen",
            At("seen")
        );
        Run.Rejected(
            "for another context: week 13",
            "verify",
            At("next.zkp"),
            "--registry",
            At("registry"),
            "--context",
            "week 12",
            "--seen",
            At("seen")
        );
        Run.Rejected(
            "no tag",
            "verify",
            At("plain.zkp"),
            "--registry",
            At("registry"),
            "--context",
            "week 12",
            "--seen",
            At("seen")
        );
        Run.Usage(
            "expected --context together with --seen",
            "verify",
            At("said.zkp"),
            "--registry",
            At("registry"),
            "--seen",
            At("seen")
        );
        Assert.Equal(0, Run.Command("verify", At("plain.zkp"), "--registry", At("registry")).Code);
        Run.Usage("expected --registry", "verify", At("said.zkp"));
        Run.Rejected("the key registry is not on the ledger", "verify", At("said.zkp"), "--ledger", Ledger);
        Run.Json("keys", "publish", At("registry"), "--ledger", Ledger, "--key", At("registrar"));
        Assert.True(
            (bool)Run.Json("verify", At("said.zkp"), "--ledger", Ledger, "--registrar", At("registrar.pub"))["ledgerChecked"]!
        );
        Assert.Equal(
            0,
            Run.Command("verify", At("said.zkp"), "--receipt", At("registry.receipt"), "--ledger-key", ledgerKey).Code
        );
        Run.Json("keygen", "--out", At("other"));
        Run.Rejected("published by the registrar", "verify", At("said.zkp"), "--ledger", Ledger, "--registrar", At("other.pub"));

        // a registry with one more key is another registry
        Run.Json("keys", "add", At("registry"), "--public-key", At("stranger.pub"), "--name", "Hospital D");
        Run.Rejected("another key registry", "verify", At("said.zkp"), "--registry", At("registry"));
        byte[] proof = File.ReadAllBytes(At("said.zkp"));
        File.WriteAllBytes(At("cut.zkp"), proof[..^40]);
        Run.Rejected("", "verify", At("cut.zkp"), "--ledger", Ledger);
        int at = proof.AsSpan().IndexOf("beds"u8);
        proof[at] = (byte)'B';
        File.WriteAllBytes(At("cut.zkp"), proof);
        Run.Rejected("", "verify", At("cut.zkp"), "--ledger", Ledger);
        File.WriteAllText(At("bad"), "zkhealth key registry v1 North\nabc\n");
        Run.Usage("line 2", "verify", At("said.zkp"), "--registry", At("bad"));
    }
}
