/// How the exported page looks.
enum HTMLStyle {
    /// The text of its one `style` element, of which the page's policy names the digest.
    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #fdfcfa; --ink: #1d1c1a; --quiet: #716d66; --line: #e6e2da; --bubble: #efece4; --code: #f5f2ec;
          --accent: #8a4b2a;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB",
            "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas,
            "DejaVu Sans Mono", "Liberation Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #191817; --ink: #e8e5df; --quiet: #9b968c; --line: #34322e; --bubble: #2a2825; --code: #23211f;
            --accent: #e0a27c;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.7 var(--sans);
          text-autospace: normal; line-break: strict; overflow-wrap: anywhere; text-wrap: pretty;
        }
        main { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
        a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .2em; }
        time, footer, h2, summary, section > header p { color: var(--quiet); font-size: .875rem; }
        nav { padding: 3rem 0 1rem; }
        nav ol { list-style: none; margin: 0; padding: 0; }
        nav li { border-bottom: 1px solid var(--line); }
        nav a {
          display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; padding: .55rem 0;
          color: inherit; text-decoration: none;
        }
        nav a:hover span { color: var(--accent); }
        nav time { flex: none; font-variant-numeric: tabular-nums; }
        section { padding: 3.5rem 0 1rem; }
        section + section { border-top: 1px solid var(--line); }
        section > header { margin-bottom: 2.25rem; }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
        section > header p { margin: .4rem 0 0; }
        article { margin: 2rem 0; }
        article.user { margin-left: auto; width: fit-content; max-width: min(100%, 38rem); }
        h2 { margin: 0 0 .35rem; font-weight: 400; }
        h2 b { color: var(--ink); font-weight: 600; margin-right: .35rem; }
        .user h2 { text-align: right; }
        .user .text { background: var(--bubble); border-radius: 1.1rem .3rem 1.1rem 1.1rem; padding: .7rem 1.1rem; }
        .text > :first-child { margin-top: 0; }
        .text > :last-child { margin-bottom: 0; }
        .text p, .text ul, .text ol, .text blockquote, .text pre, .text table { margin: .8em 0; }
        .text ul, .text ol { padding-left: 1.5em; }
        .text li { margin: .25em 0; }
        .text h1, .text h2, .text h3, .text h4, .text h5, .text h6 {
          margin: 1.5em 0 .5em; color: inherit; font-size: 1.0625rem; font-weight: 650; line-height: 1.4; text-align: inherit;
        }
        .text h1 { font-size: 1.35rem; }
        .text h2 { font-size: 1.2rem; }
        .text hr { border: 0; border-top: 1px solid var(--line); margin: 1.6em 0; }
        .text blockquote { border-left: 3px solid var(--line); padding-left: 1em; color: var(--quiet); margin-inline: 0; }
        code, pre { font: .875em/1.6 var(--mono); font-variant-ligatures: none; text-autospace: no-autospace; }
        code { background: var(--code); border-radius: .3rem; padding: .12em .35em; }
        pre {
          background: var(--code); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem;
          overflow-x: auto; overflow-wrap: normal; tab-size: 4;
        }
        details pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        pre code { background: none; padding: 0; font-size: 1em; }
        .user .text code, .user .text pre { background: var(--paper); }
        table { display: block; overflow-x: auto; border-collapse: collapse; }
        th, td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; }
        th { font-weight: 600; }
        img { max-width: 100%; height: auto; border-radius: .6rem; }
        .file { color: var(--quiet); font: .875rem var(--mono); }
        details { margin: 1rem 0; border-left: 3px solid var(--line); padding-left: 1rem; }
        summary { cursor: pointer; }
        summary:hover { color: var(--accent); }
        details .text { color: var(--quiet); font-size: .9375rem; padding-top: .5rem; }
        footer { max-width: 46rem; margin: 3rem auto 0; padding: 1.5rem 1.25rem 3rem; border-top: 1px solid var(--line); }
        @media (max-width: 34rem) {
          body { font-size: 1rem; }
          h1 { font-size: 1.45rem; }
          nav { padding-top: 2rem; }
          section { padding-top: 2.5rem; }
          article.user { max-width: 94%; }
        }
        @media print {
          :root { --paper: #fff; --ink: #000; --bubble: #f2f2f2; --code: #f7f7f7; --line: #ccc; --quiet: #555; }
          body { font-size: 10.5pt; }
          section { break-before: page; }
          nav + section, section:first-of-type { break-before: auto; }
          pre { white-space: pre-wrap; overflow-wrap: anywhere; }
          h1, h2 { break-after: avoid; }
        }
        """
}
