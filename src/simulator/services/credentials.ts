import { createHash } from 'node:crypto';
import type { Origin } from './service';

/** A session of a role. Its access key id tells which session signed a request. */
export interface Session {
  readonly roleArn: string;
  /** Who has its credentials, for messages. */
  readonly holder: string;
  /** Its credentials, as environment variables. */
  readonly variables: { readonly [name: string]: string } & { readonly AWS_ACCESS_KEY_ID: string };
  /** For whom its holder works at the moment. */
  origin: Origin;
  /** The construct path of the function that has it. */
  readonly functionPath?: string;
  /** Ends the function that has it, as a crash does. */
  kill?: () => void;
}

/** The sessions that the simulator has opened: no other credentials are known. */
export class Credentials {
  private readonly sessions = new Map<string, Session>();

  open(roleArn: string, holder = 'A function', functionPath?: string): Session {
    const digest = createHash('sha256').update(`${roleArn}/${this.sessions.size}`).digest('hex');
    const accessKeyId = `ASIA${digest.slice(0, 16).toUpperCase()}`;
    const session: Session = {
      roleArn,
      holder,
      functionPath,
      origin: {},
      variables: {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: `simulated-${digest.slice(16, 46)}`,
        AWS_SESSION_TOKEN: `simulated-${digest.slice(46)}`,
      },
    };
    this.sessions.set(accessKeyId, session);
    return session;
  }

  find(accessKeyId: string): Session | undefined {
    return this.sessions.get(accessKeyId);
  }
}
