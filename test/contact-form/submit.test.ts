import { beforeAll, expect, test, vi } from 'vitest';
import { CONFIG_VARIABLE, type FormConfig } from '../../src/contact-form/constants';
import type * as lambda from '../../src/contact-form/submit.lambda';
import { MESSAGE, ORIGIN } from './fixtures';

const CONFIG: FormConfig = {
  title: 'Contact',
  fields: [
    { name: 'name', kind: 'text', label: 'Name', required: true, maxLength: 100 },
    { name: 'email', kind: 'email', label: 'Email', required: true, maxLength: 254 },
    { name: 'message', kind: 'multiline', label: 'Message', required: true, maxLength: 5000 },
  ],
  origins: [ORIGIN],
  workflowArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Deliver:live',
  sync: true,
  honeypot: 'website',
  duplicateWindowMs: 3_600_000,
  retentionMs: 86_400_000,
};

const CAPTCHA = { field: 'captcha', workflowArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Captcha:live' };

/** The function of a form, anew: it reads what it is told when it is loaded. */
const load = async (config: FormConfig, name: string) => {
  vi.stubEnv(CONFIG_VARIABLE, JSON.stringify(config));
  return (await vi.importActual<typeof lambda>(`../../src/contact-form/submit.lambda?${name}`)).handler;
};
let submit: typeof lambda.handler;
beforeAll(async () => {
  // Nobody listens there.
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
  submit = await load(CONFIG, 'sync');
  return () => vi.unstubAllEnvs();
});

const post = (message: object = MESSAGE) =>
  submit({
    httpMethod: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
    body: JSON.stringify(message),
    isBase64Encoded: false,
    requestContext: {},
  });

test('a visitor who waits is told before API Gateway gives up, with a fixed body', async () => {
  const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  const { statusCode, body } = await post();
  expect(patience.mock.calls).toEqual([[21_000]]);
  expect([statusCode, JSON.parse(body)]).toEqual([
    504,
    { message: 'The message took too long to be sent. Please try again later.' },
  ]);
  patience.mockRestore();
});

test('the log says what kind of error it was, and nothing of the message', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const { statusCode } = await post();
  expect(statusCode).toBe(503);
  expect(said.mock.calls).toEqual([[expect.stringMatching(/^A workflow could not be started: \w+$/)]]);
  said.mockRestore();
});

test('a captcha is waited for so long that there is time for the mail, and who waited is told to try again', async () => {
  submit = await load({ ...CONFIG, captcha: CAPTCHA }, 'captcha');
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  const { statusCode, body } = await post({ ...MESSAGE, captcha: 'right' });
  expect(patience.mock.calls).toEqual([[6000]]);
  expect([statusCode, JSON.parse(body)]).toEqual([
    503,
    { message: 'The message could not be taken. Please try again later.' },
  ]);
  patience.mockRestore();
  said.mockRestore();
});
