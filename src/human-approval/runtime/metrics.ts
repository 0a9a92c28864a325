import { METRIC_DIMENSION, METRIC_NAMESPACE, type Metric, Variable } from '../constants';
import { environment } from './environment';

/**
 * Writes a metric to the log, from which CloudWatch takes it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metric(name: Metric, value = 1): void {
  const description = { Namespace: METRIC_NAMESPACE, Dimensions: [[METRIC_DIMENSION]], Metrics: [{ Name: name }] };
  const line = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [description] },
    [METRIC_DIMENSION]: environment(Variable.NAME),
    [name]: value,
  };
  // By itself: the console would put something round it.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Says in the log what went wrong: no more than its name, as the rest may hold what was asked. */
export function logProblem(what: string, error: unknown): void {
  console.error(`${what}: ${error instanceof Error ? error.name : typeof error}`);
}
