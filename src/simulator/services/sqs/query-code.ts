/** Errors that SQS names otherwise in its older protocol, whose names clients still see. */
const QUERY_NAMES: { readonly [code: string]: string } = {
  QueueDoesNotExist: 'NonExistentQueue',
  MessageNotInflight: 'MessageNotInflight',
  EmptyBatchRequest: 'EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'BatchRequestTooLong',
};

/** The code of an error in the older protocol of SQS; of another service's error, its own. */
export function queryCode(code: string): string {
  return code in QUERY_NAMES ? `AWS.SimpleQueueService.${QUERY_NAMES[code]}` : code;
}
