import { respond } from './runtime/respond';

export const handler = respond;
