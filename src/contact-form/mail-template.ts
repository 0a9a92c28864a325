import { jsonata, quote } from '../step/expression';
import { HTML_ENTITIES } from '../web/html';

/** What a mail says. In each text, `{{name}}` stands for a field, `{{id}}` and `{{receivedAt}}` for those of the message. */
export interface MailTemplate {
  /** The subject: may have fields of one line, of each its first 200 characters. */
  readonly subject: string;

  /** The mail as plain text. */
  readonly text: string;

  /**
   * The mail as HTML, in which what fields hold is escaped.
   *
   * @default - none: the mail is plain text
   */
  readonly html?: string;
}

/** What a placeholder may stand for: JSONata by name. */
export type Placeholders = { readonly [name: string]: string };

/** The JSONata of what a template makes of a message. */
export function rendered(template: string, placeholders: Placeholders, isHtml = false): string {
  const parts = template.split(/\{\{\s*([\w-]+)\s*\}\}/);
  const texts = parts.map((part, index) => {
    if (index % 2 === 0) return quote(part);
    const value = placeholders[part];
    return isHtml ? escaped(value) : value;
  });
  return jsonata(texts.filter((text) => text !== '""').join(' & ') || '""');
}

/** How many characters of what a placeholder stands for a subject has at most. */
export const MAX_IN_SUBJECT = 200;

/** The JSONata of what a subject makes of a message. */
export function renderedSubject(template: string, placeholders: Placeholders): string {
  const shortened = Object.entries(placeholders).map(([name, value]) => [
    name,
    `$substring(${value}, 0, ${MAX_IN_SUBJECT})`,
  ]);
  return rendered(template, Object.fromEntries(shortened));
}

/** The placeholders of a template. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name]) => name.trim());
}

/** What HTML would read as its own stands for itself; a new line stays one. */
function escaped(value: string): string {
  return [...HTML_ENTITIES, ['\n', '<br>\n']].reduce(
    (text, [from, to]) => `$replace(${text}, ${quote(from)}, ${quote(to)})`,
    value,
  );
}
