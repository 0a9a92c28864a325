import { isAddress } from '../../email/address';
import { ApprovalError } from '../constants';
import { identity } from './identity';
import type { Detail, Question } from './request';
import { clean, line } from './text';

/** By what the requester is called where the details are shown. */
export const REQUESTED_BY = 'Requested by';

const MAX_QUESTION = 1000;
const MAX_DETAILS = 50;
const MAX_LABEL = 100;
const MAX_VALUE = 2000;
/** All that a request is has to fit into one item, of 400 KB. */
const MAX_DETAILS_BYTES = 100 * 1024;
export const MAX_REQUESTER = 320;

/** Reads what is asked. What is no question fails: an approver must never see half of what they decide. */
export function readQuestion(input: unknown): Question {
  const { question, details = {}, requester } = (input ?? {}) as { readonly [field: string]: unknown };
  if (typeof question !== 'string' || clean(question).trim() === '')
    throw invalid('question', 'is no text, or an empty one');
  return {
    question: limited('question', clean(question).trim(), MAX_QUESTION),
    details: readDetails(details),
    ...(requester !== undefined && { requester: readRequester(requester) }),
  };
}

/** Who asks is compared with who may decide: what is no name at all would be nobody's. */
function readRequester(requester: unknown): string {
  if (typeof requester !== 'string' || identity(line(requester)) === '')
    throw invalid('requester', 'is no text, or an empty one');
  if (!isPlain(identity(line(requester)))) {
    throw invalid('requester', 'is no plain e-mail address; give the address alone, such as kim@acme.example');
  }
  return limited('requester', line(requester), MAX_REQUESTER);
}

/** Who asks has to be found among the approvers: an address that is written otherwise would be nobody's. */
function isPlain(name: string): boolean {
  return !/[@<]/.test(name) || IAM_ARN.test(name) || isAddress(name.replace(/\.$/, ''));
}

/** Users of IAM may be called like their addresses. */
const IAM_ARN = /^arn:[a-z-]+:(iam|sts)::\d{12}:[^\s,;<>"]+$/;

function readDetails(details: unknown): readonly Detail[] {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) {
    throw invalid('details', 'is no object of labels and values');
  }
  const rows = Object.entries(details).map(([label, value]) => detail(line(label), value));
  if (rows.length > MAX_DETAILS) throw invalid('details', `has ${rows.length} rows, at most ${MAX_DETAILS} are shown`);
  const labels = rows.map(([label]) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) throw invalid('details', `has two rows '${twice}'`);
  const isOurs = labels.some((label) => identity(label) === identity(REQUESTED_BY));
  if (isOurs) throw invalid('details', `has a row '${REQUESTED_BY}'; say requester`);
  const bytes = Buffer.byteLength(JSON.stringify(rows));
  if (bytes > MAX_DETAILS_BYTES) throw invalid('details', `has ${bytes} bytes, at most ${MAX_DETAILS_BYTES} are kept`);
  return rows;
}

function detail(label: string, value: unknown): Detail {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [limited('a label', label, MAX_LABEL), limited(`'${label}'`, clean(text), MAX_VALUE)];
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
