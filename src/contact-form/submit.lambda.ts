import { GenerateMacCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import {
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CAPTCHA_PATIENCE_MS, CONFIG_VARIABLE, type FormConfig, type NewMessage } from './constants';
import { type Backend, type Delivered, Form, outcomeOf, type ProxyResponse } from './runtime/form';
import { Refusal } from './runtime/refusal';
import type { ProxyRequest } from './runtime/submission';

/** Together with the captcha's less than the 29 s that API Gateway waits. */
const SYNC_PATIENCE_MS = 21_000;

const config: FormConfig = JSON.parse(String(process.env[CONFIG_VARIABLE]));
const sfn = new SFNClient({ maxAttempts: 3 });
/** A second attempt would be a second execution. */
const once = new SFNClient({ maxAttempts: 1 });
const kms = new KMSClient({});

const backend: Backend = {
  deliver: (message, name) => (config.sync ? deliverNow(message) : accept(message, name)),
  signer: {
    async sign(text) {
      const { Mac } = await kms.send(new GenerateMacCommand({ ...mac(), Message: Buffer.from(text) }));
      return Buffer.from(Mac as Uint8Array).toString('base64url');
    },
    async verify(text, signature) {
      const Mac = Buffer.from(signature, 'base64url');
      try {
        return (await kms.send(new VerifyMacCommand({ ...mac(), Message: Buffer.from(text), Mac }))).MacValid === true;
      } catch (error) {
        if (error instanceof KMSInvalidMacException) return false;
        throw error;
      }
    },
  },
  async isSolved(answer, sourceIp) {
    const command = new StartSyncExecutionCommand({
      stateMachineArn: config.captcha?.workflowArn,
      input: JSON.stringify({ answer, sourceIp }),
    });
    const abortSignal = AbortSignal.timeout(CAPTCHA_PATIENCE_MS);
    const { status, output } = await once.send(command, { abortSignal }).catch((error) => {
      logName(error);
      throw new Refusal(503);
    });
    if (status === 'SUCCEEDED') return JSON.parse(String(output)) === true;
    console.error(`A captcha could not be checked: ${status}`);
    throw new Refusal(503);
  },
};
const form = new Form(config, backend);

/** Answers a request to the form. What visitors wrote gets into no log. */
export async function handler(request: ProxyRequest): Promise<ProxyResponse> {
  return form.answer(request);
}

/** Starts the workflow; an execution of the name is that of the same message. */
async function accept(message: NewMessage, name: string): Promise<Delivered> {
  const input = JSON.stringify(message);
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn: config.workflowArn, name, input }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) return unavailable(error);
  }
  return 'accepted';
}

/** Runs the workflow, and waits until the mail is sent. */
async function deliverNow(message: NewMessage): Promise<Delivered> {
  const command = new StartSyncExecutionCommand({
    stateMachineArn: config.workflowArn,
    name: message.id,
    input: JSON.stringify(message),
  });
  try {
    const { status, output } = await once.send(command, { abortSignal: AbortSignal.timeout(SYNC_PATIENCE_MS) });
    return outcomeOf(status, output);
  } catch (error) {
    return /^(Abort|Timeout)Error$/.test((error as Error).name) ? 'timed out' : unavailable(error);
  }
}

function unavailable(error: unknown): Delivered {
  logName(error);
  return 'unavailable';
}

/** The name of the error alone: its message may have what the visitor wrote. */
function logName(error: unknown): void {
  console.error(`A workflow could not be started: ${error instanceof Error ? error.name : typeof error}`);
}

function mac() {
  return { KeyId: config.minFillTime?.keyArn, MacAlgorithm: 'HMAC_SHA_256' as const };
}
