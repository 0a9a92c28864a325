export { type StandardRates, standardCost, US_EAST_1 } from './cost';
export { type HistoryEvent, SimulatorFault } from './engine';
export type { StartTarget } from './machines';
export { Mock } from './mock';
export { type ReportOptions, report } from './report';
export { Run, type RunLog } from './run';
export type { Call, QueuedMessage, Verdict } from './services';
export { Simulator, type SimulatorOptions } from './simulator';
export type { StateVisit } from './visits';
