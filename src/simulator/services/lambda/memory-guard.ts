/** An invocation that takes memory. */
export interface MemoryUser {
  readonly memoryMb: number;
  /** It alone ran, and took more than there is. */
  onKilled(): void;
  /** Several ran, and took more together than they have: nobody knows which. */
  onSuspected(): void;
}

/** What the simulator itself may take meanwhile. */
const SLACK_MB = 512;
const EVERY_MS = 50;

const users = new Set<MemoryUser>();
let before = 0;
let timer: NodeJS.Timeout | undefined;

/**
 * Sees to it that an invocation does not take all memory of the machine. The limits of a worker thread are for its heap
 * alone, not for buffers, of which Node.js tells only what the whole process has.
 *
 * @returns what ends the watch
 */
export function guardMemory(user: MemoryUser): () => void {
  if (users.size === 0) before = process.memoryUsage.rss();
  users.add(user);
  timer ??= setInterval(check, EVERY_MS).unref();
  return () => {
    users.delete(user);
    if (users.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function check(): void {
  const all = [...users];
  const allowedMb = all.reduce((sum, { memoryMb }) => sum + memoryMb, SLACK_MB);
  if (process.memoryUsage.rss() - before < allowedMb * 1024 * 1024) return;
  for (const user of all) {
    if (all.length === 1) user.onKilled();
    else user.onSuspected();
  }
}
