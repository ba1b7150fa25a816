import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type pg from 'pg';
import { ROOT } from './processes.ts';

export const MODEL = 'openai/gpt-4o-mini';
/** Any key of the right form is good at the stand-in. */
export const KEY = 'sk-or-v1-key-of-the-measurement';

/** The stand-in of OpenRouter in a process of its own. */
export interface Upstream {
  url: string;
  process: ChildProcess;
  /** Environment of a service that calls it. */
  env: Record<string, string>;
}

export async function startUpstream(): Promise<Upstream> {
  const args = ['test/stand-ins/openrouter/main.ts', '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /OPENROUTER_BASE_URL=(\S+)/.exec(output.toString())?.[1];
  if (url === undefined) throw new Error('the stand-in did not say where it listens');
  return { url, process: child, env: { OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: KEY, PRICE_SYNC: 'off' } };
}

/** Gives the service the stand-in's price of the model. */
export async function seedPrice(pool: pg.Pool): Promise<void> {
  await pool.query(
    `INSERT INTO model_prices (service, model, input_per_million, output_per_million, effective_from)
     VALUES ('openrouter', $1, 0.15, 0.6, now())`,
    [MODEL],
  );
}
