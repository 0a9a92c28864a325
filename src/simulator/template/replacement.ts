/**
 * The properties of which a change replaces the resource, per type: those that matter to what the simulator runs. One that
 * names the resource needs no place here, as the replacement has another name anyway.
 */
export const CREATE_ONLY: { readonly [type: string]: readonly string[] } = {
  'AWS::DynamoDB::GlobalTable': ['KeySchema', 'LocalSecondaryIndexes'],
  'AWS::DynamoDB::Table': ['KeySchema', 'LocalSecondaryIndexes'],
  'AWS::Lambda::Function': ['PackageType'],
  'AWS::Lambda::LayerVersion': [
    'CompatibleArchitectures',
    'CompatibleRuntimes',
    'Content',
    'Description',
    'LicenseInfo',
  ],
  'AWS::Lambda::Version': ['CodeSha256', 'Description', 'FunctionName', 'RuntimePolicy'],
  'AWS::SNS::Topic': ['FifoTopic'],
  'AWS::SQS::Queue': ['FifoQueue'],
  'AWS::StepFunctions::StateMachine': ['StateMachineType'],
  'AWS::StepFunctions::StateMachineVersion': ['StateMachineArn', 'StateMachineRevisionId'],
};

/**
 * The types that keep what they were made of, whatever becomes of that, by what they are versions of: an update leaves
 * them as they are.
 */
export const SNAPSHOTS: { readonly [type: string]: string } = {
  'AWS::Lambda::Version': 'AWS::Lambda::Function',
  'AWS::StepFunctions::StateMachineVersion': 'AWS::StepFunctions::StateMachine',
};

/** Whether a policy of a template leaves a resource behind; one that fails to be created is none of ours. */
export function leavesBehind(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}
