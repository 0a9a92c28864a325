import type { TaskResource } from '../definition';
import type { Reader } from './reader';

const LAMBDA = /^arn:[\w-]+:lambda:[^:]*:[^:]*:function:/;
const ACTIVITY = /^arn:[\w-]+:states:[^:]*:[^:]*:activity:/;
const INTEGRATION = /^arn:[\w-]+:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]+):([^:.]+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

/** Reads a Task's Resource. */
export function parseResource(reader: Reader): TaskResource {
  const arn = reader.string('Resource', true);
  if (LAMBDA.test(arn)) {
    return { arn, lambda: true, resource: arn, resourceType: 'lambda', waitsForToken: false };
  }
  const match = INTEGRATION.exec(arn);
  if (ACTIVITY.test(arn)) {
    reader.unsupported('Resource', `${arn} is an activity, which is not supported`);
  } else if (arn !== '' && !match) {
    reader.error('Resource', `${arn} is not the ARN of a function or of a service integration`);
  }
  if (match?.[3] !== undefined && reader.findings.type === 'EXPRESS') {
    reader.error('Resource', `${arn} waits, which an Express workflow can't`);
  }
  const [, resourceType = '', operation = '', pattern = ''] = match ?? [];
  return {
    arn,
    lambda: false,
    resource: operation + pattern,
    resourceType,
    waitsForToken: pattern === '.waitForTaskToken',
  };
}
