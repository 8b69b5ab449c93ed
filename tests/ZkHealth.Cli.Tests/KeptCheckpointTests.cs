using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`verify --checkpoint`: whoever has rewritten a ledger cannot have kept the root that a verifier remembers.</summary>
public sealed class KeptCheckpointTests : TemporaryFolder
{
    [Fact]
    public void A_ledger_must_begin_with_the_checkpoint_and_a_receipt_must_be_for_it()
    {
        string columns = """{"name": "ill", "kind": "yes-no"}""";
        File.WriteAllLines(At("p.csv"), ["ill", .. Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? "yes" : "no")]);
        File.WriteAllText(At("s.json"), $$"""{"name": "p", "columns": [{{columns}}]}""");
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("s.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        string key = Run.Json("ledger", "show", At("l.db"), "--save-checkpoint", At("empty.checkpoint"))[
            "key"
        ]!.GetValue<string>();
        File.Copy(At("l.db"), At("other.db"));
        Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("h.key"));
        Run.Json("ledger", "show", At("l.db"), "--save-checkpoint", At("kept.checkpoint"));
        string[] prove =
        [
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "ill = yes",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("l.db"),
            "--out",
            At("x.zkp"),
        ];
        Run.Json(prove);

        Run.Json("verify", At("x.zkp"), "--ledger", At("l.db"), "--checkpoint", At("empty.checkpoint"));
        Run.Json("verify", At("x.zkp"), "--ledger", At("l.db"), "--checkpoint", At("kept.checkpoint"));
        Run.Json("verify", At("x.zkp"), "--receipt", At("t.receipt"), "--ledger-key", key, "--checkpoint", At("kept.checkpoint"));
        Run.Rejected(
            "the receipt is not for the 0 entries of the checkpoint that was kept",
            "verify",
            At("x.zkp"),
            "--receipt",
            At("t.receipt"),
            "--ledger-key",
            key,
            "--checkpoint",
            At("empty.checkpoint")
        );

        // the same key has signed another history: the same table, published under a name
        string[] rewrite =
        [
            "publish",
            At("t.zkt"),
            "--ledger",
            At("other.db"),
            "--key",
            At("h.key"),
            "--data-set",
            "d",
            "--receipt",
            At("other.receipt"),
            "--ledger-secret-key",
            At("l.db.key"),
        ];
        // this verifier keeps what it saw of a ledger, too: here it is another one, who has seen nothing but the checkpoint
        Run.Json("ledger", "forget", At("other.db"));
        Run.Json(rewrite);
        Run.Json("verify", At("x.zkp"), "--ledger", At("other.db"));
        Run.Rejected(
            "the ledger does not begin with the 1 entries of the checkpoint that was kept",
            "verify",
            At("x.zkp"),
            "--ledger",
            At("other.db"),
            "--checkpoint",
            At("kept.checkpoint")
        );
        Run.Json("ledger", "forget", At("l.db"));
        Run.Usage(
            "is no checkpoint signed by the ledger's key",
            "verify",
            At("x.zkp"),
            "--ledger",
            At("l.db"),
            "--checkpoint",
            At("s.json")
        );
        Run.Usage("expected --ledger or --receipt", "verify", At("x.zkp"), "--checkpoint", At("kept.checkpoint"));
    }
}
