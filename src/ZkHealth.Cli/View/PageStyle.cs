namespace ZkHealth.Cli.View;

/// <summary>The style of the page: for a screen, a phone, and paper. The language is switched by it, without a script.</summary>
internal static class PageStyle
{
    public const string Css = """
        body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "WenQuanYi Zen Hei", "Microsoft YaHei", sans-serif; color: #222;
          max-width: 58rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
        h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
        .switch { position: absolute; opacity: 0; } label { display: inline-block; padding: .1rem .6rem; border: 1px solid #999;
          border-radius: 1rem; cursor: pointer; font-size: .9rem; }
        #english:checked ~ main .zh, #chinese:checked ~ main .en { display: none; }
        #english:checked ~ label[for=english], #chinese:checked ~ label[for=chinese] { background: #222; color: #fff; }
        #english:focus-visible ~ label[for=english], #chinese:focus-visible ~ label[for=chinese] { outline: 3px solid #1b6ca8; }
        .verdict { padding: .6rem 1rem; border-radius: .4rem; border-left: .5rem solid; font-size: 1.1rem; font-weight: 600; }
        .accepted { background: #e7f4ea; border-color: #176b2c; color: #124f21; }
        .partly { background: #fdf3dc; border-color: #b07a00; color: #6b4a00; }
        .rejected { background: #fbe9e7; border-color: #a11; color: #8a0f0f; }
        .unknown { background: #eee; border-color: #666; color: #333; }
        section { border: 1px solid #ddd; border-radius: .5rem; padding: 1rem; margin: 1.2rem 0; }
        section .verdict { font-size: 1rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .8rem 0; }
        dt { color: #555; } dd { margin: 0; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #ddd; vertical-align: top; }
        th:first-child, td:first-child { text-align: left; } code, pre { font-size: .85em; } pre { white-space: pre-wrap; }
        .words th, .words td { text-align: left; } .words td::before { flex: none; }
        th { overflow-wrap: break-word; } time { white-space: nowrap; }
        @media (min-width: 40.01rem) { .words td { overflow-wrap: break-word; } .words th, .words td { word-break: keep-all; } }
        .arc { fill: none; stroke: #1b6ca8; } .node { fill: #1b6ca8; }
        svg { display: block; margin: .6rem 0; } svg text { font-size: 13px; fill: #333; } .grid { stroke: #ddd; }
        .interval { stroke: #111; stroke-width: 1.5; } .hidden { stroke: #999; }
        .key { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; }
        .series { white-space: nowrap; margin-right: 1rem; } footer { color: #444; font-size: .9rem; }
        @media (max-width: 40rem) { dl { display: block; } dd { margin: 0 0 .4rem; } section { padding: .7rem; }
          thead { display: none; } tr { display: block; border-bottom: 1px solid #ddd; padding: .3rem 0; }
          td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .05rem 0; text-align: right; }
          td::before { content: attr(data-name); color: #555; text-align: left; } td:first-child { font-weight: 600; }
          td:first-child::before { content: none; } td:empty { display: none; } }
        @media screen and (min-width: 40.01rem) and (max-width: 60rem) { .words thead { display: none; }
          .words tr { display: block; border-bottom: 1px solid #ddd; padding: .3rem 0; }
          .words td { display: flex; gap: 1rem; border: 0; padding: .05rem 0; overflow-wrap: anywhere; }
          .words td::before { content: attr(data-name); color: #555; flex: 0 0 14rem; } .words td:empty { display: none; }
          .words td:first-child { font-weight: 600; } .words td:first-child::before { content: none; } }
        @media print { label, details { display: none; } body { max-width: none; padding: 0; font-size: 11pt; }
          section { border: 0; padding: 0; } table { font-size: 8.5pt; } svg, tr, dl, .verdict { break-inside: avoid; }
          svg rect, .verdict, .key { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;
}
