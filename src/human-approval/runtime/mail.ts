import { escapeHtml } from '../../web/html';
import { REQUESTED_BY } from './question';
import type { ApprovalRequest } from './request';
import { instant, line, shortened } from './text';

/** What an approver is told. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_SUBJECT = 120;

/**
 * The message that asks somebody, and has their link. That comes first, and what others wrote has one line for each
 * thing, so that none of it can pass for what we say.
 */
export function message(request: ApprovalRequest, url: string, isReminder: boolean): Message {
  const { details, requester, levelEndsAt } = request;
  const question = line(request.question);
  const subject = `${isReminder ? 'Reminder: approval' : 'Approval'} needed: ${question}`;
  const rows = [...(requester === undefined ? [] : [[REQUESTED_BY, requester] as const]), ...details];
  const until = `Please answer until ${instant(levelEndsAt)}. The link is yours alone: whoever has it can answer.`;
  const asked = [question, ...rows.map(([label, value]) => `${label}: ${line(value)}`)];
  return {
    subject: shortened(subject, MAX_SUBJECT),
    text: [`Your decision is needed. Open the request:\n${url}`, until, asked.join('\n')].join('\n\n'),
    html: [
      `<p>Your decision is needed. <a href="${escapeHtml(url)}">Open the request</a></p>`,
      `<p>${escapeHtml(until)}</p>`,
      `<p dir="auto" style="font-size:1.2em"><b>${escapeHtml(question)}</b></p>`,
      rows.length === 0 ? '' : `<table cellpadding="4">${rows.map(htmlRow).join('')}</table>`,
    ].join(''),
  };
}

function htmlRow([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" dir="auto">${escapeHtml(label)}</th><td dir="auto">${escapeHtml(value)}</td></tr>`;
}
