import { AuthKind, Variable } from '../constants';
import { environment } from './environment';
import type { HttpEvent } from './http';
import { identity } from './identity';
import type { ApproverRef } from './request';

/** Whether a link alone opens nothing. */
export function isSignInNeeded(): boolean {
  return environment(Variable.AUTH) !== AuthKind.SIGNED_LINK;
}

/** By what name somebody answers who has opened the link of an approver; undefined where it is somebody else's. */
export function whoOf(approver: ApproverRef, { requestContext }: HttpEvent): string | undefined {
  const { jwt, iam } = requestContext.authorizer ?? {};
  const named = identity(approver.name);
  switch (environment(Variable.AUTH)) {
    case AuthKind.COGNITO:
      return ofClaims(approver, jwt?.claims ?? {});
    case AuthKind.IAM:
      if (iam?.userArn === undefined) return undefined;
      return approver.way === 'topic' ? identity(iam.userArn) : named;
    default:
      return named;
  }
}

/** What the authorizer calls whoever sent a request, whether or not the link is theirs. */
export function principalOf({ requestContext }: HttpEvent): string | undefined {
  const { jwt, iam } = requestContext.authorizer ?? {};
  const sub = jwt?.claims?.sub;
  return sub === undefined ? iam?.userArn : String(sub);
}

/** A mail's link is for whom the mail was for; a topic's is for whoever is in the user pool. */
function ofClaims(approver: ApproverRef, { email, email_verified: verified }: Claims): string | undefined {
  if (typeof email !== 'string' || String(verified) !== 'true') return undefined;
  const who = identity(email);
  if (approver.way === 'email' && who !== identity(approver.name)) return undefined;
  return who;
}

type Claims = { readonly [name: string]: unknown };
