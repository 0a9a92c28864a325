export { Saga, type SagaProps } from './saga/saga';
export * from './step/bind';
export type { ChainOptions } from './step/chain';
export { SagaError } from './step/compensation';
export type { InvokeOptions } from './step/invoke';
export { type SagaOptions, type SagaStep, UnknownOutcome } from './step/saga';
export type { NamedStep } from './step/sequence';
export { Step } from './step/step';
export { Workflow, type WorkflowOptions, type WorkflowProps } from './workflow/workflow';
