/** What a stream event, or a complete answer, reports about a call, in a form common to all APIs. */
export interface AnswerParts {
  id?: unknown;
  model?: unknown;
  usage?: unknown;
  /** The error that the provider reports. */
  error?: unknown;
  choices?: unknown;
  /** Why generation ended, in formats without choices. */
  finish_reason?: unknown;
  /** Whether it contains generated content. */
  has_content: boolean;
  /** Whether the provider finished the answer. */
  is_finished: boolean;
  /** The object that contains the usage; null where the format has none. */
  answer: unknown;
  /** Whether the usage completes an earlier one: Anthropic reports input tokens first and output tokens last. */
  adds: boolean;
}

type Members = Record<string, unknown>;

/** Final events of OpenAI's Responses API; `response.failed` carries an error. */
const RESPONSE_ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/**
 * Reads chat completions, embeddings, OpenAI responses and Anthropic messages; returns null for anything that is not an
 * object.
 */
export function partsOf(value: unknown): AnswerParts | null {
  if (typeof value !== 'object' || value === null) return null;
  const members = value as Members;
  const { type, object } = members;
  if (object === 'response') return ofResponse(members, true);
  if (type === 'message') return ofMessage(members);
  if (typeof type !== 'string') return ofCompletion(members);
  if (type === 'error') return { ...NOTHING, error: members['error'] ?? members };
  return type.startsWith('response.') ? ofResponseEvent(type, members) : ofMessageEvent(type, members);
}

/** Whether an event is the last one of an OpenAI response or an Anthropic message. */
export const isLastEvent = (type: unknown): boolean =>
  type === 'message_stop' || (typeof type === 'string' && RESPONSE_ENDS.has(type));

const NOTHING = { has_content: false, is_finished: false, adds: false, answer: null };

function ofCompletion(answer: Members): AnswerParts {
  const { id, model, error, choices, data } = answer;
  const usage = answer['usage'] ?? membersOf(answer['x_groq'])['usage'] ?? usageOfChoices(choices);
  return { ...NOTHING, id, model, usage, error, choices, answer, has_content: isFilled(data) };
}

/** Some providers report the usage inside the last choice. */
const usageOfChoices = (choices: unknown): unknown =>
  Array.isArray(choices) ? membersOf(choices.at(-1))['usage'] : undefined;

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});

function ofResponse(answer: Members, isWhole: boolean): AnswerParts {
  const { id, model, usage, error, output, status } = answer;
  const reason = membersOf(answer['incomplete_details'])['reason'];
  return {
    id,
    model,
    usage,
    error,
    answer,
    adds: false,
    has_content: isFilled(output),
    is_finished: isWhole && status !== 'in_progress' && status !== 'queued',
    ...(isWhole && { finish_reason: reason ?? status }),
  };
}

function ofResponseEvent(type: string, { response }: Members): AnswerParts {
  if (typeof response !== 'object' || response === null) return { ...NOTHING, has_content: type.endsWith('.delta') };
  const parts = ofResponse(response as Members, RESPONSE_ENDS.has(type));
  return type === 'response.failed' ? { ...parts, error: parts.error ?? { message: 'The response failed.' } } : parts;
}

const ofMessage = ({ id, model, usage, content, stop_reason }: Members): AnswerParts => ({
  id,
  model,
  usage,
  answer: null,
  adds: false,
  has_content: isFilled(content),
  is_finished: isText(stop_reason),
  finish_reason: stop_reason,
});

function ofMessageEvent(type: string, { message, delta, usage }: Members): AnswerParts {
  switch (type) {
    case 'message_start':
      return { ...ofMessage((message ?? {}) as Members), adds: true };
    case 'message_delta':
      return { ...NOTHING, usage, adds: true, ...endOf(membersOf(delta)['stop_reason']) };
    case 'message_stop':
      return { ...NOTHING, is_finished: true };
    default:
      return { ...NOTHING, has_content: type.startsWith('content_block_') };
  }
}

const endOf = (finish_reason: unknown) => ({ is_finished: isText(finish_reason), finish_reason });
const isFilled = (list: unknown): boolean => Array.isArray(list) && list.length > 0;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
