/* page_style.h: the style sheet of page.c. The first run is blue, the second one orange. */
#ifndef RADMFA_BENCH_PAGE_STYLE_H
#define RADMFA_BENCH_PAGE_STYLE_H

// clang-format off
static const char page_style[] =
  ":root{color-scheme:light dark;--page:#fbfbfa;--ink:#1c1c1a;--soft:#6b6a65;--grid:#e4e3de;--card:#fff;"
  "--a:#2a62c9;--b:#c2570c;--bad:#b3261e;--badpage:#fdecea}"
  "@media(prefers-color-scheme:dark){:root{--page:#161615;--ink:#ecebe6;--soft:#a09e96;--grid:#33322f;--card:#1e1e1c;"
  "--a:#7ba7f7;--b:#f0995a;--bad:#f2b8b5;--badpage:#4a1f1c}}"
  "*{box-sizing:border-box}"
  "body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}"
  "main{max-width:840px;margin:0 auto;padding:36px 20px 60px}"
  "h1{font-size:24px;line-height:1.2;margin:0 0 4px;font-weight:650}"
  "h2{font-size:16px;margin:0;font-weight:650}"
  "p{margin:0;color:var(--soft)}"
  ".runs{margin:10px 0 0;padding:0;list-style:none}"
  ".runs li{margin:2px 0}"
  ".swatch{display:inline-block;width:22px;height:0;border-top:3px solid;vertical-align:middle;margin-right:8px}"
  ".a{color:var(--a);stroke:var(--a)}.b{color:var(--b);stroke:var(--b)}"
  ".alert{margin:18px 0 0;padding:10px 14px;border-radius:8px;background:var(--badpage);color:var(--bad);font-weight:600}"
  ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px;margin:22px 0 6px}"
  ".tile{background:var(--card);border:1px solid var(--grid);border-radius:10px;padding:10px 12px 12px}"
  ".tile p{font-size:13px}"
  ".tile b{display:block;font-size:20px;line-height:1.3;font-weight:650;white-space:nowrap}"
  "figure{margin:14px 0 0;padding:16px 16px 8px;background:var(--card);border:1px solid var(--grid);border-radius:10px}"
  "figcaption{margin-bottom:12px}"
  "figcaption p,.note{font-size:13px}"
  "svg{display:block;width:100%;height:auto;overflow:visible}"
  "svg text{fill:var(--soft);stroke:none;font-size:12px}"
  "svg path{fill:none}"
  ".grid{stroke:var(--grid)}"
  ".base,.mark{stroke:var(--soft)}"
  ".line{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}"
  ".thin{stroke-width:1.5;stroke-dasharray:2 5}"
  ".dot{fill:var(--card);stroke-width:1.5}"
  "section{margin:30px 0 0}"
  "table{border-collapse:collapse;width:100%;margin-top:8px}"
  "td,th{padding:4px 0 4px 16px;border-bottom:1px solid var(--grid);text-align:right;vertical-align:top;font-weight:400}"
  "td:first-child,th:first-child{text-align:left;padding-left:0;color:var(--soft)}"
  "th{font-weight:650}"
  ".facts td{text-align:left;overflow-wrap:anywhere}"
  ".facts td:first-child{white-space:nowrap}"
  "code{font:13px/1.4 ui-monospace,monospace}";
// clang-format on

#endif
