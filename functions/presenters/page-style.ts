/**
 * How pages look: from 320 px to wide screens, light and dark as the reader's system is, and on paper with
 * everything unfolded. Every pair of colours has a contrast of 4.5 or more (WCAG 2.2, 1.4.3).
 */
import { createHash } from 'node:crypto';

export const STYLE = `:root {
  color-scheme: light dark;
  --ink: light-dark(#17202c, #e8edf4);
  --soft: light-dark(#4b5768, #a9b5c6);
  --paper: light-dark(#ffffff, #12161d);
  --raised: light-dark(#f4f6f9, #1b212b);
  --line: light-dark(#c9d1dc, #364152);
  --link: light-dark(#0b4fb3, #8fbcff);
  --good: light-dark(#0a6437, #86dba9);
  --good-bg: light-dark(#eaf6ef, #11281c);
  --fair: light-dark(#6a4d00, #ecc968);
  --fair-bg: light-dark(#fcf4dc, #2a2310);
  --bad: light-dark(#a01526, #ffa3a3);
  --bad-bg: light-dark(#fdecee, #331518);
  --unknown: light-dark(#37475f, #bccbe2);
  --unknown-bg: light-dark(#ecf0f6, #1d2736);
  --quiet: var(--soft);
  --quiet-bg: var(--raised);
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; padding-top: .9rem; padding-bottom: .9rem; }
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
header a { display: inline-block; padding: .3rem 0; }
.home { font-weight: 700; text-decoration: none; color: var(--ink); font-size: 1.1rem; }
a { color: var(--link); text-underline-offset: .18em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
h1 { font-size: clamp(1.3rem, .95rem + 2.2vw, 2.3rem); line-height: 1.2; margin: 1rem 0 .6rem; letter-spacing: -.015em; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p, ul, ol, dl { margin: .5rem 0; }
ul, ol { padding-left: 1.3rem; }
li { margin: .25rem 0; }
.soft, footer { color: var(--soft); }
footer { font-size: .9rem; margin-top: 3rem; padding-bottom: 2rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1rem; max-width: 46rem; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .45rem 1.1rem; border-radius: .5rem; border: 1px solid var(--link); background: var(--link); color: var(--paper); cursor: pointer; }
button.second { background: var(--paper); color: var(--link); }
input, textarea { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem; padding: .45rem .7rem; min-height: 2.75rem; width: 100%; }
input[type="file"] { border: 2px dashed var(--soft); background: var(--raised); padding: 1.6rem 1rem; cursor: pointer; }
input[type="file"]:hover, input[type="file"]:focus-visible { border-color: var(--link); }
::file-selector-button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .45rem 1.1rem; margin-right: 1rem; border-radius: .5rem; border: 1px solid var(--link); background: var(--paper); color: var(--link); cursor: pointer; }
::placeholder { color: var(--soft); opacity: 1; }
label { display: block; font-weight: 600; margin-bottom: .3rem; }
label + .soft { display: block; margin-bottom: .5rem; }
.ask div { display: flex; flex-wrap: wrap; gap: .6rem; }
.ask input { flex: 1 1 16rem; width: auto; min-width: 0; }
.ask { max-width: 46rem; margin: 1rem 0; }
.sentence + form { margin-top: 1rem; }
textarea { min-height: 12rem; font: .85rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); } .unknown { color: var(--unknown); } .quiet { color: var(--quiet); }
.verdict, .note { border: 1px solid var(--line); border-left-width: .5rem; border-radius: .6rem; padding: 1rem 1.2rem; margin: .8rem 0; color: var(--ink); background: var(--raised); }
.verdict.good { background: var(--good-bg); border-color: var(--good); }
.verdict.fair, .note.fair { background: var(--fair-bg); border-color: var(--fair); }
.verdict.bad, .note.bad { background: var(--bad-bg); border-color: var(--bad); }
.verdict.unknown, .note.unknown { background: var(--unknown-bg); border-color: var(--unknown); }
.verdict .word { font-weight: 700; margin: 0; }
.verdict.good .word { color: var(--good); } .verdict.fair .word { color: var(--fair); } .verdict.bad .word, .note.bad strong { color: var(--bad); } .verdict.unknown .word { color: var(--unknown); }
.verdict .word span { display: inline-grid; place-items: center; width: 1.7em; height: 1.7em; border: 2px solid; border-radius: 50%; margin-right: .5em; line-height: 1; }
.sentence { font-size: clamp(1.25rem, 1rem + 1.4vw, 1.75rem); line-height: 1.35; margin: .6rem 0 0; text-wrap: pretty; max-width: 44rem; }
.age { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
.age p { margin: 0; }
dl.pairs { display: grid; grid-template-columns: fit-content(19rem) minmax(0, 1fr); gap: .35rem 1.2rem; }
dl.pairs dt { font-weight: 600; } dl.pairs dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem .5rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--soft); font-size: .85rem; }
tbody th { min-width: 11rem; }
tbody th b, tbody th span { display: block; }
code, pre, .ip { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .86em; }
pre { overflow-x: auto; white-space: pre-wrap; background: var(--raised); border-radius: .5rem; padding: .8rem; margin: .6rem 0; }
details { border-top: 1px solid var(--line); }
summary { padding: .6rem 0; cursor: pointer; min-height: 1.5rem; }
.hops { list-style: none; padding: 0; border-left: 3px solid var(--line); margin-left: .4rem; }
.hops > li { position: relative; padding: 0 0 1rem 1.3rem; margin: 0; }
.hops > li::before { content: ""; position: absolute; left: -.55rem; top: .4rem; width: .75rem; height: .75rem; border-radius: 50%; border: 3px solid var(--line); background: var(--paper); }
.hops p { margin: .1rem 0; }
.lock { width: 1em; height: 1em; vertical-align: -.1em; fill: none; stroke: currentColor; stroke-width: 2; }
.lock .body { fill: currentColor; }
.trust { border-top: 2px dashed var(--soft); padding-top: .6rem; color: var(--soft); }
@media (max-width: 46rem) {
  dl.pairs { grid-template-columns: 1fr; gap: 0; } dl.pairs dd { margin: 0 0 .6rem; }
  .stages, .stages tbody, .stages tr, .stages th, .stages td { display: block; }
  .stages thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stages tbody tr { border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; margin: .6rem 0; }
  .stages th, .stages td { border: 0; padding: .12rem 0; }
  .stages td:not([colspan]) { display: grid; grid-template-columns: 6.5rem 1fr; }
  .stages td:not([colspan])::before { color: var(--soft); }
  .stages td:nth-child(2):not([colspan])::before { content: "Connect"; }
  .stages td:nth-child(3)::before { content: "Greeting"; }
  .stages td:nth-child(4)::before { content: "STARTTLS"; }
  .stages td:nth-child(5)::before { content: "Handshake"; }
  .stages td:nth-child(6)::before { content: "Certificate"; }
  .stages td:nth-child(7)::before { content: "Policy"; }
}
@media print {
  :root { color-scheme: light; }
  html { font-size: 10pt; }
  header nav, form, .screen { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  summary { list-style: none; font-weight: 600; }
  tr, .verdict, .note, li { break-inside: avoid; }
  pre { background: none; padding: 0; }
  a[href]::after { content: " <" attr(href) ">"; font-size: .8em; }
  .home::after { content: none !important; }
}
`;

/** Named by its content, so that it can be kept for ever. */
export const STYLE_PATH = `/mailtls-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;

/** What a policy names it by, where it stands in the page itself. */
export const STYLE_DIGEST = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b4fb3"/><path d="M6 10h20v13H6z" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/><path d="m6 11 10 7 10-7" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/></svg>`;
