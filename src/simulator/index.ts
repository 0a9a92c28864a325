export type { ApprovalAnswer } from './approve';
export {
  type ExpressRates,
  type ExpressUse,
  expressCost,
  type FanOutMode,
  fanOutCost,
  type ItemUse,
  type StandardRates,
  standardCost,
  US_EAST_1,
} from './cost';
export { type HistoryEvent, type MapRunCounts, type MapRunStatus, SimulatorFault } from './engine';
export { expectLeastPrivilege } from './expect-least-privilege';
export type { StartTarget } from './machines';
export { MapRun } from './map-run';
export { Mock } from './mock';
export { type ReportOptions, report } from './report';
export type { RequestOptions } from './requests';
export { Run, type RunLog } from './run';
export {
  type BucketObject,
  type BusEvent,
  type Call,
  type Email,
  Fault,
  type InjectedFault,
  type Notification,
  type QueuedMessage,
  type Verdict,
} from './services';
export { Simulator, type SimulatorOptions, type TakenTask } from './simulator';
export type { StateVisit } from './visits';
