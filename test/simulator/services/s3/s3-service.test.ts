import { describe, expect, test } from 'vitest';
import { SimulatorFault } from '../../../../src/simulator/engine/fault';
import { S3Service } from '../../../../src/simulator/services/s3/s3-service';
import { ACCOUNT, type FakeResource, fakeContext, NOW, REGION } from '../fakes';

const BUCKET: FakeResource = { type: 'AWS::S3::Bucket', physicalId: 'data', arn: 'arn:aws:s3:::data' };
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`;

/** S3 with an empty bucket `data`, and with what is given. */
const s3 = (more: readonly FakeResource[] = []) => {
  const service = new S3Service(fakeContext([BUCKET, ...more]));
  const call = (operation: string, input: object) =>
    service.perform({ service: 's3', operation, input: { Bucket: 'data', ...input } });
  const requirements = (operation: string, input: object) =>
    service
      .requirements({ service: 's3', operation, input: { Bucket: 'data', ...input } })
      .map(({ action, resource }) => `${action} ${resource}`);
  return { service, call, requirements };
};

const withKeys = async (...keys: string[]) => {
  const it = s3();
  for (const Key of keys) await it.call('PutObject', { Key, Body: Key });
  return it;
};

describe('an object', () => {
  test('is got as it was put, with its properties', async () => {
    const { call } = s3();
    const put = await call('PutObject', { Key: 'a', Body: 'hello', ContentType: 'text/plain', Metadata: { by: 'me' } });
    expect(put).toEqual({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ServerSideEncryption: 'AES256' });
    expect(await call('GetObject', { Key: 'a' })).toEqual({
      AcceptRanges: 'bytes',
      Body: 'hello',
      ContentLength: 5,
      ContentType: 'text/plain',
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      LastModified: new Date(NOW),
      Metadata: { by: 'me' },
      ServerSideEncryption: 'AES256',
    });
  });

  test('has a length in bytes, and a head without a body', async () => {
    const { call } = s3();
    await call('PutObject', { Key: 'a', Body: 'é' });
    const head = await call('HeadObject', { Key: 'a' });
    expect([head.ContentLength, 'Body' in head]).toEqual([2, false]);
  });

  test('is got as bytes where it is no text', async () => {
    const { call } = s3();
    await call('PutObject', { Key: 'a', Body: Buffer.from([0xff, 0xfe]) });
    expect((await call('GetObject', { Key: 'a' })).Body).toEqual(Buffer.from([0xff, 0xfe]));
  });

  test.each([
    ['bytes=1-2', 'el', 'bytes 1-2/5'],
    ['bytes=3-', 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 'lo', 'bytes 3-4/5'],
    ['bytes=0-99', 'hello', 'bytes 0-4/5'],
  ])('is got in part with the range %s', async (Range, Body, ContentRange) => {
    const { call } = await withKeys();
    await call('PutObject', { Key: 'a', Body: 'hello' });
    expect(await call('GetObject', { Key: 'a', Range })).toMatchObject({ Body, ContentRange });
  });

  test('is copied with its properties, or with others', async () => {
    const { call } = s3();
    await call('PutObject', { Key: 'a b', Body: 'x', ContentType: 'text/plain' });
    await call('CopyObject', { Key: 'b', CopySource: 'data/a%20b' });
    await call('CopyObject', { Key: 'c', CopySource: '/data/a%20b', MetadataDirective: 'REPLACE', ContentType: 'a/b' });
    expect((await call('GetObject', { Key: 'b' })).ContentType).toBe('text/plain');
    expect(await call('GetObject', { Key: 'c' })).toMatchObject({ ContentType: 'a/b', Body: 'x' });
  });

  test('is deleted, whether or not it exists', async () => {
    const { service, call } = await withKeys('a', 'b', 'c');
    await call('DeleteObject', { Key: 'a' });
    await call('DeleteObject', { Key: 'nope' });
    const Deleted = [{ Key: 'b' }];
    expect(await call('DeleteObjects', { Delete: { Objects: [{ Key: 'b' }] } })).toEqual({ Deleted });
    expect(service.objects('data').map(({ key }) => key)).toEqual(['c']);
  });

  test.each([
    ['GetObject', { Key: 'nope' }, 'NoSuchKey', 404],
    ['HeadObject', { Key: 'nope' }, 'NoSuchKey', 404],
    ['CopyObject', { Key: 'b', CopySource: 'data/nope' }, 'NoSuchKey', 404],
    ['CopyObject', { Key: 'b', CopySource: 'nope' }, 'InvalidArgument', 400],
    ['GetObject', { Key: 'a', Bucket: 'nope' }, 'NoSuchBucket', 404],
    ['PutObject', { Key: 'a', Bucket: 'nope', Body: '' }, 'NoSuchBucket', 404],
    ['ListObjectsV2', { Bucket: 'nope' }, 'NoSuchBucket', 404],
    ['HeadBucket', { Bucket: 'nope' }, 'NoSuchBucket', 404],
    ['GetObject', { Key: 'a', Range: 'bytes=9-' }, 'InvalidRange', 416],
    ['GetObject', { Key: 'a', IfMatch: '"x"' }, 'PreconditionFailed', 412],
    ['PutObject', { Key: 'a', Body: '', IfNoneMatch: '*' }, 'PreconditionFailed', 412],
    ['GetObject', {}, 'InvalidRequest', 400],
    ['ListObjectsV2', { MaxKeys: -1 }, 'InvalidArgument', 400],
  ])('fails %s of %j with %s', async (operation, input, code, statusCode) => {
    const { call } = await withKeys('a');
    await expect(call(operation, input)).rejects.toMatchObject({ code, statusCode });
  });

  test.each([
    ['GetObject', { Key: 'nope' }],
    ['CopyObject', { Key: 'b', CopySource: 'data/nope' }],
  ])(
    'fails %s of %j with AccessDenied where it is not there and the bucket may not be listed',
    async (operation, input) => {
      const { service } = s3();
      const call = { service: 's3', operation, input: { Bucket: 'data', ...input } };
      const asked: string[] = [];
      const mayAlso =
        (allowed: boolean) =>
        ({ action, resource }: { action: string; resource: string }) => {
          asked.push(`${action} ${resource}`);
          return { allowed, reason: 'no' };
        };
      await expect(service.perform(call, {}, mayAlso(false))).rejects.toMatchObject({
        code: 'AccessDenied',
        message: 'no',
      });
      await expect(service.perform(call, {}, mayAlso(true))).rejects.toMatchObject({ code: 'NoSuchKey' });
      expect(asked).toEqual(Array(2).fill('s3:ListBucket arn:aws:s3:::data'));
    },
  );

  test.each([
    ['GetObject', { Key: 'a', VersionId: '1' }, "The parameter VersionId of S3's GetObject is not supported"],
    ['CreateMultipartUpload', { Key: 'a' }, "S3's CreateMultipartUpload is not supported"],
    ['PutObject', { Key: 'a', Body: 1 }, "The Body of S3's PutObject is neither text nor bytes: 1"],
  ])('fails %s of %j with a fault', async (operation, input, message) => {
    await expect(s3().call(operation, input)).rejects.toThrow(new SimulatorFault(message));
  });
});

describe('a list', () => {
  const keysOf = (page: { [name: string]: unknown }) => (page.Contents as { Key: string }[])?.map(({ Key }) => Key);

  test('is in the order of the bytes of the keys, whatever was put first', async () => {
    const { call } = await withKeys('b', 'ä', 'a', 'B');
    expect(keysOf(await call('ListObjectsV2', {}))).toEqual(['B', 'a', 'b', 'ä']);
  });

  test('has what begins with a prefix, from a key on', async () => {
    const { call } = await withKeys('in/1', 'in/2', 'in/3', 'out');
    expect(keysOf(await call('ListObjectsV2', { Prefix: 'in/', StartAfter: 'in/1' }))).toEqual(['in/2', 'in/3']);
  });

  test('puts together what has the same beginning up to a delimiter', async () => {
    const { call } = await withKeys('a/1', 'a/2', 'b', 'c/1');
    const page = await call('ListObjectsV2', { Delimiter: '/' });
    expect(page).toMatchObject({ CommonPrefixes: [{ Prefix: 'a/' }, { Prefix: 'c/' }], KeyCount: 3 });
    expect(keysOf(page)).toEqual(['b']);
  });

  test.each([{}, { Delimiter: '/' }])('goes on where the page before ended, with %j', async (more) => {
    const { call } = await withKeys('a/1', 'a/2', 'b', 'c');
    const seen: unknown[] = [];
    let token: unknown;
    do {
      const page = await call('ListObjectsV2', { MaxKeys: 1, ...(token ? { ContinuationToken: token } : {}), ...more });
      seen.push(...((page.CommonPrefixes ?? page.Contents) as unknown[]));
      token = page.NextContinuationToken;
    } while (token);
    expect(seen).toHaveLength('Delimiter' in more ? 3 : 4);
  });
});

describe('what IAM judges', () => {
  test.each([
    ['GetObject', { Key: 'a/b' }, ['s3:GetObject arn:aws:s3:::data/a/b']],
    ['HeadObject', { Key: 'a' }, ['s3:GetObject arn:aws:s3:::data/a']],
    ['PutObject', { Key: 'a' }, ['s3:PutObject arn:aws:s3:::data/a']],
    [
      'CopyObject',
      { Key: 'b', CopySource: 'data/a' },
      ['s3:GetObject arn:aws:s3:::data/a', 's3:PutObject arn:aws:s3:::data/b'],
    ],
    ['DeleteObject', { Key: 'a' }, ['s3:DeleteObject arn:aws:s3:::data/a']],
    [
      'DeleteObjects',
      { Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } },
      ['s3:DeleteObject arn:aws:s3:::data/a', 's3:DeleteObject arn:aws:s3:::data/b'],
    ],
    ['ListObjectsV2', {}, ['s3:ListBucket arn:aws:s3:::data']],
    ['HeadBucket', {}, ['s3:ListBucket arn:aws:s3:::data']],
    ['GetObject', { Bucket: 'foreign', Key: 'a' }, ['s3:GetObject arn:aws:s3:::foreign/a']],
  ])('of %s with %j', (operation, input, expected) => {
    expect(s3().requirements(operation, input)).toEqual(expected);
  });

  test('is told what a list is of', () => {
    const { service } = s3();
    const input = { Bucket: 'data', Prefix: 'in/', Delimiter: '/', MaxKeys: 5 };
    expect(service.requirements({ service: 's3', operation: 'ListObjectsV2', input })[0].context).toEqual({
      's3:prefix': 'in/',
      's3:delimiter': '/',
      's3:max-keys': '5',
    });
  });

  const key: FakeResource = { type: 'AWS::KMS::Key', physicalId: '1', arn: KEY_ARN };
  const alias: FakeResource = {
    type: 'AWS::KMS::Alias',
    physicalId: 'alias/data',
    arn: 'x',
    properties: { AliasName: 'alias/data', TargetKeyId: KEY_ARN },
  };
  const encrypted = (KMSMasterKeyID: string | undefined, SSEAlgorithm = 'aws:kms') =>
    s3([
      key,
      alias,
      {
        type: 'AWS::S3::Bucket',
        physicalId: 'secret',
        arn: 'arn:aws:s3:::secret',
        properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
          },
        },
      },
    ]);

  test.each(['1', KEY_ARN, 'alias/data', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/data`])(
    'is the key %s of an encrypted bucket too',
    async (id) => {
      const { call, requirements } = encrypted(id);
      const object = { Bucket: 'secret', Key: 'a' };
      expect(requirements('PutObject', object)[1]).toBe(`kms:GenerateDataKey ${KEY_ARN}`);
      expect(requirements('GetObject', object)).toHaveLength(1);
      expect(await call('PutObject', object)).toMatchObject({ SSEKMSKeyId: KEY_ARN });
      expect(requirements('GetObject', object)[1]).toBe(`kms:Decrypt ${KEY_ARN}`);
      expect(requirements('CopyObject', { ...object, CopySource: 'secret/a' })).toHaveLength(4);
    },
  );

  test.each([
    [undefined, 'aws:kms'],
    [undefined, 'AES256'],
  ])("is no key where that is S3's own (%s, %s)", (id, algorithm) => {
    expect(encrypted(id, algorithm).requirements('PutObject', { Bucket: 'secret', Key: 'a' })).toHaveLength(1);
  });

  test('is the key that the request says, of a template or not', () => {
    const put = { Key: 'a', ServerSideEncryption: 'aws:kms' };
    const foreign = `arn:aws:kms:${REGION}:${ACCOUNT}:key/9`;
    expect(encrypted('1').requirements('PutObject', { ...put, SSEKMSKeyId: '9' })[1]).toBe(
      `kms:GenerateDataKey ${foreign}`,
    );
    const plain = { Bucket: 'secret', Key: 'a', ServerSideEncryption: 'AES256' };
    expect(encrypted('1').requirements('PutObject', plain)).toHaveLength(1);
  });
});

test('a bucket that no template has exists from the first object that a test puts into it', () => {
  const { service } = s3();
  expect(service.objects('imported')).toEqual([]);
  service.put('imported', 'a', 'x');
  expect(service.objects('imported')).toMatchObject([{ key: 'a', body: 'x', lastModified: new Date(NOW) }]);
});
