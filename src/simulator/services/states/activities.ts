import { notInTemplates } from '../not-in-templates';
import { AwsError } from '../service';
import type { ActivityBook } from './executions';
import type { Operation } from './operations';

const ACTIVITY = /^arn:[^:]+:states:[^:]+:\d{12}:activity:[^:]+$/;

const ofActivity = {
  requirement: (action: string, { activityArn }: { readonly [name: string]: unknown }) => {
    if (!ACTIVITY.test(String(activityArn))) throw new AwsError('InvalidArn', `Invalid Arn: '${activityArn}'`);
    return { action, resource: String(activityArn) };
  },
};

/** The operations of activities. */
export const ACTIVITY_OPERATIONS: { readonly [operation: string]: Operation } = {
  GetActivityTask: {
    required: ['activityArn'],
    optional: ['workerName'],
    ...ofActivity,
    // AWS waits a minute for a task. Time stands still while a function runs, so that none could come.
    perform: ({ activityArn, workerName }, { activities }) => ({
      ...activities.take(existing(activityArn, activities), workerName as string | undefined),
    }),
  },
  DescribeActivity: {
    required: ['activityArn'],
    optional: [],
    ...ofActivity,
    perform: ({ activityArn }, { activities }) => {
      const name = existing(activityArn, activities).split(':').at(-1);
      return { activityArn, name, creationDate: activities.creationDate };
    },
  },
};

function existing(activityArn: unknown, activities: ActivityBook): string {
  const arn = String(activityArn);
  if (activities.has(arn)) return arn;
  throw notInTemplates(`The activity ${arn}`);
}
