import { type Job, type JobEvent, SimulatorFault } from './engine';

/** The tasks that wait for somebody to send their token. */
export class TaskTokens {
  private readonly waiting = new Map<string, (event: JobEvent) => void>();

  /** The job of a task: it ends when its token is sent. */
  job(taskToken: string): Job {
    return {
      subscribe: (report) => this.waiting.set(taskToken, report),
      abandon: () => this.waiting.delete(taskToken),
    };
  }

  /** Sends a token. Throws as AWS does where no task waits for it any more. */
  send(taskToken: string, event: JobEvent): void {
    const report = this.waiting.get(taskToken);
    if (report === undefined) {
      throw new SimulatorFault(`no task waits for the token ${taskToken}: it has ended, or there never was one`);
    }
    if (event.kind !== 'heartbeat') this.waiting.delete(taskToken);
    report(event);
  }
}
