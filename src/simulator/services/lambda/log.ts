/*
 * The log of an invocation: its last 64 KiB, in memory that the worker thread and its owner share, so that it outlives
 * a thread that is killed. Bytes 0 to 7 count what was written, the rest is a ring.
 */
const COUNT_BYTES = 8;
const RING_BYTES = 64 * 1024;

export function newLog(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNT_BYTES + RING_BYTES);
}

export function clearLog(log: SharedArrayBuffer): void {
  new Float64Array(log, 0, 1)[0] = 0;
}

/** What a log says; where it is longer than what is kept, with a line before it that says so. */
export function readLog(log: SharedArrayBuffer): string {
  const [count] = new Float64Array(log, 0, 1);
  const ring = Buffer.from(new Uint8Array(log, COUNT_BYTES));
  if (count <= RING_BYTES) return ring.toString('utf8', 0, count);
  const start = count % RING_BYTES;
  const kept = Buffer.concat([ring.subarray(start), ring.subarray(0, start)]).toString('utf8');
  const cut = `[${count - RING_BYTES} bytes are cut before this: a log keeps the last ${RING_BYTES}]`;
  // The oldest character may have lost its first bytes.
  return `${cut}\n${kept.replace(/^\uFFFD+/, '')}`;
}

/** Sends stdout and stderr of a worker thread to a log. Runs there from its source text: it uses nothing outside. */
export function captureLogs(log: SharedArrayBuffer): void {
  const count = new Float64Array(log, 0, 1);
  const ring = new Uint8Array(log, 8);
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, rest[0] as BufferEncoding) : chunk;
    const tail = bytes.subarray(-ring.length);
    const start = (count[0] + bytes.length - tail.length) % ring.length;
    const upToEnd = tail.subarray(0, ring.length - start);
    ring.set(upToEnd, start);
    ring.set(tail.subarray(upToEnd.length), 0);
    count[0] += bytes.length;
    const written = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (written) process.nextTick(written);
    return true;
  };
  process.stdout.write = write as typeof process.stdout.write;
  process.stderr.write = write as typeof process.stderr.write;
}
