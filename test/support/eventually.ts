import { setTimeout as pause } from 'node:timers/promises';

/** For a busy machine: roll-ups and events wait for every transaction of the server, and other specs have long ones. */
const DEADLINE_MS = 90_000;
const LOOK_EVERY_MS = 25;

/** Polls until `look` returns a value; throws after a timeout. */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  within_ms = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + within_ms;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`nothing came of it within ${String(within_ms)} ms: ${look.toString()}`);
}
