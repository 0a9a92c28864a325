import { escapeHtml } from '../../web/html';
import { REQUESTED_BY } from './question';
import type { ApprovalRequest, ApproverRef } from './request';
import { instant, line, shortened } from './text';

/** What an approver is told. */
export interface Message {
  readonly subject: string;
  /** The same in ASCII, where it can be; else it says no more than what it is about. */
  readonly asciiSubject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_SUBJECT = 120;
const MAX_ASCII_SUBJECT = 99;

/** What a message says besides the request. */
export interface MessageParts {
  readonly url: string;
  readonly isReminder: boolean;
  /** Who gets it. */
  readonly approver: ApproverRef;
}

/**
 * The message that asks somebody, and has their link. That comes first, and what others wrote has one line for each
 * thing, so that none of it can pass for what we say.
 */
export function message(request: ApprovalRequest, { url, isReminder, approver }: MessageParts): Message {
  const { details, requester, levelEndsAt } = request;
  const question = line(request.question);
  const needed = `${isReminder ? 'Reminder: approval' : 'Approval'} needed`;
  const subject = `${needed}: ${question}`;
  const rows = [...(requester === undefined ? [] : [[REQUESTED_BY, requester] as const]), ...details];
  const until = `Please answer until ${instant(levelEndsAt)}. ${whose(approver)}`;
  const asked = [question, ...rows.map(([label, value]) => `${label}: ${line(value)}`)];
  return {
    subject: shortened(subject, MAX_SUBJECT),
    asciiSubject: /^[ -~]*$/.test(subject) ? cut(subject) : needed,
    text: [`Your decision is needed. Open the request:\n${url}`, until, asked.join('\n')].join('\n\n'),
    html: [
      `<p>Your decision is needed. <a href="${escapeHtml(url)}">Open the request</a></p>`,
      `<p>${escapeHtml(until)}</p>`,
      `<p dir="auto" style="font-size:1.2em"><b>${escapeHtml(question)}</b></p>`,
      rows.length === 0 ? '' : `<table cellpadding="4">${rows.map(htmlRow).join('')}</table>`,
    ].join(''),
  };
}

function whose({ way, signedIn }: ApproverRef): string {
  if (way === 'email') return 'The link is yours alone: whoever has it can answer.';
  return signedIn ? 'Whoever signs in can answer.' : 'Whoever has the link can answer, and one answer counts.';
}

function cut(text: string): string {
  return text.length <= MAX_ASCII_SUBJECT ? text : `${text.slice(0, MAX_ASCII_SUBJECT - 3)}...`;
}

function htmlRow([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" dir="auto">${escapeHtml(label)}</th><td dir="auto">${escapeHtml(value)}</td></tr>`;
}
