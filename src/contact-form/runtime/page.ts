import { createHash } from 'node:crypto';
import { escapeHtml } from '../../web/html';
import { type FieldConfig, type FormConfig, STAMP_FIELD } from '../constants';
import type { Problem, Problems } from './refusal';
import { isTicked } from './validate';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
body { margin: 0 auto; max-width: 36rem; padding: 1rem; }
label, legend { display: block; font-weight: 600; margin-top: 1rem; }
label.box { display: flex; gap: .5rem; align-items: baseline; font-weight: 400; }
input:not([type=checkbox]), select, textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid GrayText; border-radius: .25rem; background: Field; color: FieldText; }
[aria-invalid=true] { border-color: light-dark(#b00020, #ff8a9b); outline: 1px solid light-dark(#b00020, #ff8a9b); }
.problem { color: light-dark(#b00020, #ff8a9b); margin: .25rem 0 0; }
.other { position: absolute; left: -10000px; }
button { font: inherit; margin-top: 1.5rem; padding: .6rem 1.2rem; border: 1px solid; border-radius: .25rem; background: light-dark(#0b57d0, #a8c7fa); color: light-dark(#fff, #062e6f); cursor: pointer; }
`;

const PROBLEMS: { readonly [problem in Problem]: string } = {
  required: 'Please fill this in.',
  'too-long': 'This is too long.',
  invalid: 'This is not valid.',
};

/** What a field is filled in with, and what is wrong with it. */
export interface Filled {
  readonly values?: ReadonlyMap<string, unknown>;
  readonly problems?: Problems;
  /** The signed timestamp. */
  readonly stamp?: string;
}

/** The headers of a page: it runs no script, stands in no frame, and is kept nowhere. */
export function pageHeaders({ thankYouUrl }: Pick<FormConfig, 'thankYouUrl'>): { [name: string]: string } {
  const style = createHash('sha256').update(STYLE).digest('base64');
  // A browser holds the redirect after the form against this as well.
  const targets = thankYouUrl === undefined ? "'self'" : `'self' ${new URL(thankYouUrl).origin}`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
    'x-frame-options': 'DENY',
    // Without a referrer the browser would send no origin with the form either.
    'referrer-policy': 'strict-origin',
  };
}

/** The form as a page that needs no script. */
export function formPage(config: FormConfig, { values = new Map(), problems = {}, stamp }: Filled = {}): string {
  const { title, fields, honeypot } = config;
  const wrong = Object.keys(problems).length > 0;
  const isMarked = fields.some(({ name }) => problems[name] !== undefined);
  const advice = isMarked ? 'Please correct what is marked.' : 'Please wait a moment, and send it again.';
  const note = wrong ? `<p class="problem" role="alert">The message was not sent. ${advice}</p>` : '';
  const hidden = stamp === undefined ? '' : `<input type="hidden" name="${STAMP_FIELD}" value="${escapeHtml(stamp)}">`;
  return page(
    wrong ? `Error: ${title}` : title,
    `<h1>${escapeHtml(title)}</h1>${note}
<form method="post" accept-charset="utf-8" novalidate>
${fields.map((field) => fieldHtml(field, values.get(field.name), problems[field.name])).join('\n')}
<div class="other" aria-hidden="true"><label for="${honeypot}">Leave this empty</label><input id="${honeypot}" name="${honeypot}" tabindex="-1" autocomplete="off"></div>
${hidden}<button>Send</button>
</form>`,
  );
}

/** A page that says one thing. */
export function messagePage(title: string, text: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${main}</main></body></html>`;
}

function fieldHtml(field: FieldConfig, value: unknown, problem?: Problem): string {
  const { name, label, kind, required } = field;
  const text = typeof value === 'string' ? value : '';
  const marks = [
    `id="${name}" name="${name}"`,
    required ? 'required' : '',
    problem ? `aria-invalid="true" aria-describedby="${name}-problem"` : '',
  ].join(' ');
  const note = problem ? `<p class="problem" id="${name}-problem">${PROBLEMS[problem]}</p>` : '';
  const caption = `${escapeHtml(label)}${required ? '' : ' (optional)'}`;
  if (kind === 'checkbox') {
    return `<label class="box"><input type="checkbox" ${marks}${isTicked(value) ? ' checked' : ''}> ${caption}</label>${note}`;
  }
  return `<label for="${name}">${caption}</label>${control(field, marks, text)}${note}`;
}

function control({ kind, maxLength, options = [] }: FieldConfig, marks: string, text: string): string {
  switch (kind) {
    case 'multiline':
      // A browser drops a new line at the beginning.
      return `<textarea ${marks} rows="8" maxlength="${maxLength}">\n${escapeHtml(text)}</textarea>`;
    case 'choice':
      return `<select ${marks}>${['', ...options].map((one) => `<option${one === text ? ' selected' : ''}>${escapeHtml(one)}</option>`).join('')}</select>`;
    default: {
      const email = kind === 'email' ? 'type="email" autocomplete="email"' : 'type="text"';
      return `<input ${email} ${marks} maxlength="${maxLength}" value="${escapeHtml(text)}">`;
    }
  }
}
