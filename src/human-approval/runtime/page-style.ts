import { createHash } from 'node:crypto';

/** The page's own style: the only one that its policy allows, by its hash. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#f6f8fa;--card:#fff;--edge:#c9d1d9;--go:#0550ae;--on:#fff;--yes:#116329;--no:#a40e26}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--page:#0d1117;--card:#161b22;--edge:#3d444d;--go:#79c0ff;--on:#0d1117;--yes:#56d364;--no:#ff7b72}}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--page);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.25rem;background:var(--card);border:1px solid var(--edge);border-radius:.5rem}
h2{margin:0 0 1rem;font-size:1.0625rem;overflow-wrap:anywhere}
h1{margin:0 0 1rem;font-size:1.375rem;line-height:1.3;white-space:pre-line;overflow-wrap:anywhere}
p{margin:0 0 1rem;overflow-wrap:anywhere}
main>:last-child{margin-bottom:0}
.soft{color:var(--soft)}
.yes{color:var(--yes)}.no{color:var(--no)}
.note{padding:.75rem;border:1px solid var(--no);border-radius:.375rem}
table{width:100%;table-layout:fixed;margin:0 0 1rem;border-collapse:collapse}
caption{text-align:start;font-weight:600;padding-bottom:.25rem}
th,td{padding:.5rem .75rem .5rem 0;border-top:1px solid var(--edge);text-align:start;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}
th{width:38%;font-weight:600;overflow-wrap:break-word}
fieldset{margin:0 0 1rem;padding:0;border:0}
legend{padding:0;font-weight:600}
.choice{display:flex;gap:.75rem;align-items:center;margin-top:.5rem;padding:.75rem;border:1px solid var(--edge);border-radius:.375rem}
.choice input{width:1.25rem;height:1.25rem;margin:0;accent-color:var(--go)}
label.field{display:block;font-weight:600}
textarea{width:100%;min-height:5rem;margin:.25rem 0 1rem;padding:.5rem;border:1px solid var(--soft);border-radius:.375rem;background:var(--card);color:inherit;font:inherit}
button{width:100%;margin:0 0 1rem;padding:.875rem;border:0;border-radius:.375rem;background:var(--go);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.choice:has(:checked){border-color:var(--go);box-shadow:0 0 0 1px var(--go)}
`;

/** The source of the style in a Content-Security-Policy. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
