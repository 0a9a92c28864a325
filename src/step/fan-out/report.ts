import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FlowPlace } from '../enclose';
import { jsonata, object } from '../expression';
import { RetryPolicy, sdkErrors } from '../retry';
import { ServiceTask } from '../task';

const counts = (...names: string[]) => names.map((name) => `$states.result.ItemCounts.${name}`).join(' + ');
const DETAILS = '$states.input.ResultWriterDetails';

/** Counts the items of a map run: a failure that is tolerated is not to be lost. */
export function reportTask(scope: Construct, place: FlowPlace): ServiceTask {
  const failed = counts('Failed', 'TimedOut', 'Aborted');
  const folder = `"s3://" & ${DETAILS}.Bucket & "/" & $substringBefore(${DETAILS}.Key, "manifest.json")`;
  return new ServiceTask(
    scope,
    'Report',
    { ...place.options, stateName: place.child('Report').stateName },
    {
      resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sfn:describeMapRun`,
      arguments: { MapRunArn: jsonata('$states.input.MapRunArn') },
      result: object({
        total: counts('Total'),
        succeeded: counts('Succeeded'),
        failed,
        pending: counts('Pending', 'Running'),
        resultsUri: `${folder} & "manifest.json"`,
        failedItemsUri: `${failed} > 0 ? ${folder} & "FAILED_0.json"`,
      }),
      comment: 'Counts the items that succeeded and those that failed',
      timeout: Duration.seconds(30),
      retry: new RetryPolicy(sdkErrors('sfn'), { every: true }),
      // The workflow gives them, as they name it.
      permissions: [],
    },
  );
}
