import { describe, expect, it } from 'vitest';
import { identity, isSamePerson } from '../../../src/human-approval/runtime/identity';

const STS = 'arn:aws:sts::111122223333:';

describe('an identity is the same', () => {
  it.each([
    ['in capitals', 'Ann@Acme.example', 'ann@acme.example'],
    ['with characters that nobody sees', 'a\u200bn\u00adn\u{e0041}@acme.example\u2060 ', 'ann@acme.example'],
    ['in each session of a role', `${STS}assumed-role/Clerk/whoever`, `${STS}assumed-role/clerk`],
    ['in a session whose name has a slash', `${STS}assumed-role/Clerk/a/b`, `${STS}assumed-role/clerk`],
    ['of a role and its sessions', 'arn:aws:iam::111122223333:role/team/Clerk', `${STS}assumed-role/clerk`],
    ['of each federated user', `${STS}federated-user/Whoever`, `${STS}federated-user`],
  ])('%s', (_, name, expected) => {
    expect(identity(name)).toBe(expected);
  });
});

describe('an identity is another', () => {
  it.each([
    ['of another role', `${STS}assumed-role/Clerk2/a`, `${STS}assumed-role/Clerk/a`],
    ['of another account', 'arn:aws:sts::444455556666:assumed-role/Clerk/a', `${STS}assumed-role/Clerk/a`],
    ['of another user', 'arn:aws:iam::111122223333:user/a', 'arn:aws:iam::111122223333:user/b'],
    ['of an address with a tag, whose mailbox may be another', 'ann+a@acme.example', 'ann@acme.example'],
  ])('%s', (_, one, other) => {
    expect(identity(one)).not.toBe(identity(other));
  });
});

describe('one person', () => {
  it.each([
    ['ann+a@acme.example', 'ann+b@acme.example', true],
    ['ann@acme.example.', 'Ann@acme.example', true],
    ['ann@acme.example', 'ann@acme2.example', false],
    ['a+b', 'a+c', false],
  ])('may have both %s and %s: %s', (one, other, expected) => {
    expect(isSamePerson(one, other)).toBe(expected);
  });
});
