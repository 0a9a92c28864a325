import { Lazy, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { AskOptions, OnRejected } from '../../src';
import { refunds } from './fixtures';

const asking = (options: Partial<AskOptions>) => () => refunds({}, { question: 'Go?', ...options });

describe('a request', () => {
  const rows = (count: number, value: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, row) => [`row ${row}`, value]));

  it.each<[string, object, RegExp]>([
    ['no question', { question: undefined }, /question of the request is no text/],
    ['an empty question', { question: '' }, /question of the request is no text/],
    ['a question that nobody sees', { question: ' \u202e' }, /question of the request is no text/],
    ['a question that is no text', { question: 7 }, /question of the request is no text/],
    ['a question that is too long', { question: 'x'.repeat(1001) }, /has 1001 characters, at most 1000 are shown/],
    ['half an expression as its question', { question: '{% $input.x' }, /the question of 'Approve' has "{% \$input.x"/],
    ['details that are a text', { details: 'foo' }, /details of the request is no object of labels and values/],
    ['details that are an array', { details: ['foo'] }, /details of the request is no object of labels and values/],
    ['details that are null', { details: null }, /details of the request is no object of labels and values/],
    ['a value that is too long', { details: { Note: 'x'.repeat(2001) } }, /'Note' of the request has 2001 characters/],
    ['a value too long whatever is in it', { details: { Note: ['{% $input.x %}', 'x'.repeat(2000)] } }, /'Note' of/],
    ['more rows than are shown', { details: rows(51, '{% $input.x %}') }, /has 51 rows, at most 50 are shown/],
    ['the row of the requester', { details: { 'Requested by': 'kim' } }, /say requester/],
    ['JSONPath in its details', { details: { 'Amount.$': '$.amount' } }, /the details of 'Approve' has 'Amount.\$'/],
    ['half an expression in its details', { details: { Amount: '$input.x %}' } }, /the details of 'Approve' has/],
    ['an empty requester', { requester: '' }, /requester of the request is no text/],
    ['a requester that is no text', { requester: 7 }, /requester of the request is no text/],
    ['a name beside the address', { requester: 'Kim <kim@acme.example>' }, /give the address alone/],
    ['an address that is none', { requester: 'mailto:kim@acme.example' }, /no plain e-mail address; give the address/],
    [
      'a meaning of a no that is none',
      { onRejected: 'RETURN' as OnRejected },
      /onRejected of 'Approve' is "RETURN"; give 'fail' or 'return'/,
    ],
    ['half an expression as its requester', { requester: '{% $input.by' }, /the requester of 'Approve' has/],
  ])('fails at synthesis with %s', (_, options, message) => {
    expect(asking(options)).toThrow(message);
    expect(asking(options)).toThrow(/^Refunds\/Workflow.*'Approve'/);
  });

  it.each<[string, object]>([
    ['expressions', { question: '{% $input.q %}', details: '{% $input.d %}', requester: '{% $input.by %}' }],
    ['expressions among its details', { details: { Amount: '{% $input.amount %}', Items: ['{% $input.x %}', 1] } }],
    ['a detail that is left out', { details: { Amount: 1, Note: undefined } }],
    ['what only the deployment knows', { question: Token.asString({ Ref: 'Question' }) }],
    ['details that only the end of synthesis knows', { details: Lazy.any({ produce: () => ({ Amount: 1 }) }) }],
    ['the longest question', { question: 'x'.repeat(1000) }],
    ['a long expression', { question: `{% "${'x'.repeat(2000)}" = $input.x ? "a" : "b" %}` }],
  ])('may have %s', (_, options) => {
    expect(asking(options)).not.toThrow();
  });
});
