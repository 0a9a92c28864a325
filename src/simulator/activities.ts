import { type Job, SimulatorFault, type TaskRequest } from './engine';
import type { ActivityTask } from './services';
import type { TaskTokens } from './task-tokens';
import type { Resources } from './template/resource';

export const ACTIVITY_TYPE = 'AWS::StepFunctions::Activity';

/** The activities of the assembly, with the tasks that no worker has taken yet, the oldest first. */
export class Activities {
  private readonly waiting = new Map<string, ActivityTask[]>();

  constructor(
    private readonly resources: Resources,
    private readonly tokens: TaskTokens,
    readonly creationDate: Date,
  ) {}

  has(activityArn: string): boolean {
    return this.resources.byArn(activityArn)?.type === ACTIVITY_TYPE;
  }

  /** Puts a task up for a worker to take. */
  add({ resource: activityArn, taskToken, input, stateName }: TaskRequest): Job {
    if (!this.has(activityArn) || taskToken === undefined) {
      throw new SimulatorFault(
        `The state '${stateName}': the activity ${activityArn} is not in the synthesized templates (imported?). ` +
          `To answer in place of the state: sim.mock('${stateName}', …)`,
      );
    }
    this.tokens.open(taskToken, activityArn);
    const tasks = this.waiting.get(activityArn) ?? [];
    this.waiting.set(activityArn, tasks);
    const task = { taskToken, input: JSON.stringify(input) };
    tasks.push(task);
    const job = this.tokens.job(taskToken);
    return {
      subscribe: (report) => job.subscribe(report),
      abandon: () => {
        job.abandon();
        const at = tasks.indexOf(task);
        if (at >= 0) tasks.splice(at, 1);
      },
    };
  }

  take(activityArn: string, workerName?: string): ActivityTask | undefined {
    const task = this.waiting.get(activityArn)?.shift();
    if (task) this.tokens.send(task.taskToken, { kind: 'started', workerName });
    return task;
  }
}
