import { Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import { AuthKind } from './constants';

/** How approvers prove who they are. The link is signed in any case. */
export class ApproverAuth {
  /** By having the link: whoever has it can answer in the approver's name, so it is as safe as their mailbox. */
  public static signedLink(): ApproverAuth {
    return new ApproverAuth(AuthKind.SIGNED_LINK);
  }

  /**
   * By a user pool as well: the request brings its ID token. The link of a mail is then for the user with this verified
   * address alone. A browser sends no token by itself, so this is for links that an app of yours opens: say where it is.
   *
   * @param userPool the user pool
   * @param clients its clients whose tokens count
   * @param appUrl the app in the browser to which links lead, e.g. `https://approvals.acme.example/answer`: what follows in
   *   a link it asks of the approval's `url`, which lets its origin do that; without it links lead to that `url` itself, for
   *   apps on servers only
   */
  public static cognito(
    userPool: cognito.IUserPool,
    clients: cognito.IUserPoolClient[],
    appUrl?: string,
  ): ApproverAuth {
    const authorizer = new HttpUserPoolAuthorizer('Approvers', userPool, { userPoolClients: clients });
    return new ApproverAuth(AuthKind.COGNITO, authorizer, app('cognito', appUrl));
  }

  /**
   * By an AWS role as well, which signs the request: `grantOpen` lets it. Who shares a role has one answer to a topic, as
   * they choose the names of their sessions themselves; the audit has these.
   *
   * @param appUrl the app in the browser to which links lead, as with `cognito`
   */
  public static iam(appUrl?: string): ApproverAuth {
    return new ApproverAuth(AuthKind.IAM, new HttpIamAuthorizer(), app('iam', appUrl));
  }

  private constructor(
    /** @internal */
    public readonly _kind: AuthKind,
    /** @internal */
    public readonly _authorizer?: apigateway.IHttpRouteAuthorizer,
    /** @internal */
    public readonly _app?: ApproverApp,
  ) {}
}

/** The app in the browser that opens links. */
export interface ApproverApp {
  /** What links begin with. */
  readonly url: string;
  /** As browsers say it. */
  readonly origin: string;
}

/** With a # at its end, what follows is known to the browser alone. */
const APP_URL = /^(https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?)(?:\/[\w.~-]+)*\/?#?$/;

function app(factory: string, url: string | undefined): ApproverApp | undefined {
  if (url === undefined) return undefined;
  const [, origin] = (!Token.isUnresolved(url) && APP_URL.exec(url)) || [];
  if (origin !== undefined) return { url: url.replace(/\/$/, ''), origin: origin.replace(/:443$/, '') };
  throw new Error(
    `ApproverAuth.${factory}: the app's URL '${url}' is none that links can lead to; give one such as https://approvals.acme.example/answer: https, in small letters, without a query`,
  );
}
