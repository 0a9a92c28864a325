import type { ApprovalRequest } from './request';
import { escapeHtml, instant, line, shortened } from './text';

/** What an approver is told. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_SUBJECT = 120;

/** The message that asks somebody, and has their link. */
export function message(request: ApprovalRequest, url: string, isReminder: boolean): Message {
  const { question, details, requester, levelEndsAt } = request;
  const subject = `${isReminder ? 'Reminder: approval' : 'Approval'} needed: ${line(question)}`;
  const rows = [...(requester === undefined ? [] : [['Requested by', requester] as const]), ...details];
  const until = `Please answer until ${instant(levelEndsAt)}. The link is yours alone: whoever has it can answer.`;
  return {
    subject: shortened(subject, MAX_SUBJECT),
    text: [question, rows.map(([label, value]) => `${label}: ${line(value)}`).join('\n'), `Answer here:\n${url}`, until]
      .filter((part) => part !== '')
      .join('\n\n'),
    html: [
      `<p dir="auto" style="font-size:1.2em;white-space:pre-line"><b>${escapeHtml(question)}</b></p>`,
      rows.length === 0 ? '' : `<table cellpadding="4">${rows.map(htmlRow).join('')}</table>`,
      `<p><a href="${escapeHtml(url)}">Open the request</a></p>`,
      `<p>${escapeHtml(until)}</p>`,
    ].join(''),
  };
}

function htmlRow([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" dir="auto">${escapeHtml(label)}</th><td dir="auto">${escapeHtml(value)}</td></tr>`;
}
