import type { TaskState } from '../definition';
import type { Json } from '../json';
import { expressionText, isJsonata } from '../query/jsonata';
import { templateField, typedField } from './fields';
import { parseRecovery } from './recovery';
import { parseResource } from './resource';
import type { StateSource } from './states';

/** Reads the fields of a Task. */
export function parseTask(source: StateSource): Partial<TaskState> {
  const { reader, language } = source;
  const resource = parseResource(reader, source.surroundings.type);
  const credentials = parseCredentials(source);
  const timeout = typedField(reader, 'TimeoutSeconds', 'integer', language);
  const heartbeat = typedField(reader, 'HeartbeatSeconds', 'integer', language);
  const seconds = (field: string): Json | undefined => reader.object[field];
  const [limit, beat] = [seconds('TimeoutSeconds'), seconds('HeartbeatSeconds')];
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    if (seconds(field) === 0) {
      reader.error(field, 'must be greater than 0');
    }
  }
  if (typeof limit === 'number' && typeof beat === 'number' && beat >= limit) {
    reader.error('HeartbeatSeconds', 'must be smaller than TimeoutSeconds');
  }
  return { resource, timeout, heartbeat, credentials, ...parseRecovery(source) };
}

/** The role that makes the call: a field of an object, which in JSONata may be an expression as a whole. */
function parseCredentials({ reader, language }: StateSource): TaskState['credentials'] {
  const value = reader.object.Credentials;
  const credentials = templateField(reader, 'Credentials', language);
  const isWhole = language === 'JSONata' && typeof value === 'string' && isJsonata(value);
  const fields = isWhole ? undefined : reader.inner('Credentials');
  if (fields && !fields.has('RoleArn') && !fields.has('RoleArn.$')) {
    reader.error('Credentials', 'must have a RoleArn');
  }
  if (!credentials) {
    return undefined;
  }
  const roleArn = fields?.object.RoleArn;
  const source = typeof roleArn === 'string' && isJsonata(roleArn) ? expressionText(roleArn) : credentials.source;
  return { name: 'Credentials/RoleArn', expression: { ...credentials, source } };
}
