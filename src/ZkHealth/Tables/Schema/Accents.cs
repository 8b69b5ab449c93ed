using System.Collections.Frozen;
using System.Text;

namespace ZkHealth.Tables;

/// <summary>
/// Letters with accents as letters and signs of their own, so that both ways to write one are one text. The run-time splits none
/// without ICU, which the command does without: the letters of the Latin, Greek and Cyrillic scripts and of kana stand here
/// (canonical decompositions of Unicode 14), Korean syllables are computed.
/// </summary>
internal static class Accents
{
    // Hangul: a syllable is 0xAC00 + (first·21 + vowel)·28 + last (Unicode, section 3.12)
    private const int Syllables = 0xAC00,
        Firsts = 0x1100,
        Vowels = 0x1161,
        Lasts = 0x11A7,
        VowelCount = 21,
        LastCount = 28,
        SyllableCount = 19 * VowelCount * LastCount;

    private static readonly FrozenDictionary<char, (char Letter, char Sign)> Parts = Table()
        .SelectMany(t => t.Whole.Select((whole, i) => (whole, (t.Letters[i], t.Sign))))
        .ToFrozenDictionary(t => t.whole, t => t.Item2);

    /// <summary>The text with accents as signs behind their letters; signs of one letter in the order of their
    /// numbers.</summary>
    public static string Split(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var split = new StringBuilder();
        foreach (char c in text)
        {
            Append(split, c);
        }

        // a sign goes before those with larger numbers that stand behind the same letter
        for (int i = 1; i < split.Length; i++)
        {
            for (int at = i; at > 0 && IsSign(split[at]) && IsSign(split[at - 1]) && split[at] < split[at - 1]; at--)
            {
                (split[at], split[at - 1]) = (split[at - 1], split[at]);
            }
        }

        return split.ToString();
    }

