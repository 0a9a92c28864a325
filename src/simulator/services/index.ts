export { API_TYPES, ApiGateway, apiAt, basePath } from './apigateway/api-gateway';
export type { ApiAnswer, ApiRequest, Fields } from './apigateway/message';
export { AsyncInvocations } from './async-invocations';
export { type ServiceContext, uuids } from './context';
export { Credentials } from './credentials';
export { type Call, type Caller, Dispatcher, type Verdict } from './dispatcher';
export { DynamoDbService } from './dynamodb/dynamodb-service';
export { Endpoint } from './endpoint/endpoint';
export type { BusEvent } from './events/event';
export { EventsService } from './events/events-service';
export { nameOfBus } from './events/rules';
export { Schedules } from './events/schedules';
export { statusChange } from './events/status-changes';
export { Targets } from './events/targets';
export { Fault } from './fault';
export { Faults, type InjectedFault } from './faults';
export { Integrations } from './integrations/integrations';
export { MapRunCalls } from './integrations/map-run-calls';
export { TaskRoles } from './integrations/task-roles';
export { KmsService } from './kms/kms-service';
export type { InvokeResult } from './lambda/function-runner';
export { type FunctionLog, LambdaService } from './lambda/lambda-service';
export { MapObjects } from './s3/map-objects';
export { type BucketObject, S3Service } from './s3/s3-service';
export { SecretsManagerService } from './secretsmanager/secrets-manager-service';
export { AwsError, type Origin, type Requirement, type Service, type ServiceCall } from './service';
export type { Email } from './ses/email';
export { SesService } from './ses/ses-service';
export { Deliveries } from './sns/deliveries';
export type { Notification } from './sns/notification';
export { SnsService } from './sns/sns-service';
export { type QueuedMessage, SqsService } from './sqs/sqs-service';
export type {
  ActivityBook,
  ActivityTask,
  ExecutionBook,
  KnownExecution,
  KnownMapRun,
  StartRequest,
  TokenBook,
} from './states/executions';
export { StatesService } from './states/states-service';
