import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { invalid } from '../step/names';

/** What a deployment releases. */
export interface Release {
  readonly version: sfn.CfnStateMachineVersion;
  readonly alias: sfn.CfnStateMachineAlias;
}

/**
 * Publishes the present definition as a version, and points the alias at it. Versions of earlier releases are retained
 * for the executions that run on them.
 */
export function release(scope: Construct, machine: sfn.StateMachine, aliasName: string): Release {
  const version = new sfn.CfnStateMachineVersion(scope, 'Version', {
    stateMachineArn: machine.stateMachineArn,
    // Without it, later changes of the definition would never be published.
    stateMachineRevisionId: machine.stateMachineRevisionId,
  });
  version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const alias = new sfn.CfnStateMachineAlias(scope, 'Alias', {
    name: aliasName,
    routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
  });
  return { version, alias };
}

/** Checks the name of an alias against AWS's rule, which CDK doesn't. */
export function checkAliasName(scope: Construct, name: string): string {
  if (!Token.isUnresolved(name) && !/^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}$/.test(name)) {
    throw invalid(
      scope,
      `the alias name '${name}' is not allowed; give 1 to 80 letters, digits, '-', '_' or '.', at least one of them not a digit`,
    );
  }
  return name;
}
