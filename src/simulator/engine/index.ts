export { Clock } from './clock';
export { type Definition, parseDefinition } from './definition';
export { Execution, type ExecutionOptions, type ExecutionStatus } from './execution';
export { SimulatorFault } from './fault';
export type { EventDetails, HistoryEvent } from './history';
export type { Json, JsonObject } from './json';
export { type Random, seededRandom, uuid } from './random';
export type { Job, JobEvent, TaskAnswer, TaskPort, TaskRequest } from './task';
