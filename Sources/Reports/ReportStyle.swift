/// The style sheet of a report, for light and dark mode and for print.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --page: #fff; --text: #1c1c1e; --soft: #5c5c66; --line: #d8d8de; --panel: #f5f5f7; --link: \
        #0a58a8;
          --plain: #8a8a94; --half: #0072b2; --tenth: #d55e00; }
        @media (prefers-color-scheme: dark) { :root { --page: #16161a; --text: #ececf0; --soft: #a5a5b0; --line: #3a3a42; --panel: #202026;
          --link: #7db8f0; --plain: #8a8a96; --half: #56b4e9; --tenth: #f0883e; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page); color: var(--text);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
        p, figcaption { max-width: 62rem; } figcaption, .soft { color: var(--soft); font-size: .9rem; }
        figure { margin: 0 0 1rem; overflow-x: auto; } a { color: var(--link); }
        .verdict { border: 1px solid var(--line); border-left: .5rem solid var(--plain); background: var(--panel); padding: .8rem 1rem; \
        border-radius: .3rem; }
        .verdict.trusted { border-left-color: #009e73; } .verdict.weak { border-left-color: #e69f00; } .verdict.worthless { \
        border-left-color: #cc79a7; }
        .verdict b { font-size: 1.15rem; }
        .live { border: 1px solid var(--line); padding: .8rem 1rem; border-radius: .3rem; } .live p { margin: 0 0 .4rem; } .live dl { \
        margin-top: .6rem; }
        .live progress { width: 100%; height: .8rem; accent-color: var(--half); } .live .state { font-weight: 600; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1.5rem; }
        .chart { width: 100%; min-width: 28rem; max-width: 48rem; height: auto; font-size: 12px; } .chart text { fill: var(--text); } \
        .chart .grid { stroke: var(--line); }
        .chart .curve { fill: none; stroke: var(--half); stroke-width: 2; } .chart .curve.largest { stroke: var(--tenth); \
        stroke-dasharray: 7 4; } .chart .curve.random { stroke: var(--plain); stroke-dasharray: 2 4; }
        .chart .limit { stroke: var(--tenth); stroke-width: 1.5; stroke-dasharray: 4 3; } .chart text.note { font-size: 10px; }
        .key.line { border-radius: 0; height: 0; width: 1.6rem; border-top: 3px solid var(--half); background: none; vertical-align: \
        middle; } .key.line.largest { border-top: 3px dashed var(--tenth); } .key.line.random { border-top: 3px dotted var(--plain); }
        .entry { white-space: nowrap; } .pick { font-size: 1.05rem; } .verdict + .verdict { margin-top: .6rem; }
        .point { stroke: var(--page); stroke-width: 1; cursor: pointer; } .point:focus { outline: none; stroke: var(--text); \
        stroke-width: 2.5; }
        .point.plain { fill: var(--plain); } .point.half { fill: var(--half); } .point.tenth { fill: var(--tenth); }
        .key { display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; background: var(--plain); margin: 0 .2rem 0 \
        .8rem; }
        .key.half { background: var(--half); } .key.tenth { background: var(--tenth); border-radius: 0; }
        .scroll { overflow: auto; max-height: 40rem; border: 1px solid var(--line); border-radius: .3rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
        th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
        th { background: var(--panel); } .scroll th { position: sticky; top: 0; } td:last-child, th:last-child, .left { text-align: left; \
        } td.right, th.right { text-align: right; }
        th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
        th[aria-sort] button::after { content: " \\2195"; color: var(--soft); } th[aria-sort=ascending] button::after { content: " \
        \\2191"; }
        th[aria-sort=descending] button::after { content: " \\2193"; }
        code, pre { font-family: ui-monospace, "Liberation Mono", Menlo, monospace; font-size: .88em; }
        pre { background: var(--panel); padding: .7rem; border-radius: .3rem; overflow: auto; white-space: pre-wrap; word-break: \
        break-word; }
        input { font: inherit; padding: .3rem .5rem; width: min(24rem, 100%); color: inherit; background: var(--page); border: 1px solid \
        var(--soft); border-radius: .3rem; }
        details svg { background: #fff; border-radius: .3rem; max-width: min(40rem, 80vw); height: auto; } summary { cursor: pointer; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; } dt { color: var(--soft); } dd { margin: \
        0; overflow-wrap: anywhere; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.5rem; } .facts h3 { \
        font-size: 1rem; margin: 0 0 .4rem; }
        .sheet { overflow: auto; max-height: 40rem; border: 1px solid var(--line); } .sheet img { display: block; image-rendering: \
        pixelated; }
        #tip { position: fixed; pointer-events: none; background: var(--text); color: var(--page); padding: .3rem .5rem; border-radius: \
        .3rem; font-size: .85rem;
          max-width: 24rem; white-space: pre-line; overflow-wrap: anywhere; z-index: 1; }
        @media print { body { max-width: none; } .scroll, .sheet { max-height: none; overflow: visible; } input, label { display: none; } \
        th { position: static; } }
        """
}
