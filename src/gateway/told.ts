/** What an event of a stream, or a whole answer, tells of a call, whatever interface it belongs to. */
export interface Told {
  id?: unknown;
  model?: unknown;
  usage?: unknown;
  /** What the provider says went wrong. */
  error?: unknown;
  choices?: unknown;
  /** Why an answer without choices ended. */
  finish_reason?: unknown;
  /** Whether it holds some of the answer itself. */
  has_content: boolean;
  /** Whether the answer ended by itself. */
  is_finished: boolean;
  /** The object that the usage is part of; null where it is none. */
  answer: unknown;
  /** Whether the usage adds to what was told before: Anthropic counts the prompt first, and the answer last. */
  adds: boolean;
}

type Members = Record<string, unknown>;

/** Ends of a response in OpenAI's Responses; a failed one has an error. */
const RESPONSE_ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Reads the shapes of chat completions, embeddings, OpenAI's Responses and Anthropic's Messages. */
export function toldBy(value: unknown): Told | null {
  if (typeof value !== 'object' || value === null) return null;
  const members = value as Members;
  const { type, object } = members;
  if (object === 'response') return ofResponse(members, true);
  if (type === 'message') return ofMessage(members);
  if (typeof type !== 'string') return ofCompletion(members);
  if (type === 'error') return { ...NOTHING, error: members['error'] ?? members };
  return type.startsWith('response.') ? ofResponseEvent(type, members) : ofMessageEvent(type, members);
}

/** Whether a line of a stream ends the answer of OpenAI's Responses or Anthropic's Messages, after which nothing comes. */
export const isLastEvent = (type: unknown): boolean =>
  type === 'message_stop' || (typeof type === 'string' && RESPONSE_ENDS.has(type));

const NOTHING = { has_content: false, is_finished: false, adds: false, answer: null };

function ofCompletion(answer: Members): Told {
  const { id, model, error, choices, data } = answer;
  const usage = answer['usage'] ?? membersOf(answer['x_groq'])['usage'] ?? usageOfChoices(choices);
  return { ...NOTHING, ...{ id, model, usage, error, choices, answer }, has_content: isFilled(data) };
}

/** Some providers tell the usage within a choice, the last one. */
const usageOfChoices = (choices: unknown): unknown =>
  Array.isArray(choices) ? membersOf(choices.at(-1))['usage'] : undefined;

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});

function ofResponse(answer: Members, isWhole: boolean): Told {
  const { id, model, usage, error, output, status } = answer;
  const reason = membersOf(answer['incomplete_details'])['reason'];
  return {
    ...{ id, model, usage, error, answer, adds: false },
    has_content: isFilled(output),
    is_finished: isWhole && status !== 'in_progress' && status !== 'queued',
    ...(isWhole && { finish_reason: reason ?? status }),
  };
}

function ofResponseEvent(type: string, { response }: Members): Told {
  if (typeof response !== 'object' || response === null) return { ...NOTHING, has_content: type.endsWith('.delta') };
  const told = ofResponse(response as Members, RESPONSE_ENDS.has(type));
  return type === 'response.failed' ? { ...told, error: told.error ?? { message: 'The response failed.' } } : told;
}

const ofMessage = ({ id, model, usage, content, stop_reason }: Members): Told => ({
  ...{ id, model, usage, answer: null, adds: false },
  has_content: isFilled(content),
  is_finished: isText(stop_reason),
  finish_reason: stop_reason,
});

function ofMessageEvent(type: string, { message, delta, usage }: Members): Told {
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
