import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SFNClient } from '@aws-sdk/client-sfn';

/** Made once for each execution environment. */
export const dynamodb = new DynamoDBClient();
export const kms = new KMSClient();
export const states = new SFNClient();
