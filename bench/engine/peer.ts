import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const NODE = '22.23.3';
const PEER = '3.0.0';

/** Inside node_modules, where git doesn't find it; named by what is in it. */
const FOLDER = join(__dirname, '../../node_modules/.cache', `bench-peer-${PEER}-node-${NODE}`);

/** What we are measured against, and the Node that it needs. */
export interface Peer {
  readonly name: string;
  readonly folder: string;
  readonly node: string;
}

/** Downloads the peer and its Node, unless they are there; undefined where that is not possible, of which it tells. */
export const findPeer = (): Peer | undefined => {
  const folder = join(FOLDER, 'node_modules/aws-local-stepfunctions');
  const node = join(FOLDER, 'node_modules/node/bin/node');
  try {
    if (!existsSync(folder) || !existsSync(node)) {
      mkdirSync(FOLDER, { recursive: true });
      const packages = [`node@${NODE}`, `aws-local-stepfunctions@${PEER}`];
      const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', FOLDER];
      execFileSync('npm', ['install', ...options, ...packages], {
        cwd: FOLDER,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 300_000,
      });
    }
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    if (version !== `v${NODE}`) throw new Error(`${node} is ${version}, not v${NODE}`);
    return { name: `aws-local-stepfunctions ${PEER}`, folder, node };
  } catch (error) {
    console.log(`The peer can't be downloaded, so this is measured alone: ${(error as Error).message}\n`);
    return undefined;
  }
};
