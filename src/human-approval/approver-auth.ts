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
   * address alone. A browser sends no token by itself, so this is for links that an app of yours opens.
   *
   * @param userPool the user pool
   * @param clients its clients whose tokens count
   */
  public static cognito(userPool: cognito.IUserPool, clients: cognito.IUserPoolClient[]): ApproverAuth {
    const authorizer = new HttpUserPoolAuthorizer('Approvers', userPool, { userPoolClients: clients });
    return new ApproverAuth(AuthKind.COGNITO, authorizer);
  }

  /**
   * By an AWS role as well, which signs the request: `grantOpen` lets it. Who shares a role has one answer to a topic, as
   * they choose the names of their sessions themselves; the audit has these.
   */
  public static iam(): ApproverAuth {
    return new ApproverAuth(AuthKind.IAM, new HttpIamAuthorizer());
  }

  private constructor(
    /** @internal */
    public readonly _kind: AuthKind,
    /** @internal */
    public readonly _authorizer?: apigateway.IHttpRouteAuthorizer,
  ) {}
}
