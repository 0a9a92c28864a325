import { distributed, run } from './run';

/** Runs a Distributed Map over so many items, and prints what ended it. To be run in a process of its own. */
const main = async (count: number) => {
  const Resource = 'arn:aws:states:::s3:getObject';
  const definition = distributed({ ItemReader: { Resource, ReaderConfig: { InputType: 'JSON' }, Parameters: {} } });
  const value = Buffer.from(JSON.stringify(Array.from({ length: count }, (_, index) => index)));
  const objects = {
    get: async () => ({ kind: 'succeeded', value }) as const,
    list: () => Promise.reject(new Error('not asked for')),
    put: () => Promise.reject(new Error('not asked for')),
  };
  await run(definition, { objects }).then(
    ({ execution }) => console.log(execution.status, execution.error),
    (fault: Error) => console.log(`${fault.name}: ${fault.message}`),
  );
};

void main(Number(process.argv[2]));
