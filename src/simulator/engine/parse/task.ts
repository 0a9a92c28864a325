import type { TaskState } from '../definition';
import type { Json } from '../json';
import { typedField } from './fields';
import { parseRecovery } from './recovery';
import { parseResource } from './resource';
import type { StateSource } from './states';

/** Reads the fields of a Task. */
export function parseTask(source: StateSource): Partial<TaskState> {
  const { reader, language } = source;
  const resource = parseResource(reader);
  // Whose role makes the call is not simulated yet.
  if (reader.value('Credentials') !== undefined) {
    reader.unsupported('Credentials', 'is not supported');
  }
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
  return { resource, timeout, heartbeat, ...parseRecovery(source) };
}
