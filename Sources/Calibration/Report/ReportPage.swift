/// What the pages of reports have in common.
package enum ReportPage {
  /// Light and dark, for print and for narrow windows.
  package static let style = """
    :root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1d2327; --soft: #6d7780; --line: #dfe3e6; --mark: #1f6fb2; --other: #c2571a; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #15181b; --ink: #e4e7ea; --soft: #98a2ab; --line: #30373d; --mark: #69b1ec; --other: #f0985c; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 960px; margin: 0 auto; padding: 24px 16px; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 16px; }
    figure { margin: 0; max-width: 480px; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
    svg text { fill: var(--soft); font-size: 11px; } polyline { fill: none; stroke: var(--mark); stroke-width: 1.5; }
    .grid { stroke: var(--line); stroke-width: 1; } .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
    .after { stroke: var(--other); } circle { fill: var(--mark); fill-opacity: .85; } circle.after { fill: var(--other); stroke: none; }
    circle.faint { fill-opacity: .25; } .bar { fill: var(--mark); fill-opacity: .14; }
    pre { overflow-x: auto; font-size: 12px; } ul.warnings { color: var(--other); } p.key { color: var(--soft); }
    .a { color: var(--mark); } .b { color: var(--other); }
    """
}
