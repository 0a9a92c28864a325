import type { ExecutionType, TaskResource } from '../definition';
import type { Reader } from './reader';

const LAMBDA = /^arn:[\w-]+:lambda:[^:]*:[^:]*:function:/;
const ACTIVITY = /^arn:[\w-]+:states:[^:]*:[^:]*:activity:/;
const INTEGRATION = /^arn:[\w-]+:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]+):([^:.]+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

/** Reads a Task's Resource, in a graph that executions of a type run. */
export function parseResource(reader: Reader, type: ExecutionType): TaskResource {
  const arn = reader.string('Resource', true);
  if (LAMBDA.test(arn)) {
    return { arn, kind: 'function', resource: arn, resourceType: 'lambda', waitsForToken: false };
  }
  if (ACTIVITY.test(arn)) {
    checkWaits(reader, arn, type);
    return { arn, kind: 'activity', resource: arn, resourceType: 'activity', waitsForToken: true };
  }
  const match = INTEGRATION.exec(arn);
  if (arn !== '' && !match) {
    reader.error('Resource', `${arn} is not the ARN of a function, an activity or a service integration`);
  }
  if (match?.[3] !== undefined) {
    checkWaits(reader, arn, type);
  }
  const [, resourceType = '', operation = '', pattern = ''] = match ?? [];
  return {
    arn,
    kind: 'integration',
    resource: operation + pattern,
    resourceType,
    waitsForToken: pattern === '.waitForTaskToken',
  };
}

function checkWaits(reader: Reader, arn: string, type: ExecutionType): void {
  if (type === 'EXPRESS') {
    reader.error('Resource', `${arn} waits, which an Express workflow can't`);
  }
}
