import { escapeHtml } from '../../web/html';
import { STYLE } from './page-style';
import { REQUESTED_BY } from './question';
import type { ApprovalRequest, Decision, Detail } from './request';
import { instant, line } from './text';

/** What the form of a page needs beside the request. */
export interface FormParts {
  /** By what name the answer is given. */
  readonly who: string;
  readonly nonce: string;
  /** What went wrong with what was sent before. */
  readonly note?: string;
  /** What was chosen and typed before. */
  readonly sent?: { readonly decision: Decision; readonly typed: string };
}

export const MAX_COMMENT = 1000;

/** The page that asks. It has no script: what it does, the browser does. */
export function formPage(request: ApprovalRequest, { who, nonce, note, sent }: FormParts): string {
  const choice = (decision: Decision) =>
    `<input type="radio" name="decision" value="${decision}"${sent?.decision === decision ? ' checked' : ''} required>`;
  return page(
    request.question,
    `${note === undefined ? '' : `<p class="note" role="alert">${escapeHtml(note)}</p>`}
${detailsTable(request)}
<form method="post">
<input type="hidden" name="nonce" value="${escapeHtml(nonce)}">
<fieldset>
<legend>Your decision</legend>
<label class="choice">${choice('approved')} Approve</label>
<label class="choice">${choice('rejected')} Reject</label>
</fieldset>
<label class="field" for="comment">Comment (optional)</label>
<textarea id="comment" name="comment" maxlength="${MAX_COMMENT}" dir="auto">
${escapeHtml(sent?.typed ?? '')}</textarea>
<button>Send decision</button>
</form>
<p class="soft">You answer as ${escapeHtml(who)}. Please answer until ${instant(request.levelEndsAt)}.</p>`,
  );
}

/** The page that tells what was decided. */
export function outcomePage(request: ApprovalRequest, note?: string): string {
  const { outcome } = request;
  if (!outcome) return page('Your answer counts', `<p role="status">${WAITS}</p>${aside(note)}${asked(request)}`);
  const { decision, by, at, comment } = outcome;
  const [title, style] = decision === 'approved' ? ['Approved', 'yes'] : ['Rejected', 'no'];
  const who = by === null ? 'Nobody answered in time' : `By ${escapeHtml(by)}`;
  return page(
    title,
    `<p role="status">${who}, ${instant(at)}.</p>
${comment === null ? '' : `<p dir="auto">“${escapeHtml(line(comment))}”</p>`}${aside(note)}${asked(request)}`,
    style,
  );
}

const WAITS = 'Others have to answer as well.';

/** A page that says the same to everybody. */
export function fixedPage(title: string, text: string): string {
  return page(title, `<p role="status">${escapeHtml(text)}</p>`);
}

function aside(note: string | undefined): string {
  return note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>`;
}

function asked(request: ApprovalRequest): string {
  return `<h2 dir="auto">${escapeHtml(line(request.question))}</h2>${detailsTable(request)}`;
}

function detailsTable({ requester, details }: ApprovalRequest): string {
  const rows: readonly Detail[] = [
    ...(requester === undefined ? [] : [[REQUESTED_BY, requester] as const]),
    ...details,
  ];
  if (rows.length === 0) return '';
  return `<table><caption>Details</caption><tbody>${rows.map(row).join('')}</tbody></table>`;
}

function row([label, value]: Detail): string {
  return `<tr><th scope="row" dir="auto">${escapeHtml(label)}</th><td dir="auto">${escapeHtml(value)}</td></tr>`;
}

function page(title: string, body: string, style?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(line(title))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 dir="auto"${style === undefined ? '' : ` class="${style}"`}>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
