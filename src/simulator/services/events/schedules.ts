import { SimulatorFault } from '../../engine/fault';
import type { Resource } from '../../template/resource';
import type { ServiceContext } from '../context';
import { eventTime } from './event';
import { enabledRules, type Target, targetsOf } from './rules';
import { type NextInstant, parseSchedule } from './schedule-expression';
import type { Targets } from './targets';
import { inputOf, type TargetInput } from './transform';

interface Schedule {
  readonly next: NextInstant;
  fire(): void;
}

/** The rules with a schedule, and the schedules of EventBridge Scheduler. They fire when they are told that time passes. */
export class Schedules {
  private readonly start: number;

  constructor(
    private readonly context: ServiceContext,
    private readonly targets: Targets,
  ) {
    this.start = context.now();
  }

  /** When the first of them is due after an instant; undefined where none ever is. */
  next(after: number): number | undefined {
    const instants = this.all().flatMap((schedule) => schedule.next(after) ?? []);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Fires those that are due now. */
  fire(): void {
    const now = this.context.now();
    for (const schedule of this.all()) if (schedule.next(now - 1) === now) schedule.fire();
  }

  private all(): Schedule[] {
    const { resources } = this.context;
    const rules = enabledRules(resources).filter(({ properties }) => properties.ScheduleExpression !== undefined);
    const schedules = resources
      .ofType('AWS::Scheduler::Schedule')
      .filter(({ properties }) => properties.State !== 'DISABLED');
    return [...rules.map((rule) => this.ofRule(rule)), ...schedules.map((one) => this.ofScheduler(one))];
  }

  private ofRule(rule: Resource): Schedule {
    const next = parseSchedule(String(rule.properties.ScheduleExpression), this.start);
    return { next, fire: () => this.fireRule(rule) };
  }

  private fireRule(rule: Resource): void {
    const { account, region, newId, now } = this.context;
    const facts = { arn: rule.attribute('Arn'), name: rule.physicalId };
    const event = {
      version: '0',
      id: newId(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: eventTime(now()),
      region,
      resources: [facts.arn],
      detail: {},
    } as const;
    for (const target of targetsOf(rule)) {
      const sender = { principal: 'events.amazonaws.com', arn: facts.arn };
      this.targets.deliver(target, inputOf(target as TargetInput, event, facts), sender);
    }
  }

  private ofScheduler(schedule: Resource): Schedule {
    const { logicalId, properties } = schedule;
    const { ScheduleExpressionTimezone: zone = 'UTC', ScheduleExpression: expression, Target: given } = properties;
    const unknown = ['StartDate', 'EndDate'].find((name) => properties[name] !== undefined);
    if (unknown) throw new SimulatorFault(`${logicalId}: ${unknown} of a schedule is not supported`);
    if (!['UTC', 'Etc/UTC'].includes(String(zone))) {
      throw new SimulatorFault(`${logicalId}: the ScheduleExpressionTimezone ${zone} is not supported, only UTC`);
    }
    const target = given as Target;
    const arn = schedule.attribute('Arn');
    const fire = (): void =>
      this.targets.deliver(target, String(target.Input ?? '{}'), {
        principal: 'scheduler.amazonaws.com',
        arn,
      });
    return { next: parseSchedule(String(expression), this.start), fire };
  }
}
