import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IStep, StepBindOptions, StepConfig } from './bind';
import { checkExpression } from './check-expression';
import { bindFlow, type FlowPlace } from './enclose';
import { withVocabulary } from './expression';
import { checkStepNames, stateName, stepId } from './names';
import { combined, type NamedStep } from './sequence';
import { longestOf } from './worst-case';

/** A way that a choice may take. */
export interface ChoiceCase extends NamedStep {
  /** When it is taken: JSONata of the form `{% … %}` that gives true or false. It may say `$input`, `$results` and `$states`. */
  readonly when: string;
}

/** The ways of a choice. */
export interface ChoiceOptions {
  /** The ways, of which the first one is taken whose condition is true. */
  readonly cases: ChoiceCase[];

  /**
   * What is done when no condition is true.
   *
   * @default - the step fails with `States.NoChoiceMatched`
   */
  readonly otherwise?: NamedStep;
}

/** One of several steps, by what the input and the results are; the result is that of the step that was taken. */
export class ChoiceStep implements IStep {
  constructor(private readonly options: ChoiceOptions) {}

  bind(scope: Construct, id: string, options: StepBindOptions): StepConfig {
    const { cases, otherwise } = this.options;
    const ways: NamedStep[] = otherwise ? [...cases, otherwise] : cases;
    const names = ways.map((way) => way.name);
    checkStepNames(scope, `the choice '${options.stateName}'`, names, ['Choice']);
    for (const { name, when } of cases) checkExpression(scope, `the condition of '${name}'`, when);
    return bindFlow(scope, id, options, {
      comment: `Does one of ${names.join(', ')}`,
      states: (own, place) => this.states(own, place, ways),
    });
  }

  private states(scope: Construct, place: FlowPlace, ways: NamedStep[]): StepConfig {
    const { last, recordAs } = place.options;
    const bound = ways.map(({ name, step }) =>
      step.bind(scope, stepId(name), { ...place.child(name), last, recordAs }),
    );
    const choice = sfn.Choice.jsonata(scope, 'Choice', {
      stateName: stateName(scope, place.child('Choice').stateName),
      comment: `Chooses one of ${ways.map((way) => way.name).join(', ')}`,
    });
    this.options.cases.forEach(({ when }, index) => {
      choice.when(sfn.Condition.jsonata(String(withVocabulary(when, place.options))), bound[index].chain);
    });
    if (this.options.otherwise) choice.otherwise(bound[bound.length - 1].chain);
    return {
      ...combined(bound),
      chain: choice,
      worstCase: [longestOf(place.options.stateName, bound)],
    };
  }
}
