import { notify } from './runtime/notify';

export const handler = notify;
