/** The page's style, for light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --front: #1c2024; --soft: #60646c; --line: #d9d9e0; --raised: #f6f7f9;
  --red: #b42318; --red-back: #fde8e6; --orange: #97500c; --orange-back: #fdeed8;
  --green: #17663a; --green-back: #dcf3e4; --blue: #1d4f9c; --blue-back: #e2ecfb;
  --gray: #5b5f66; --gray-back: #eceef1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #111316; --front: #e8eaed; --soft: #a3a8b0; --line: #33373d; --raised: #1a1d21;
    --red: #ff9c91; --red-back: #4a1512; --orange: #ffbe7a; --orange-back: #46290a;
    --green: #83dba6; --green-back: #123622; --blue: #9cc2ff; --blue-back: #142d55;
    --gray: #a9aeb6; --gray-back: #262a2f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; background: var(--back); color: var(--front); }
.top, main { padding: 0 24px; }
.top { border-bottom: 1px solid var(--line); background: var(--raised); padding-top: 16px; padding-bottom: 12px; }
h1 { font-size: 22px; margin: 0 0 4px; }
h1.error { color: var(--red); }
h2 { font-size: 17px; margin: 24px 0 8px; }
p { margin: 0 0 8px; }
.findings { list-style: none; margin: 0; padding: 0; max-width: 110ch; }
.findings li { padding: 6px 0 6px 76px; border-top: 1px solid var(--line); position: relative; overflow-wrap: anywhere; }
.findings .mark { position: absolute; left: 0; top: 6px; width: 64px; text-align: center; border-radius: 4px; font-size: 13px; }
.error .mark { background: var(--red-back); color: var(--red); font-weight: 600; }
.warning .mark { background: var(--orange-back); color: var(--orange); }
.note .mark { background: var(--gray-back); color: var(--gray); }
.remedy { display: block; color: var(--soft); }
.remedy::before { content: "What to do: "; }
.tools { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin-bottom: 8px; }
.tools[hidden] { display: none; }
.tools label { display: inline-flex; gap: 6px; align-items: center; }
.tools input[type=search] { font: inherit; padding: 4px 8px; width: 22ch; border: 1px solid var(--line); border-radius: 4px; background: var(--back); color: inherit; }
.tools output { color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 6px; }
.matrix { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; margin-bottom: 24px; width: fit-content; max-width: 100%; }
.matrix:focus-visible { outline: 2px solid var(--blue); }
table { border-collapse: separate; border-spacing: 0; font-size: 14px; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); border-right: 1px solid var(--line); text-align: left; vertical-align: middle; white-space: nowrap; }
th[hidden], td[hidden], tr[hidden] { display: none; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--raised); vertical-align: bottom; font-weight: 600; }
thead th span { display: block; max-width: 24ch; white-space: normal; overflow-wrap: anywhere; }
thead th i { font-weight: 400; color: var(--soft); }
tbody th { position: sticky; left: 0; z-index: 1; background: var(--raised); font-weight: 400; }
thead th.corner { left: 0; z-index: 3; }
tbody th b { font-weight: 600; }
code { font: 13px ui-monospace, monospace; color: var(--soft); }
tr:last-child > * { border-bottom: 0; }
.o { display: inline-block; padding: 0 7px; border-radius: 4px; font-size: 13px; line-height: 20px; }
.public { background: var(--red); color: var(--back); font-weight: 600; }
.open { background: var(--orange-back); color: var(--orange); }
.login { background: var(--green-back); color: var(--green); }
.token { background: var(--blue-back); color: var(--blue); }
.refused { background: var(--gray-back); color: var(--gray); }
.nowhere { border: 1px dashed var(--line); color: var(--gray); line-height: 18px; }
.depends { border: 1px solid var(--orange); color: var(--orange); line-height: 18px; }
.arrow { padding: 0 5px; color: var(--soft); }
.turn { margin-left: 8px; font-size: 12px; }
td.gains { box-shadow: inset 3px 0 var(--green); } td.gains .turn { color: var(--green); }
td.loses { box-shadow: inset 3px 0 var(--red); } td.loses .turn { color: var(--red); }
td.otherwise { box-shadow: inset 3px 0 var(--orange); } td.otherwise .turn { color: var(--orange); }
td.exposed { box-shadow: inset 3px 0 var(--red); } td.exposed .turn { color: var(--red); font-weight: 600; }
td.off { color: var(--gray); font-size: 13px; padding-left: 17px; }
td.same .o { opacity: .8; }
.was .o { opacity: .8; }
.was .public, td.same .public { background: none; color: var(--red); box-shadow: inset 0 0 0 1px var(--red); }
details { display: inline; } summary { display: inline; cursor: pointer; color: var(--soft); }
details[open] { display: block; }
@media (max-width: 700px) { .top, main { padding-left: 12px; padding-right: 12px; } tbody th, thead th.corner { max-width: 44vw; white-space: normal; overflow-wrap: anywhere; } }
@media print { .tools { display: none; } .matrix { max-height: none; overflow: visible; } }
`;
