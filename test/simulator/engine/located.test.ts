import { describe, expect, test } from 'vitest';
import { SimulatorFault } from '../../../src/simulator/engine/fault';
import { run, single } from './run';

/** Data of which a property can't be read. */
const throwing = (error: Error) =>
  Object.defineProperty({}, 'v', {
    enumerable: true,
    get: () => {
      throw error;
    },
  });

describe('what is thrown in a state', () => {
  const refusing = (error: Error) =>
    run(single({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage' }), {
      refuses: () => (throwing(error) as { v: string }).v,
    });

  test.each([
    [
      new RangeError('Maximum call stack size exceeded'),
      "The state 'State' has data nested too deeply for the simulator",
    ],
    [
      new RangeError('Invalid string length'),
      "The state 'State' has data of which the JSON text is too long for the simulator",
    ],
  ])('is a fault that names the state where there is no room: %s', async (error, message) => {
    const thrown = await refusing(error).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(SimulatorFault);
    expect(thrown).toMatchObject({ message, cause: error });
  });

  test.each([
    new RangeError('toFixed() digits argument must be between 0 and 100'),
    new Error('Maximum call stack size exceeded'),
    new Error('Invalid string length'),
  ])('is itself otherwise: %s', async (error) => {
    await expect(refusing(error)).rejects.toBe(error);
  });
});
