import { countOf, members } from '../../pricing/usage/leaves.js';
import { asReported, type ReadUsage, readUsage } from '../../pricing/usage/usage.js';

type Members = Record<string, unknown>;

/** What stands in place of a text that LiteLLM does not log. */
const REDACTED = 'redacted-by-litellm';

/**
 * What a log of LiteLLM counts, in the words of reports: the provider's usage object, wherever LiteLLM passes it on, with
 * LiteLLM's own sums for what it lacks, and what the kind of the call says besides. Of prompt and answer nothing but
 * their size is taken.
 */
export function litellmUsage(log: Members, metadata: Members) {
  const { prompt_tokens, completion_tokens, total_tokens } = log;
  const response = members(log['response']);
  const given = merged(
    { prompt_tokens, completion_tokens, total_tokens },
    ...[members(response['meta'])['billed_units'], response['usage_info'], response['usage']],
    ...[metadata['usage_object'], members(log['hidden_params'])['usage_object']],
  );
  const kind = kindOf(log['call_type']);
  const known = kind.includes('video') ? asVideo(given) : given;
  const usage = readUsage(known, response);
  const counted = readUsage({ ...known, ...ofKind(kind, log, response, usage) }, response);
  const asked = readUsage({ service_tier: members(log['model_parameters'])['service_tier'] });
  const { tokens, service_tier, ...reported } = asReported(counted);
  return {
    ...{ ...reported, service_tier: service_tier ?? asked.service_tier },
    tokens: Math.max(tokens, countOf(total_tokens) ?? 0),
  };
}

/** Later objects count before earlier ones, for what they tell. */
const merged = (...objects: unknown[]): Members =>
  Object.fromEntries(
    objects.flatMap((object) =>
      Object.entries(members(object)).filter(([, value]) => value !== null && value !== undefined),
    ),
  );

/** `atranscription` is `transcription`, done asynchronously. */
const kindOf = (call_type: unknown): string =>
  typeof call_type === 'string' ? call_type.replace(/^a(?=transcription|speech|image)/, '') : '';

/** Seconds of a video have another price than those of speech. */
function asVideo({ duration_seconds, seconds, ...usage }: Members): Members {
  return { ...usage, video_seconds: usage['video_seconds'] ?? duration_seconds ?? seconds };
}

/** What calls of some kinds made, where the usage does not count it. */
function ofKind(kind: string, log: Members, response: Members, { quantity, tokens_used }: ReadUsage): Members {
  if (quantity !== null || tokens_used > 0) return {};
  if (kind === 'transcription') return { seconds: response['duration'] };
  if (kind === 'speech') return { characters: charactersOf(log['messages']) };
  if (kind.startsWith('image_')) return { images: imagesOf(log, response) };
  return {};
}

/** The text that was spoken stands where completions have their messages. */
const charactersOf = (text: unknown): number | null =>
  typeof text === 'string' && text !== REDACTED ? [...text].length : null;

/** What was made, or what was asked for: one, unless it says more. */
function imagesOf(log: Members, response: Members): unknown {
  if (log['status'] === 'failure') return null;
  const { data } = response;
  if (Array.isArray(data) && data.length > 0) return data.length;
  const asked = log['model_parameters'];
  return asked === null || typeof asked !== 'object' ? null : (members(asked)['n'] ?? 1);
}
