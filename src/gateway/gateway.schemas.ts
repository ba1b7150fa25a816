import type { ApiBodyOptions } from '@nestjs/swagger';
import type { CompletionPath } from '../openrouter/completions.client.js';

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/*
 * What the gateway passes on, as far as clients count on it. Providers take and give more than this and may add to it at
 * any time, so that every object here is open.
 */
const text = (description: string) => ({ type: 'string' as const, description });
const whole = (description: string) => ({ type: 'integer' as const, description });
const number = (description: string) => ({ type: 'number' as const, description });
const list = (items: Schema, description: string) => ({ type: 'array' as const, items, description });
const open = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  ...{ type: 'object', properties, additionalProperties: true },
  ...(required.length > 0 ? { required } : {}),
});

const MODEL = text('Id of a model, as `GET /models` lists them.');
const COMMON = {
  model: MODEL,
  stream: { type: 'boolean' as const, description: 'Whether the answer comes as a stream of events.' },
  temperature: number('How varied the answer may be.'),
  top_p: number('From how much of the likely words it is chosen.'),
};
const MAX_TOKENS = whole('Most tokens of the answer. Credits for all of them are set aside.');
const STOP = { oneOf: [text('Where it stops.'), list({ type: 'string' }, 'Where it stops.')] };

const CONTENT: Schema = {
  description: 'A text, or parts: texts, images, recordings, files.',
  oneOf: [{ type: 'string' }, { type: 'array', items: open({ type: text('Kind of the part.') }, 'type') }],
};
const NO_CONTENT: Schema = { ...CONTENT, oneOf: [...(CONTENT.oneOf ?? []), { type: 'null' }] };
const ANY_LIST: Schema = { type: 'array', items: {} };
const TOOLS = list(open({ type: text('Kind of the tool.') }), 'What the model may call.');

const chatRequest = open(
  {
    ...COMMON,
    messages: list(
      open({ role: text('Who says it: system, developer, user, assistant, tool.'), content: NO_CONTENT }, 'role'),
      'The talk so far.',
    ),
    max_tokens: MAX_TOKENS,
    max_completion_tokens: MAX_TOKENS,
    n: whole('How many answers.'),
    stop: STOP,
    tools: TOOLS,
    response_format: open({ type: text('text, json_object or json_schema.') }),
    stream_options: open({
      include_usage: { type: 'boolean', description: 'Whether the last event tells the usage.' },
    }),
  },
  ...['model', 'messages'],
);

const textRequest = open(
  {
    ...COMMON,
    prompt: {
      description: 'What is to be continued: a text, texts, or tokens.',
      oneOf: [{ type: 'string' }, ANY_LIST],
    },
    max_tokens: MAX_TOKENS,
    n: whole('How many answers.'),
    stop: STOP,
  },
  ...['model', 'prompt'],
);

const embeddingsRequest = open(
  {
    model: MODEL,
    input: { description: 'A text, texts, or tokens.', oneOf: [{ type: 'string' }, ANY_LIST] },
    encoding_format: text('float or base64.'),
    dimensions: whole('How long each vector is.'),
  },
  ...['model', 'input'],
);

const responsesRequest = open(
  {
    ...COMMON,
    input: { description: 'A text, or the items so far.', oneOf: [{ type: 'string' }, ANY_LIST] },
    instructions: { ...text('What holds for the whole talk.'), nullable: true },
    max_output_tokens: { ...MAX_TOKENS, nullable: true },
    tools: TOOLS,
  },
  ...['model', 'input'],
);

const messagesRequest = open(
  {
    ...COMMON,
    messages: list(open({ role: text('user or assistant.'), content: CONTENT }, 'role', 'content'), 'The talk so far.'),
    max_tokens: MAX_TOKENS,
    system: { ...CONTENT, description: 'What holds for the whole talk.' },
    stop_sequences: list({ type: 'string' }, 'Where it stops.'),
    tools: TOOLS,
  },
  ...['model', 'messages'],
);

/** Providers differ in what they count, so none of it is certain to be there. */
const USAGE = open({
  prompt_tokens: whole('Tokens of what was asked.'),
  completion_tokens: whole('Tokens of the answer.'),
  total_tokens: whole('Both.'),
  cost: number('What the call costs; whose cost it is, GATEWAY_USAGE_COST says.'),
});
const ID = text('Id of the call at the provider.');
const CREATED = whole('When it was made, seconds since 1970.');
const FINISH = { ...text('Why it ended: stop, length, tool_calls, content_filter.'), nullable: true };
const BY = text('The model that answered.');

const chatAnswer = open(
  {
    ...{ id: ID, object: text('chat.completion'), created: CREATED, model: BY },
    choices: list(
      open({
        index: whole('Which answer it is.'),
        message: open({ role: text('assistant'), content: NO_CONTENT, tool_calls: list(open({}), 'What it calls.') }),
        finish_reason: FINISH,
      }),
      'The answers.',
    ),
    usage: USAGE,
  },
  'choices',
);

const textAnswer = open(
  {
    ...{ id: ID, object: text('text_completion'), created: CREATED, model: BY },
    choices: list(
      open({ index: whole('Which answer it is.'), text: text('How the text goes on.'), finish_reason: FINISH }),
      'The answers.',
    ),
    usage: USAGE,
  },
  'choices',
);

const embeddingsAnswer = open(
  {
    ...{ object: text('list'), model: BY },
    data: list(
      open({
        ...{ object: text('embedding'), index: whole('Which text it is of.') },
        embedding: { oneOf: [list({ type: 'number' }, 'The vector.'), text('The vector in base64.')] },
      }),
      'A vector for each text.',
    ),
    usage: USAGE,
  },
  'data',
);

const IN_AND_OUT = open({
  input_tokens: whole('Tokens of what was asked.'),
  output_tokens: whole('Tokens of the answer.'),
});

const responsesAnswer = open(
  {
    ...{ id: ID, object: text('response'), created_at: CREATED, model: BY },
    status: text('completed, incomplete or failed.'),
    output: list(open({ type: text('Kind of the item: message, function_call, reasoning.') }), 'What it made.'),
    usage: { ...IN_AND_OUT, nullable: true },
  },
  'output',
);

const messagesAnswer = open(
  {
    ...{ id: ID, type: text('message'), role: text('assistant'), model: BY },
    content: list(open({ type: text('Kind of the part: text, tool_use, thinking.') }), 'What it made.'),
    stop_reason: { ...text('Why it ended: end_turn, max_tokens, stop_sequence, tool_use.'), nullable: true },
    usage: IN_AND_OUT,
  },
  'content',
);

/** What a route takes, and what it answers where no stream was asked for. */
export const GATEWAY_SCHEMAS: Record<CompletionPath, { request: Schema; answer: Schema }> = {
  '/chat/completions': { request: chatRequest, answer: chatAnswer },
  '/completions': { request: textRequest, answer: textAnswer },
  '/embeddings': { request: embeddingsRequest, answer: embeddingsAnswer },
  '/responses': { request: responsesRequest, answer: responsesAnswer },
  '/messages': { request: messagesRequest, answer: messagesAnswer },
};

/** An answer that comes as a stream. */
export const EVENT_STREAM: Schema = text(
  'Events as the provider sends them, each a line `data: ` with JSON; those of OpenAI end with `data: [DONE]`.',
);
