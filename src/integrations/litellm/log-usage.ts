import { countOf, members } from '../../pricing/usage/leaves.js';
import { asReported, type ReadUsage, readUsage } from '../../pricing/usage/usage.js';

type Members = Record<string, unknown>;

/** Placeholder for text that LiteLLM does not log. */
const REDACTED = 'redacted-by-litellm';

/**
 * Converts a LiteLLM log to the usage fields of a report. Reads the provider's usage object, wherever LiteLLM passes it
 * on, falls back to LiteLLM's own totals, and adds quantities specific to the kind of call. Reads nothing from prompts
 * and completions except their size.
 */
export function litellmUsage(log: Members, metadata: Members) {
  const { prompt_tokens, completion_tokens, total_tokens } = log;
  const response = members(log['response']);
  const usageObject = merged(
    { prompt_tokens, completion_tokens, total_tokens },
    members(response['meta'])['billed_units'],
    response['usage_info'],
    response['usage'],
    metadata['usage_object'],
    members(log['hidden_params'])['usage_object'],
  );
  const kind = kindOf(log['call_type']);
  const known = kind.includes('video') ? asVideo(usageObject) : usageObject;
  const usage = readUsage(known, response);
  const counted = readUsage({ ...known, ...ofKind(kind, log, response, usage) }, response);
  const requested = readUsage({ service_tier: members(log['model_parameters'])['service_tier'] });
  const { tokens, service_tier, ...reported } = asReported(counted);
  return {
    ...reported,
    service_tier: service_tier ?? requested.service_tier,
    tokens: Math.max(tokens, countOf(total_tokens) ?? 0),
  };
}

/** Merges objects. Later ones take precedence, except for null and undefined members. */
const merged = (...objects: unknown[]): Members =>
  Object.fromEntries(
    objects.flatMap((object) =>
      Object.entries(members(object)).filter(([, value]) => value !== null && value !== undefined),
    ),
  );

/** Strips the prefix of asynchronous calls: `atranscription` is `transcription`. */
const kindOf = (call_type: unknown): string =>
  typeof call_type === 'string' ? call_type.replace(/^a(?=transcription|speech|image)/, '') : '';

/** Renames the seconds of a video, which are priced differently from seconds of speech. */
function asVideo({ duration_seconds, seconds, ...usage }: Members): Members {
  return { ...usage, video_seconds: usage['video_seconds'] ?? duration_seconds ?? seconds };
}

/** Returns quantities of some kinds of calls that the usage object does not count. */
function ofKind(kind: string, log: Members, response: Members, { quantity, tokens_used }: ReadUsage): Members {
  if (quantity !== null || tokens_used > 0) return {};
  if (kind === 'transcription') return { seconds: response['duration'] };
  if (kind === 'speech') return { characters: charactersOf(log['messages']) };
  if (kind.startsWith('image_')) return { images: imagesOf(log, response) };
  return {};
}

/** Speech calls have the spoken text in `messages`. */
const charactersOf = (text: unknown): number | null =>
  typeof text === 'string' && text !== REDACTED ? [...text].length : null;

/** Returns the number of images created, or else requested; the default is one. */
function imagesOf(log: Members, response: Members): unknown {
  if (log['status'] === 'failure') return null;
  const { data } = response;
  if (Array.isArray(data) && data.length > 0) return data.length;
  const requested = log['model_parameters'];
  return requested === null || typeof requested !== 'object' ? null : (members(requested)['n'] ?? 1);
}
