import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError } from '../../platform/errors.js';

const TIMEOUT_MS = 20_000;
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
const MODELS = z.object({ data: z.array(z.unknown()) });

/** Reads OpenRouter's public model list. */
@Injectable()
export class ModelListClient {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Returns the unparsed entries of the list.
   * @throws DomainError `openrouter_unavailable` when it cannot be loaded, is too large or is not a list
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
        `OpenRouter's prices cannot be read: ${why(error)}.`,
      );
    }
  }
}

/** Reads the body as text, up to the limit. */
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

/** Describes an error without revealing addresses or parser details. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  if (error.name === 'TimeoutError') return `it did not respond within ${TIMEOUT_MS / 1000} s`;
  if (error.message.startsWith('it')) return error.message;
  return error instanceof SyntaxError || error.name === 'ZodError'
    ? 'its answer is not a list of models'
    : 'it cannot be reached';
}
