import type { Behaviour } from './behaviour.ts';

/** Characters per token. Real tokenizers differ, but the counts must be reproducible. */
const CHARACTERS_PER_TOKEN = 4;
const IMAGE_TOKENS = 85;
const AUDIO_TOKENS = 50;
const MESSAGE_TOKENS = 3;
const ECHO_MAX_CHARACTERS = 200;

export interface Message {
  role?: string;
  content?: string | ContentPart[] | null;
}
interface ContentPart {
  type?: string;
  text?: string;
}
interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
}
interface Tool {
  function?: { name?: string; parameters?: Schema };
}

/** The members of a request body that matter here. */
export interface ChatRequest {
  model?: unknown;
  messages?: Message[];
  prompt?: string | string[];
  input?: unknown;
  stream?: boolean;
  max_tokens?: number;
  max_completion_tokens?: number;
  tools?: Tool[];
  tool_choice?: 'none' | 'auto' | 'required' | Tool;
  response_format?: { type?: string; json_schema?: { schema?: Schema } };
  dimensions?: number;
  encoding_format?: string;
  stand_in?: Behaviour;
}

/** An answer, one piece per token. */
export interface Made {
  /** Contents of a stream's deltas. */
  deltas: Record<string, unknown>[];
  /** The complete answer as a message. */
  message: Record<string, unknown>;
  finish_reason: 'stop' | 'length' | 'tool_calls';
}

export const tokensOfText = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/** Tokens of the prompt, including tools and schemas. */
export function promptTokens(request: ChatRequest): number {
  const { messages = [], prompt, input, tools } = request;
  const texts = [prompt, input].flat().filter((item) => typeof item === 'string');
  const numbers = [input].flat(2).filter((item) => typeof item === 'number');
  const definitions = tools ? tokensOfText(JSON.stringify(tools)) : 0;
  const spoken = messages.reduce((sum, message) => sum + MESSAGE_TOKENS + contentTokens(message), 0);
  return spoken + definitions + numbers.length + texts.reduce((sum, text) => sum + tokensOfText(text), 0);
}

function contentTokens({ content }: Message): number {
  if (typeof content === 'string') return tokensOfText(content);
  return (content ?? []).reduce((sum, part) => {
    if (part.type === 'image_url') return sum + IMAGE_TOKENS;
    if (part.type === 'input_audio') return sum + AUDIO_TOKENS;
    return sum + tokensOfText(part.text ?? '');
  }, 0);
}

/** Returns the answer to a request: a tool call if tools are offered, JSON if requested, else a sentence. */
export function answerTo(request: ChatRequest, behaviour: Behaviour): Made {
  const tool = chosenTool(request);
  if (tool) return toolCall(tool);
  const pieces = piecesOf(request, behaviour);
  const cap = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  const shown = pieces.slice(0, Math.max(0, cap));
  return {
    deltas: shown.map((content) => ({ content })),
    message: { role: 'assistant', content: shown.join(''), refusal: null },
    finish_reason: shown.length < pieces.length ? 'length' : 'stop',
  };
}

function piecesOf(request: ChatRequest, { output_tokens }: Behaviour): string[] {
  if (output_tokens !== undefined) return Array.from({ length: output_tokens }, (_, n) => (n === 0 ? 'so' : ' so'));
  const { type, json_schema } = request.response_format ?? {};
  if (type === 'json_object') return split(JSON.stringify({ answer: lastText(request) }));
  if (type === 'json_schema') return split(JSON.stringify(sample(json_schema?.schema ?? {})));
  return split(`You said: ${lastText(request)}`);
}

function lastText({ messages, prompt }: ChatRequest): string {
  const content = messages?.findLast(({ role }) => role === 'user')?.content ?? [prompt].flat().at(-1) ?? '';
  const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join(' ');
  return text.slice(0, ECHO_MAX_CHARACTERS);
}

const split = (text: string): string[] => text.match(/\s*\S{1,8}/g) ?? [];

function chosenTool({ tools = [], tool_choice, messages }: ChatRequest): Tool['function'] | undefined {
  if (tool_choice === 'none' || messages?.at(-1)?.role === 'tool') return undefined;
  const wanted = typeof tool_choice === 'object' ? tool_choice.function?.name : undefined;
  return tools.find((tool) => wanted === undefined || tool.function?.name === wanted)?.function;
}

function toolCall({ name = '', parameters = {} }: NonNullable<Tool['function']>): Made {
  const call = { id: 'call_stand_in_1', type: 'function' };
  const text = JSON.stringify(sample(parameters));
  const piece = (more: object): Record<string, unknown> => ({ tool_calls: [{ index: 0, ...more }] });
  return {
    deltas: [
      piece({ ...call, function: { name, arguments: '' } }),
      ...split(text).map((part) => piece({ function: { arguments: part } })),
    ],
    message: { role: 'assistant', content: null, tool_calls: [{ ...call, function: { name, arguments: text } }] },
    finish_reason: 'tool_calls',
  };
}

/** Returns the simplest value that a JSON schema allows. */
function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const type = [schema.type ?? (schema.properties ? 'object' : 'string')].flat()[0];
  if (type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, sample(inner)]));
  }
  if (type === 'array') return schema.items ? [sample(schema.items)] : [];
  return { integer: 1, number: 1.5, boolean: true, null: null }[type ?? ''] ?? (type === 'null' ? null : 'text');
}

/** Returns a unit vector that depends only on the text. */
export function embedding(text: string, dimensions: number): number[] {
  let seed = [...text].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  const raw = Array.from({ length: dimensions }, () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 31 - 1;
  });
  const length = Math.hypot(...raw) || 1;
  return raw.map((value) => value / length);
}
