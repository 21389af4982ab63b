/** The style of an exported report: a quiet page, light or dark as the reader's system is, printable. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #55606e; --line: #d5dae1; --tint: #f4f6f8; --link: #14548c; --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #a5afbc; --line: #3a4450; --tint: #1f2630; --link: #8ec2f2; --paper: #161b22; }
}
html { background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; }
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem 6rem; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6, nav, caption, figcaption, th { font-family: system-ui, "Segoe UI", "Helvetica Neue", sans-serif; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2em 0 0.6em; text-wrap: balance; }
h1 { font-size: 2rem; margin-top: 0; }
h2 { font-size: 1.5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h3 { font-size: 1.2rem; }
h4, h5, h6 { font-size: 1rem; }
a { color: var(--link); }
nav ol { padding-left: 1.5em; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--soft); }
li > p { margin: 0.3em 0; }
pre { background: var(--tint); padding: 0.8em 1em; font-size: 0.88em; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, monospace; font-size: 0.92em; }
pre code { font-size: 1em; }
figure { margin: 2em 0; text-align: center; }
figure img { max-width: 100%; height: auto; background: #fff; }
figcaption, caption { color: var(--soft); font-size: 0.88em; line-height: 1.45; text-align: left; padding: 0.5em 0; }
.table { overflow-x: auto; margin: 1.6em 0; }
table { border-collapse: collapse; min-width: 100%; font-size: 0.92em; }
th, td { border-bottom: 1px solid var(--line); padding: 0.4em 0.7em; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); }
.equation { overflow-x: auto; overflow-y: hidden; margin: 1.2em 0; }
.unknown { border: 1px dashed var(--soft); padding: 0 1em; }
code.unknown { padding: 0 0.3em; }
.missing { border: 1px dashed var(--line); padding: 1em; color: var(--soft); }
.empty { color: var(--soft); }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
@media print {
  body { max-width: none; padding: 0; }
  h2 { break-before: page; border: 0; }
  figure, table, pre, .equation { break-inside: avoid; }
}
`.trim();
