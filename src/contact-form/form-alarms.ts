import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { EmailSender } from '../email/email-sender';
import { addAlarm } from '../workflow/alarm';

/** What the alarms of a form are about. */
export interface FormAlarmsProps {
  readonly handler: lambda.IFunction;
  readonly api: RestApi;
  readonly sender: EmailSender;
  readonly topic?: sns.ITopic;
}

/**
 * Above these AWS reviews an account, and may keep it from sending.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce-rate.html
 */
const BOUNCE_RATE = 0.05;
const COMPLAINT_RATE = 0.001;

/** The alarms of a form, beside those of its workflow: each says what to do. */
export function formAlarms(scope: Construct, { handler, api, sender, topic }: FormAlarmsProps): cloudwatch.Alarm[] {
  const { path } = scope.node;
  const whose =
    sender.configurationSetName === undefined
      ? 'of the account'
      : 'of the configuration set (its reputation metrics have to be on)';
  const mended = 'See in the event destinations of SES who complained or did not get a mail, and take them off.';
  const definitions: [string, cloudwatch.IMetric, number, string][] = [
    [
      'BounceAlarm',
      reputation('Reputation.BounceRate', sender),
      BOUNCE_RATE,
      `More than ${BOUNCE_RATE * 100} % of the mails ${whose} bounced; ${path} sends such. ${mended}`,
    ],
    [
      'ComplaintAlarm',
      reputation('Reputation.ComplaintRate', sender),
      COMPLAINT_RATE,
      `More than ${COMPLAINT_RATE * 100} % of the mails ${whose} were reported as spam; ${path} sends such. ${mended}`,
    ],
    [
      'SubmitErrorsAlarm',
      handler.metricErrors(),
      1,
      `The function of the form ${path} failed, and the visitor was told to try again later. See its log.`,
    ],
    [
      'ServerErrorsAlarm',
      api.metricServerError({ statistic: cloudwatch.Stats.SUM }),
      1,
      `The form ${path} could not take a message, or not send it at once, and the visitor was told so. See the log of its function, and the executions of its workflow that failed.`,
    ],
  ];
  return definitions.map(([id, metric, threshold, alarmDescription]) =>
    addAlarm(scope, { id, metric, threshold, alarmDescription }, topic),
  );
}

/** Of the configuration set, if there is one: else SES knows only the account's. */
function reputation(metricName: string, { configurationSetName }: EmailSender): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/SES',
    metricName,
    statistic: cloudwatch.Stats.MAXIMUM,
    dimensionsMap: configurationSetName === undefined ? undefined : { 'ses:configuration-set': configurationSetName },
  });
}