    private static bool IsSign(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.NonSpacingMark;

    private static void Append(StringBuilder split, char c)
    {
        if (Parts.TryGetValue(c, out (char Letter, char Sign) parts))
        {
            Append(split, parts.Letter);
            split.Append(parts.Sign);
        }
        else if (c - Syllables is int syllable and >= 0 and < SyllableCount)
        {
            int last = syllable % LastCount;
            split.Append((char)(Firsts + (syllable / LastCount / VowelCount)));
            split.Append((char)(Vowels + (syllable / LastCount % VowelCount)));
            split.Append(last == 0 ? "" : ((char)(Lasts + last)).ToString());
        }
        else
        {
            split.Append(c);
        }
    }

    /// <summary>For each sign letters, and each of them with the sign.</summary>
    private static (char Sign, string Letters, string Whole)[] Table() =>
        [
            ('\u0300', "AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYyἀἁἈἉἐἑ", "ÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳἂἃἊἋἒἓ"),
            ('\u0300', "ἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩαεηιουωΑΕΗ᾿ϊΙ῾ϋΥ¨ΟΩ", "ἚἛἢἣἪἫἲἳἺἻὂὃὊὋὒὓὛὢὣὪὫὰὲὴὶὸὺὼᾺῈῊ῍ῒῚ῝ῢῪ῭ῸῺ"),
            ('\u0301', "AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟΥΩϊα", "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌΎΏΐά"),
            ('\u0301', "εηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂăÊêÔôƠơƯư", "έήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắẾếỐốỚớỨứ"),
            ('\u0301', "ἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩ᾿῾", "ἄἅἌἍἔἕἜἝἤἥἬἭἴἵἼἽὄὅὌὍὔὕὝὤὥὬὭ῎῞"),
            ('\u0302', "AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọ", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ"),
            ('\u0303', "ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYy", "ÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ"),
            ('\u0304', "AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyИиУуGgḶḷṚṛαΑιΙυΥ", "ĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳӢӣӮӯḠḡḸḹṜṝᾱᾹῑῙῡῩ"),
            ('\u0306', "AaEeGgIiOoUuУИиуЖжАаЕеȨȩẠạαΑιΙυΥ", "ĂăĔĕĞğĬĭŎŏŬŭЎЙйўӁӂӐӑӖӗḜḝẶặᾰᾸῐῘῠῨ"),
            ('\u0307', "CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtWwXxY", "ĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆẇẊẋẎ"),
            ('\u0307', "yſ", "ẏẛ"),
            ('\u0308', "AEIOUaeiouyYΙΥιυϒЕІеіАаӘәЖжЗзИиОоӨөЭэУуЧчЫыH", "ÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїӒӓӚӛӜӝӞӟӤӥӦӧӪӫӬӭӰӱӴӵӸӹḦ"),
            ('\u0308', "hÕõŪūWwXxt", "ḧṎṏṺṻẄẅẌẍẗ"),
            ('\u0309', "AaÂâĂăEeÊêIiOoÔôƠơUuƯưYy", "ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ"),
            ('\u030A', "AaUuwy", "ÅåŮůẘẙ"),
            ('\u030B', "OoUuУу", "ŐőŰűӲӳ"),
            ('\u030C', "CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHh", "ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ"),
            ('\u030F', "AaEeIiOoRrUuѴѵ", "ȀȁȄȅȈȉȌȍȐȑȔȕѶѷ"),
            ('\u0311', "AaEeIiOoRrUu", "ȂȃȆȇȊȋȎȏȒȓȖȗ"),
            ('\u0313', "αΑεΕηΗιΙοΟυωΩρ", "ἀἈἐἘἠἨἰἸὀὈὐὠὨῤ"),
            ('\u0314', "αΑεΕηΗιΙοΟυΥωΩρΡ", "ἁἉἑἙἡἩἱἹὁὉὑὙὡὩῥῬ"),
            ('\u031B', "OoUu", "ƠơƯư"),
            ('\u0323', "BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯưYy", "ḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰựỴỵ"),
            ('\u0324', "Uu", "Ṳṳ"),
            ('\u0325', "Aa", "Ḁḁ"),
            ('\u0326', "SsTt", "ȘșȚț"),
            ('\u0327', "CcGgKkLlNnRrSsTtEeDdHh", "ÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ"),
            ('\u0328', "AaEeIiUuOo", "ĄąĘęĮįŲųǪǫ"),
            ('\u032D', "DdEeLlNnTtUu", "ḒḓḘḙḼḽṊṋṰṱṶṷ"),
            ('\u032E', "Hh", "Ḫḫ"),
            ('\u0330', "EeIiUu", "ḚḛḬḭṴṵ"),
            ('\u0331', "BbDdKkLlNnRrTtZzh", "ḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ"),
            ('\u0342', "ἀἁἈἉἠἡἨἩἰἱἸἹὐὑὙὠὡὨὩα¨η᾿ιϊ῾υϋω", "ἆἇἎἏἦἧἮἯἶἷἾἿὖὗὟὦὧὮὯᾶ῁ῆ῏ῖῗ῟ῦῧῶ"),
            ('\u0345', "ἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὠὡὢὣὤὥὦὧὨὩὪὫ", "ᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫ"),
            ('\u0345', "ὬὭὮὯὰαάᾶΑὴηήῆΗὼωώῶΩ", "ᾬᾭᾮᾯᾲᾳᾴᾷᾼῂῃῄῇῌῲῳῴῷῼ"),
            (
                '\u3099',
                "かきくけこさしすせそたちつてとはひふへほうゝカキクケコサシスセソタチツテトハヒフヘホウワ",
                "がぎぐげござじずぜぞだぢづでどばびぶべぼゔゞガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷ"
            ),
            ('\u3099', "ヰヱヲヽ", "ヸヹヺヾ"),
            ('\u309A', "はひふへほハヒフヘホ", "ぱぴぷぺぽパピプペポ"),
        ];
}
