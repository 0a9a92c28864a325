import { type Job, type JobEvent, SimulatorFault } from './engine';

/** A task that gave its token away. */
interface TokenTask {
  /** The state machine, or the activity that it is of. */
  readonly ownerArn: string;
  /** Set while the engine waits for it. */
  report?: (event: JobEvent) => void;
  /** How it ended before the engine began to wait: a function may answer before it returns. */
  early?: JobEvent;
  ended: boolean;
}

/** The tasks that wait for somebody to send their token. */
export class TaskTokens {
  private readonly tasks = new Map<string, TokenTask>();

  /** A task begins, and its token may be sent. */
  open(taskToken: string, ownerArn: string): void {
    this.tasks.set(taskToken, { ownerArn, ended: false });
  }

  /** The job of a task: it ends when its token is sent. */
  job(taskToken: string): Job {
    const task = this.task(taskToken);
    return {
      subscribe: (report) => {
        task.report = report;
        if (task.early) report(task.early);
      },
      abandon: () => this.end(taskToken),
    };
  }

  /** A task no longer waits. */
  end(taskToken: string): void {
    this.task(taskToken).ended = true;
  }

  /** The state machine, or the activity, of a task, whether or not that has ended. */
  ownerArn(taskToken: string): string | undefined {
    return this.tasks.get(taskToken)?.ownerArn;
  }

  /** Tells a task what became of its work; false where none waits for it (any more). */
  send(taskToken: string, event: JobEvent): boolean {
    const task = this.tasks.get(taskToken);
    if (task === undefined || task.ended) return false;
    if (event.kind === 'succeeded' || event.kind === 'failed') {
      task.ended = true;
      task.early = event;
    }
    task.report?.(event);
    return true;
  }

  private task(taskToken: string): TokenTask {
    const task = this.tasks.get(taskToken);
    if (task === undefined) throw new SimulatorFault(`no task has the token ${taskToken}`);
    return task;
  }
}
