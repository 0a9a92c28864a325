import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { parts } from './parts';
import type { WAYS } from './synth';

// A process that loads only what one way needs, synthesizes its saga once, and ends.
const file = process.argv[2] === 'hand' ? './saga-by-hand' : './saga-with-library';
const { build } = require(file) as { build: (typeof WAYS)['library'] };
const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
const app = new App({ outdir });
const stack = new Stack(app, 'Travel');
build(stack, parts(stack));
app.synth();
rmSync(outdir, { recursive: true });
