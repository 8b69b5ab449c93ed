using System.Text;
using Xunit;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 11 and attack 31: a fact of another city is recognised by its bundle, has an age, and is cancelled by a later
/// one.</summary>
public sealed class RecognitionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
    private readonly Region _north,
        _south = new();

    public RecognitionTests()
    {
        _north = new Region(_folder, "north");
        _north.Register("hospital", "examination");
        _north.Wait(1);
    }

    private string Origin => _north.LedgerFile is string file ? SqliteOrigin(file) : "";

    public void Dispose()
    {
        _north.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Attack 31: recognition without end. It ends by age, and by a later corrected bundle.</summary>
    [Fact]
    public void A_fact_is_recognised_and_cancelled_by_a_later_bundle()
    {
        Recognise();
        Row first = Bundle();
        Assert.Equal("Accepted", _south.Do("fact recognised", "hospital", first).ToString());
        Row fact = _south.All(Records.Fact).Single();
        Assert.Equal(_north.Time + (180 * Durations.Day), fact.Whole("until"));
        Assert.Equal("Refused: NOT_LATER", _south.Do("fact recognised", "centre", first).ToString());
        Assert.Equal("Refused: NOT_LATER, UNCHANGED", _south.Do("fact cancelled", "centre", first).ToString());
        _north.Wait(1);
        _south.Wait(20 * Durations.Day);
        Row between = Bundle();
        Assert.Equal("Refused: UNCHANGED", _south.Do("fact cancelled", "centre", between).ToString());
        _north.Do(
            "asset corrected",
            "hospital",
            Bodies.AssetCorrected.Row(Region.Digest("examination"), Region.Digest("examination, corrected"))
        );
        _north.Wait(1);
        Row corrected = Bundle();
        Assert.Equal("Refused: CORRECTED", _south.Do("fact recognised", "hospital", corrected).ToString());
        Assert.Equal("Accepted", _south.Do("fact cancelled", "centre", corrected).ToString());
        Assert.True(_south.All(Records.Fact).Single().Flag("cancelled"));
        Assert.Equal("Refused: UNKNOWN_FACT", _south.Do("fact cancelled", "hospital", corrected).ToString());

        // a leaf between the two showed the old value still, and brought the fact back
        Assert.Equal("Refused: NOT_LATER", _south.Do("fact recognised", "hospital", between).ToString());
    }

    /// <summary>Attack 31: a bundle of half a year is too old, one of an unknown log or rule set is nobody's word.</summary>
    [Fact]
    public void A_bundle_is_refused_by_age_log_leaf_checkpoint_and_proof()
    {
        Row bundle = Bundle();
        long bundleTime = _north.Time;
        Assert.Equal("Refused: UNKNOWN_LOG", _south.Do("fact recognised", "hospital", bundle).ToString());
        Recognise();
        Assert.Equal("Refused: LEAF", Try(bundle.With("leaf", new byte[64])));
        Assert.Equal("Refused: CHECKPOINT", Try(bundle.With("index", 0)));
        Assert.Equal("Refused: PROOF", Try(bundle.With("id", Region.Digest("another"))));
        Assert.Equal("Refused: PROOF", Try(bundle.With("kind", "consent")));
        _south.Do("fact recognised", "centre", bundle);
        foreach (
            (string field, object value, string code) in (ReadOnlySpan<(string, object, string)>)
                [
                    ("leaf", new byte[64], "LEAF"),
                    ("index", 0L, "CHECKPOINT"),
                    ("proof", new byte[64], "PROOF"),
                    ("origin", "x", "UNKNOWN_LOG"),
                ]
        )
        {
            _south.Do("fact cancelled", "centre", bundle.With(field, value));
            Assert.Contains(code, _south.Last.Codes);
        }

        _north.Wait(_south.Time - _north.Time + 1);
        Row later = Bundle();
        Assert.Contains("TIME", _south.Do("fact recognised", "centre", later).Codes);
        Assert.Contains("TIME", _south.Do("fact cancelled", "centre", later).Codes);
        _south.Wait((180 * Durations.Day) + bundleTime - _south.Time - 1);
        Assert.Equal(
            "Refused: NOT_LATER",
            RefusalTableTests.Try(_south.State, _south.Act("fact recognised", "hospital", bundle), _south.Time).ToString()
        );
        _south.Wait(1);
        Assert.Equal("Refused: NOT_LATER, TOO_OLD", Try(bundle));
    }

    /// <summary>Section 3: everywhere the quorum is 2f + 1. A bundle was recognised by one key of the other log, whose owner
    /// shows each reader another history.</summary>
    [Fact]
    public void A_bundle_needs_the_quorum_of_the_other_logs_witnesses()
    {
        foreach (string witness in (string[])["w1", "w2", "w3", "w4"])
        {
            Recognise(Region.Key(witness), "witness");
        }

        Recognise();
        Assert.Equal("Refused: CHECKPOINT", Try(Bundle()));
        Assert.Equal("Refused: CHECKPOINT", Try(Bundle("w1", "w2")));
        Assert.Equal("Refused: CHECKPOINT", Try(Bundle("w1", "w2", "w2")));
        Assert.Equal("Refused: CHECKPOINT", Try(Bundle("w1", "w2", "stranger")));
        Row of = Bundle("w1", "w2", "w3");
        _north.Wait(1);
        Row later = Bundle();
        Row elsewhere = later.With("checkpoint", (byte[])[.. later.Bytes("checkpoint"), .. Lines(of)]);
        Assert.Equal("Refused: CHECKPOINT", Try(elsewhere));
        Assert.Equal("Accepted", Try(of));

        // cosignatures of another checkpoint
        byte[] Lines(Row bundle)
        {
            string note = Encoding.UTF8.GetString(bundle.Bytes("checkpoint"));
            return Encoding.UTF8.GetBytes(string.Join('\n', note.Split('\n')[^4..]));
        }
    }

    /// <summary>Section 3: what is named as a witness is no key of the log.</summary>
    [Fact]
    public void A_witness_signs_no_checkpoint_alone()
    {
        Recognise(Region.Secret("log of north").Public.Encode(), "witness");
        Assert.Equal("Refused: CHECKPOINT", Try(Bundle()));
        _south.Propose("commission-a", "recognise", null, Origin, "node", 1, Manifest.Digest, Region.Key("k"));
        Assert.Equal("Refused: TERMS", _south.Last.ToString());
    }

    private string Try(Row bundle) => _south.Do("fact recognised", "hospital", bundle).ToString();

    private void Recognise(byte[]? key = null, string? kind = null)
    {
        byte[] proposal = _south.Propose(
            "commission-a",
            "recognise",
            code: Origin,
            kind: kind,
            number: 1,
            about: Manifest.Digest,
            key: key ?? Region.Secret("log of north").Public.Encode()
        );
        _south.Approve(proposal, "commission-a", "commission-b", "hospital");
        _south.Wait(14 * Durations.Day);
    }

    private Row Bundle(params string[] witnesses)
    {
        using SqliteLedger ledger = SqliteLedger.Open(_north.LedgerFile!);
        long seconds = _north.Time / Durations.Second;
        Checkpoint checkpoint = ledger.GetCheckpoint();
        Cosignature[] cosigned = [.. witnesses.Select(w => Cosignature.Sign(checkpoint, seconds, Region.Secret(w)))];
        return FactBundle.Of(ledger, _north.State, Records.Asset, Region.Digest("examination"), cosigned);
    }

    private static string SqliteOrigin(string file)
    {
        using SqliteLedger ledger = SqliteLedger.Open(file);
        return ledger.Key.Name;
    }
}
