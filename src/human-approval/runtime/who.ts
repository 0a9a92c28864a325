import { AuthKind, Variable } from '../constants';
import { environment } from './environment';
import type { HttpEvent } from './http';
import { identity } from './identity';
import type { ApproverRef } from './request';

/** By what name somebody answers. */
export interface Person {
  readonly who: string;
  /** What the authorizer calls them. */
  readonly principal?: string;
}

/** Whether a link alone opens nothing. */
export function isSignInNeeded(): boolean {
  return environment(Variable.AUTH) !== AuthKind.SIGNED_LINK;
}

/** Who has opened the link of an approver; undefined where they are somebody else. */
export function personOf(approver: ApproverRef, { requestContext }: HttpEvent): Person | undefined {
  const { jwt, iam } = requestContext.authorizer ?? {};
  const named = identity(approver.name);
  switch (environment(Variable.AUTH)) {
    case AuthKind.COGNITO:
      return ofClaims(approver, jwt?.claims ?? {});
    case AuthKind.IAM:
      if (iam?.userArn === undefined) return undefined;
      return { who: approver.way === 'topic' ? identity(iam.userArn) : named, principal: iam.userArn };
    default:
      return { who: named };
  }
}

/** A mail's link is for whom the mail was for; a topic's is for whoever is in the user pool. */
function ofClaims(approver: ApproverRef, { email, email_verified: verified, sub }: Claims): Person | undefined {
  if (typeof email !== 'string' || String(verified) !== 'true') return undefined;
  const who = identity(email);
  if (approver.way === 'email' && who !== identity(approver.name)) return undefined;
  return { who, principal: String(sub) };
}

type Claims = { readonly [name: string]: unknown };
