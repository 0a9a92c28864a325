import { Duration, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type IStep, Saga, Step, Workflow } from '../../src';
import { allStates, definitions, newStack } from '../fixtures';

const pause = () => Step.wait(Duration.seconds(1));

/** What holds steps by their names. */
const FLOWS: readonly [string, (names: string[]) => IStep][] = [
  ['a sequence', (names) => Step.sequence(names.map((name) => ({ name, step: pause() })))],
  ['a parallel', (names) => Step.parallel(names.map((name) => ({ name, step: pause() })))],
  ['a choice', (names) => Step.choice({ cases: names.map((name) => ({ when: '{% true %}', name, step: pause() })) })],
  ['a saga', (names) => Step.saga({ steps: names.map((name) => ({ name, action: pause() })) })],
];

const deployed = (definition: IStep) => {
  const stack = newStack();
  new Workflow(stack, 'Check', { definition });
  return stack;
};

describe.each(FLOWS)('the names of the steps of %s', (_flow, flow) => {
  it.each(['A.B', 'A/B', 'A#B'])('fail as %s, whose sign separates names', (name) => {
    expect(() => deployed(flow([name]))).toThrow(`'${name}', has one of . # / in it`);
  });

  it.each(['', ' ', '\t'])('fail as %j', (name) => {
    expect(() => deployed(flow(['First', name]))).toThrow('is empty; give a name of 1 to 80 characters');
  });

  it.each(['A\nB', 'A\u0000', '\u007fA', 'A\u0085'])('fail as %j', (name) => {
    expect(() => deployed(flow([name]))).toThrow('has control characters; use visible ones');
  });

  it('fail as tokens', () => {
    expect(() => deployed(flow([Token.asString({ Ref: 'Name' })]))).toThrow('is a token');
  });

  it('fail as __proto__, which JavaScript would lose', () => {
    expect(() => deployed(flow(['__proto__']))).toThrow("is '__proto__'; give another one");
  });

  it('fail twice', () => {
    expect(() => deployed(flow(['A', 'B', 'A']))).toThrow(/steps 1 and 3 of .* are both named 'A'/);
  });

  it('fail where there are none', () => {
    expect(() => deployed(flow([]))).toThrow('has no steps; give it at least one');
  });

  it.each(['Ärger 😀', 'a b', '$x', "it's", '"quoted"', '{% x %}', '${x}', 'constructor', '1'])('may be %j', (name) => {
    const stack = deployed(flow([name]));
    expect(() => Template.fromStack(stack)).not.toThrow();
    expect(allStates(definitions(stack)[0]).some(([state]) => state.endsWith(name))).toBe(true);
  });
});

describe('the name of a state', () => {
  const nested = (outer: string, inner: string) =>
    Step.parallel([{ name: outer, step: Step.sequence([{ name: inner, step: pause() }]) }]);

  it('may have 80 characters, those of what it stands in included', () => {
    const stack = deployed(Step.sequence([{ name: 'x'.repeat(80), step: pause() }]));
    expect(Object.keys(definitions(stack)[0].States)).toEqual(['x'.repeat(80)]);
    const names = allStates(definitions(deployed(nested('x'.repeat(34), 'y'.repeat(45))))[0]).map(([name]) => name);
    expect(Math.max(...names.map((name) => name.length))).toBe(80);
  });

  it('fails with 81', () => {
    expect(() => deployed(Step.sequence([{ name: 'x'.repeat(81), step: pause() }]))).toThrow(
      `the state name '${'x'.repeat(81)}' has 81 characters, Step Functions allows 80; shorten the names of its steps`,
    );
    expect(() => deployed(nested('x'.repeat(34), 'y'.repeat(46)))).toThrow('has 81 characters');
  });

  it('is that of the workflow where this is one step, and fails as that as well', () => {
    const named = (id: string) => () => new Workflow(newStack(), id, { definition: pause() });
    expect(named('x'.repeat(80))).not.toThrow();
    expect(named('x'.repeat(81))).toThrow('has 81 characters, Step Functions allows 80');
  });

  it('is its own where the same name stands in several places', () => {
    const inner = () => Step.sequence([{ name: 'Same', step: pause() }]);
    const stack = deployed(
      Step.sequence([
        {
          name: 'Same',
          step: Step.sequence([{ name: 'Same', step: Step.parallel([{ name: 'Same', step: inner() }]) }]),
        },
        { name: 'Other', step: inner() },
      ]),
    );
    const names = allStates(definitions(stack)[0]).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('fails where a saga has a step that is named as what undoes another', () => {
    const steps = ['A', 'Park A'].map((name) => ({ name, action: pause(), compensation: pause() }));
    expect(() => new Saga(newStack(), 'Booking', { steps })).toThrow("'Park A', is that of a state of the saga");
  });
});
