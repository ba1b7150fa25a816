import type { ApiBodyOptions } from '@nestjs/swagger';
import type { CompletionPath } from '../openrouter/completions.client.js';

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/*
 * The parts of requests and answers that clients rely on. Providers accept and return more and can add members at any
 * time, so every object here is open.
 */
const text = (description: string) => ({ type: 'string' as const, description });
const whole = (description: string) => ({ type: 'integer' as const, description });
const number = (description: string) => ({ type: 'number' as const, description });
const list = (items: Schema, description: string) => ({ type: 'array' as const, items, description });
const open = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  additionalProperties: true,
  ...(required.length > 0 ? { required } : {}),
});

const MODEL = text('Model id, as listed by `GET /models`.');
const COMMON = {
  model: MODEL,
  stream: { type: 'boolean' as const, description: 'Whether to stream the answer as server-sent events.' },
  temperature: number('Sampling temperature.'),
  top_p: number('Nucleus sampling: the probability mass of tokens to sample from.'),
};
const MAX_TOKENS = whole('Maximum output tokens. Credits for all of them are held.');
const STOP = {
  oneOf: [
    text('Sequences at which generation stops.'),
    list({ type: 'string' }, 'Sequences at which generation stops.'),
  ],
};

const CONTENT: Schema = {
  description: 'A string, or a list of parts: text, images, audio, files.',
  oneOf: [{ type: 'string' }, { type: 'array', items: open({ type: text('Type of the part.') }, 'type') }],
};
const NO_CONTENT: Schema = { ...CONTENT, oneOf: [...(CONTENT.oneOf ?? []), { type: 'null' }] };
const ANY_LIST: Schema = { type: 'array', items: {} };
const TOOLS = list(open({ type: text('Type of the tool.') }), 'Tools that the model can call.');

const chatRequest = open(
  {
    ...COMMON,
    messages: list(
      open(
        { role: text('Author of the message: system, developer, user, assistant, tool.'), content: NO_CONTENT },
        'role',
      ),
      'The conversation so far.',
    ),
    max_tokens: MAX_TOKENS,
    max_completion_tokens: MAX_TOKENS,
    n: whole('Number of answers.'),
    stop: STOP,
    tools: TOOLS,
    response_format: open({ type: text('text, json_object or json_schema.') }),
    stream_options: open({
      include_usage: { type: 'boolean', description: 'Whether the last event contains the usage.' },
    }),
  },
  'model',
  'messages',
);

const textRequest = open(
  {
    ...COMMON,
    prompt: {
      description: 'The text to continue: a string, a list of strings, or tokens.',
      oneOf: [{ type: 'string' }, ANY_LIST],
    },
    max_tokens: MAX_TOKENS,
    n: whole('Number of answers.'),
    stop: STOP,
  },
  'model',
  'prompt',
);

const embeddingsRequest = open(
  {
    model: MODEL,
    input: { description: 'A string, a list of strings, or tokens.', oneOf: [{ type: 'string' }, ANY_LIST] },
    encoding_format: text('float or base64.'),
    dimensions: whole('Length of each vector.'),
  },
  'model',
  'input',
);

const responsesRequest = open(
  {
    ...COMMON,
    input: { description: 'A string, or a list of input items.', oneOf: [{ type: 'string' }, ANY_LIST] },
    instructions: { ...text('System instructions for the whole conversation.'), nullable: true },
    max_output_tokens: { ...MAX_TOKENS, nullable: true },
    tools: TOOLS,
  },
  'model',
  'input',
);

const messagesRequest = open(
  {
    ...COMMON,
    messages: list(
      open({ role: text('user or assistant.'), content: CONTENT }, 'role', 'content'),
      'The conversation so far.',
    ),
    max_tokens: MAX_TOKENS,
    system: { ...CONTENT, description: 'System instructions for the whole conversation.' },
    stop_sequences: list({ type: 'string' }, 'Sequences at which generation stops.'),
    tools: TOOLS,
  },
  'model',
  'messages',
);

/** Providers count different things, so every member is optional. */
const USAGE = open({
  prompt_tokens: whole('Input tokens.'),
  completion_tokens: whole('Output tokens.'),
  total_tokens: whole('Input and output tokens.'),
  cost: number('Cost of the call; GATEWAY_USAGE_COST decides whether it is the charge, the provider cost or null.'),
});
const ID = text("The provider's id of the call.");
const CREATED = whole('When it was created, Unix time in seconds.');
const FINISH = { ...text('Why generation ended: stop, length, tool_calls, content_filter.'), nullable: true };
const BY = text('The model that answered.');

const chatAnswer = open(
  {
    id: ID,
    object: text('chat.completion'),
    created: CREATED,
    model: BY,
    choices: list(
      open({
        index: whole('Index of the answer.'),
        message: open({
          role: text('assistant'),
          content: NO_CONTENT,
          tool_calls: list(open({}), 'Tool calls of the model.'),
        }),
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
    id: ID,
    object: text('text_completion'),
    created: CREATED,
    model: BY,
    choices: list(
      open({ index: whole('Index of the answer.'), text: text('The generated text.'), finish_reason: FINISH }),
      'The answers.',
    ),
    usage: USAGE,
  },
  'choices',
);

const embeddingsAnswer = open(
  {
    object: text('list'),
    model: BY,
    data: list(
      open({
        object: text('embedding'),
        index: whole('Index of the input text.'),
        embedding: { oneOf: [list({ type: 'number' }, 'The vector.'), text('The vector, base64-encoded.')] },
      }),
      'A vector for each text.',
    ),
    usage: USAGE,
  },
  'data',
);

const IN_AND_OUT = open({
  input_tokens: whole('Input tokens.'),
  output_tokens: whole('Output tokens.'),
});

const responsesAnswer = open(
  {
    id: ID,
    object: text('response'),
    created_at: CREATED,
    model: BY,
    status: text('completed, incomplete or failed.'),
    output: list(open({ type: text('Type of the item: message, function_call, reasoning.') }), 'The generated output.'),
    usage: { ...IN_AND_OUT, nullable: true },
  },
  'output',
);

const messagesAnswer = open(
  {
    id: ID,
    type: text('message'),
    role: text('assistant'),
    model: BY,
    content: list(open({ type: text('Type of the part: text, tool_use, thinking.') }), 'The generated output.'),
    stop_reason: { ...text('Why generation ended: end_turn, max_tokens, stop_sequence, tool_use.'), nullable: true },
    usage: IN_AND_OUT,
  },
  'content',
);

/** Request body and unstreamed answer of each route. */
export const GATEWAY_SCHEMAS: Record<CompletionPath, { request: Schema; answer: Schema }> = {
  '/chat/completions': { request: chatRequest, answer: chatAnswer },
  '/completions': { request: textRequest, answer: textAnswer },
  '/embeddings': { request: embeddingsRequest, answer: embeddingsAnswer },
  '/responses': { request: responsesRequest, answer: responsesAnswer },
  '/messages': { request: messagesRequest, answer: messagesAnswer },
};

/** A streamed answer. */
export const EVENT_STREAM: Schema = text(
  'Server-sent events from the provider, each a line `data: ` with JSON. OpenAI formats end with `data: [DONE]`.',
);
