import { createHmac } from 'node:crypto';
import * as kms from 'aws-cdk-lib/aws-kms';
import { expect, test } from 'vitest';
import { fn, newStack } from '../../../fixtures';
import { simulate } from '../../simulate';
import { invoker, SDK } from '../sdk';

const CALLS = `${SDK}
  const answers = [];
  for (const [operation, input] of event) {
    const { body } = await send({ service: 'kms', target: 'TrentService.' + operation, body: input });
    answers.push(body);
  }
  return answers;`;

type Answer = { readonly [name: string]: string };

/** A key with the alias `app`, and a function that makes calls with it. */
const keyOf = (props: kms.KeyProps, grant: (key: kms.Key, grantee: ReturnType<typeof fn>) => void) => {
  const stack = newStack();
  const key = new kms.Key(stack, 'Key', { alias: 'app', ...props });
  const handler = fn(stack, 'Handler', CALLS);
  grant(key, handler);
  const workflow = invoker(stack, handler);
  const sim = simulate(stack);
  const ask = async (...calls: [string, object][]) => (await sim.start(workflow, calls)).output as Answer[];
  return { sim, ask };
};

const HMAC = { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC };
const hmacKey = () =>
  keyOf(HMAC, (key, grantee) => {
    key.grantGenerateMac(grantee);
    key.grantVerifyMac(grantee);
  });
const Message = Buffer.from('approve 17').toString('base64');
const MAC = { KeyId: 'alias/app', Message, MacAlgorithm: 'HMAC_SHA_256' };

test('a MAC is verified by its key, and no other one is', async () => {
  const { ask } = hmacKey();
  const [{ Mac, KeyId }] = await ask(['GenerateMac', MAC]);
  expect(Buffer.from(Mac, 'base64')).toHaveLength(32);
  expect(KeyId).toMatch(/^arn:aws:kms:/);
  const forged = createHmac('sha256', '').update('approve 17').digest('base64');
  const [valid, invalid, other] = await ask(
    ['VerifyMac', { ...MAC, Mac }],
    ['VerifyMac', { ...MAC, Mac: forged }],
    ['VerifyMac', { ...MAC, Mac, Message: Buffer.from('approve 18').toString('base64') }],
  );
  expect(valid).toMatchObject({ MacValid: true, KeyId });
  expect([invalid.__type, other.__type]).toEqual(Array(2).fill('com.amazonaws.kms#KMSInvalidMacException'));
});

test('IAM judges the key, whatever it is called by, with the condition keys of KMS', async () => {
  const { sim, ask } = hmacKey();
  const [{ KeyId }] = await ask(['GenerateMac', MAC]);
  await ask(['GenerateMac', { ...MAC, KeyId }]);
  expect(sim.calls.filter(({ action }) => action === 'kms:GenerateMac')).toMatchObject([
    { resource: KeyId, context: { 'kms:MacAlgorithm': 'HMAC_SHA_256', 'kms:RequestAlias': 'alias/app' } },
    { resource: KeyId },
  ]);
});

test('fails for a role that the key does not let', async () => {
  const { ask } = keyOf(HMAC, (key, grantee) => key.grantGenerateMac(grantee));
  const [{ __type, message }] = await ask(['VerifyMac', { ...MAC, Mac: '' }]);
  expect(__type).toContain('AccessDeniedException');
  expect(message).toContain('kms:VerifyMac');
});

test('what was encrypted is decrypted with the same context only', async () => {
  const { ask } = keyOf({}, (key, grantee) => key.grantEncryptDecrypt(grantee));
  const Plaintext = Buffer.from('token').toString('base64');
  const [{ CiphertextBlob }] = await ask([
    'Encrypt',
    { KeyId: 'alias/app', Plaintext, EncryptionContext: { id: '1' } },
  ]);
  expect(Buffer.from(CiphertextBlob, 'base64').toString('latin1')).not.toContain('token');
  const [same, other] = await ask(
    ['Decrypt', { CiphertextBlob, EncryptionContext: { id: '1' } }],
    ['Decrypt', { CiphertextBlob, EncryptionContext: { id: '2' } }],
  );
  expect(same).toMatchObject({ Plaintext });
  expect(other.__type).toBe('com.amazonaws.kms#InvalidCiphertextException');
});

test('a data key comes plain and encrypted, and is another one each time', async () => {
  const { ask } = keyOf({}, (key, grantee) => key.grantEncryptDecrypt(grantee));
  const generate: [string, object] = ['GenerateDataKey', { KeyId: 'alias/app', KeySpec: 'AES_256' }];
  const [first, second] = await ask(generate, generate);
  expect(Buffer.from(first.Plaintext, 'base64')).toHaveLength(32);
  expect(second.Plaintext).not.toBe(first.Plaintext);
  const [decrypted] = await ask(['Decrypt', { CiphertextBlob: first.CiphertextBlob }]);
  expect(decrypted.Plaintext).toBe(first.Plaintext);
});

test.each([
  ['a use that the key is not for', {}, MAC, 'InvalidKeyUsageException'],
  ['an algorithm of another length', HMAC, { ...MAC, MacAlgorithm: 'HMAC_SHA_512' }, 'InvalidKeyUsageException'],
  ['a key that is disabled', { ...HMAC, enabled: false }, MAC, 'DisabledException'],
  ['no message', HMAC, { ...MAC, Message: '' }, 'ValidationException'],
])('fails for %s', async (_what, props, input, code) => {
  const { ask } = keyOf(props, (key, grantee) => key.grant(grantee, 'kms:GenerateMac'));
  expect((await ask(['GenerateMac', input]))[0].__type).toBe(`com.amazonaws.kms#${code}`);
});
