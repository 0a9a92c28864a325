/** Roles by which somebody has a session, whose name they choose themselves: `…:assumed-role/<role>/<session>`. */
const ASSUMED_ROLE = /^(arn:[^:]+:sts::\d*:assumed-role\/[^/]+)\/.*$/;
const ROLE = /^(arn:[^:]+:)iam(::\d*:)role\/(?:.*\/)?([^/]+)$/;
const FEDERATED_USER = /^(arn:[^:]+:sts::\d*:federated-user)\/.*$/;

/** A name as it counts: the same however it is written. Of a role, no session is told from another. */
export function identity(name: string): string {
  return name
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(ASSUMED_ROLE, '$1')
    .replace(ROLE, '$1sts$2assumed-role/$3')
    .replace(FEDERATED_USER, '$1');
}

/** Whether two names may be one person's: what an address has behind a plus, its owner chooses. */
export function isSamePerson(one: string, other: string): boolean {
  return mailbox(one) === mailbox(other);
}

function mailbox(name: string): string {
  return identity(name)
    .replace(/\+[^@]*(?=@)/, '')
    .replace(/\.$/, '');
}
