import * as ses from 'aws-cdk-lib/aws-ses';
import { describe, expect, it } from 'vitest';
import { EmailSender } from '../../src';
import { newStack } from '../fixtures';

const headerOf = (name?: string) => {
  const domain = ses.EmailIdentity.fromEmailIdentityName(newStack(), 'Domain', 'acme.example');
  return EmailSender.identity(domain, 'a@acme.example', { name }).header;
};

/** What a mail program makes of encoded words: what is between two of them is nothing. */
const decoded = (header: string) =>
  header
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([\w+/=]+)\?=/g, (_, base64) => Buffer.from(base64, 'base64').toString());

describe('the From of a mail', () => {
  it('is the address alone, or with its name in quotes', () => {
    expect(headerOf()).toBe('a@acme.example');
    expect(headerOf('Acme, Inc.')).toBe('"Acme, Inc." <a@acme.example>');
  });

  it.each(['Bücher 東京', 'ü'.repeat(100), '👩‍💻'.repeat(20), '東'])('is ASCII where its name is %s', (name) => {
    const header = headerOf(name);
    expect(header).toMatch(/^[ -~]+ <a@acme\.example>$/);
    expect(decoded(header)).toBe(`${name} <a@acme.example>`);
    for (const word of header.split(' ')) expect(word.length).toBeLessThanOrEqual(75);
  });

  it.each(['a"b', 'a\r\nBcc: b@acme.example', 'a<b>', 'x'.repeat(101), ''])('fails with the name %j', (name) => {
    expect(() => headerOf(name)).toThrow(/EmailSender: the name/);
  });
});
