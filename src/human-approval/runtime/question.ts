import { ApprovalError } from '../constants';
import type { Detail, Question } from './request';
import { clean, line } from './text';

const MAX_QUESTION = 1000;
const MAX_DETAILS = 50;
const MAX_LABEL = 100;
const MAX_VALUE = 2000;
const MAX_REQUESTER = 320;

/** Reads what is asked. What is no question fails: an approver must never see half of what they decide. */
export function readQuestion(input: unknown): Question {
  const { question, details = {}, requester } = (input ?? {}) as { readonly [field: string]: unknown };
  if (typeof question !== 'string' || clean(question).trim() === '') throw invalid('question', 'is no text');
  if (typeof details !== 'object' || details === null || Array.isArray(details)) {
    throw invalid('details', 'is no object of labels and values');
  }
  if (requester !== undefined && requester !== null && (typeof requester !== 'string' || line(requester) === '')) {
    throw invalid('requester', 'is no text');
  }
  const rows = Object.entries(details).map(([label, value]) => detail(label, value));
  if (rows.length > MAX_DETAILS) throw invalid('details', `has ${rows.length} rows, at most ${MAX_DETAILS} are shown`);
  return {
    question: limited('question', clean(question).trim(), MAX_QUESTION),
    details: rows,
    ...(typeof requester === 'string' && { requester: limited('requester', line(requester), MAX_REQUESTER) }),
  };
}

function detail(label: string, value: unknown): Detail {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [limited('a label', line(label), MAX_LABEL), limited(`'${label}'`, clean(text), MAX_VALUE)];
}

function limited(what: string, text: string, length: number): string {
  if (text.length <= length) return text;
  throw invalid(what, `has ${text.length} characters, at most ${length} are shown`);
}

function invalid(what: string, problem: string): Error {
  const error = new Error(`${what} of the request ${problem}`);
  error.name = ApprovalError.INVALID_REQUEST;
  return error;
}
