import { Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import type { EmailSender } from '../email/email-sender';

/** Checks that a sender's configuration set measures bounces and complaints, without which their alarms are mute. */
export function checkReputationMetrics(scope: Construct, { configurationSetName }: EmailSender): void {
  const set = configurationSetName === undefined ? undefined : createdSet(configurationSetName);
  if (set === undefined) return;
  scope.node.addValidation({
    validate: () => {
      const options = Stack.of(set).resolve(set.reputationOptions);
      if (options?.reputationMetricsEnabled) return [];
      return [
        `the configuration set ${set.node.path} has no reputation metrics, so that the alarms of bounces and complaints would never go off; give it reputationMetrics: true`,
      ];
    },
  });
}

/** The set that a name is of, where the same app creates it. */
function createdSet(name: string): ses.CfnConfigurationSet | undefined {
  const token = Tokenization.reverseString(name).firstToken;
  const target = Reference.isReference(token) ? token.target : undefined;
  return target instanceof ses.CfnConfigurationSet ? target : undefined;
}
