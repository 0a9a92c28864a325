/** Writes the licences of what is inlined in the handlers that the package ships. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNotices } from './notices';

/** Where the bundler says what went into each handler. */
const META = '.cache/handlers';

const inputs = readdirSync(META)
  .map((file) => JSON.parse(readFileSync(join(META, file), 'utf8')))
  .flatMap((meta: { inputs: object }) => Object.keys(meta.inputs));
writeNotices('assets', inputs);
