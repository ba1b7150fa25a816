import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../platform/config.js';
import { DomainError } from '../../platform/errors.js';

const TIMEOUT_MS = 20_000;
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
const MODELS = z.object({ data: z.array(z.unknown()) });

/** Reads what OpenRouter publishes. */
@Injectable()
export class ModelListClient {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Its list of models, as it is.
   * @throws DomainError `openrouter_unavailable` when it can't be had, is too large or is no list
   */
  async models(): Promise<unknown[]> {
    try {
      const response = await fetch(`${this.config.openrouter.base_url}/models`, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      return MODELS.parse(JSON.parse(await bounded(response))).data;
    } catch (error) {
      throw new DomainError(
        'unavailable',
        'openrouter_unavailable',
        `The prices of OpenRouter can't be read: ${why(error)}.`,
      );
    }
  }
}

/** The body as text, read no further than the limit. */
async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > ANSWER_MAX_BYTES) throw new Error('its answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In words that give away nothing of addresses and parsers. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return 'it is out of reach';
  if (error.name === 'TimeoutError') return `it did not answer within ${TIMEOUT_MS / 1000} s`;
  if (error.message.startsWith('it')) return error.message;
  return error instanceof SyntaxError || error.name === 'ZodError'
    ? 'its answer is no list of models'
    : 'it is out of reach';
}
