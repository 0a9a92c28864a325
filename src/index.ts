export { Captcha } from './contact-form/captcha';
export { ContactForm } from './contact-form/contact-form';
export type { ContactFormProps } from './contact-form/contact-form-props';
export type { FormThrottle } from './contact-form/form-api';
export { FormField, type FormFieldOptions, type TextFieldOptions } from './contact-form/form-field';
export type { MailTemplate } from './contact-form/mail-template';
export type { Confirmation } from './contact-form/mails';
export { EmailSender, type EmailSenderOptions } from './email/email-sender';
export { FanOut, type FanOutProps } from './fan-out/fan-out';
export { Approver } from './human-approval/approver';
export { ApproverAuth } from './human-approval/approver-auth';
export { type AskOptions, OnRejected } from './human-approval/ask-options';
export { HumanApproval } from './human-approval/human-approval';
export { ExpiryDecision, type HumanApprovalProps } from './human-approval/human-approval-props';
export type { ApprovalLevel } from './human-approval/levels';
export { ChildOrder, type ChildWorkflow, type ChildWorkflowsOptions } from './nested-workflows/children';
export { FailurePolicy } from './nested-workflows/failure-policy';
export { NestedWorkflows, type NestedWorkflowsProps } from './nested-workflows/nested-workflows';
export { Saga, type SagaProps } from './saga/saga';
export * from './step/bind';
export type { CallAwsOptions } from './step/call-aws';
export type { ChainOptions } from './step/chain';
export type { ChoiceCase, ChoiceOptions } from './step/choice';
export { SagaError } from './step/compensation';
export type { BatchOptions, FanOutOptions } from './step/fan-out/fan-out-step';
export {
  CsvDelimiter,
  type CsvItemsOptions,
  type IItemResults,
  Items,
  type ItemsInBucketOptions,
} from './step/fan-out/items';
export { Tolerance } from './step/fan-out/tolerance';
export type { InvokeOptions } from './step/invoke';
export type { SagaOptions } from './step/saga';
export { type SagaStep, UnknownOutcome } from './step/saga-step';
export type { NamedStep } from './step/sequence';
export type { StartExecutionOptions } from './step/start-execution';
export { Step } from './step/step';
export type { IWorkflow } from './step/workflow-ref';
export { Workflow, type WorkflowAttributes, type WorkflowOptions, type WorkflowProps } from './workflow/workflow';
