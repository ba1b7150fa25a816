import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, type ChatRequest, type Made, type Message, promptTokens } from './answers.ts';
import { findModel, type Model } from './catalogue.ts';
import type { Exchange } from './exchange.ts';
import type { Generations } from './generations.ts';
import type { Key } from './keys.ts';
import { costOf, poolsOf, type Tokens, usageOf } from './usage.ts';

/** The members of a body of `/responses` or `/messages` that matter here. */
interface Request {
  model?: unknown;
  input?: string | { role?: string; type?: string; content?: unknown }[];
  instructions?: string;
  messages?: Message[];
  system?: unknown;
  stream?: boolean;
  max_tokens?: number;
  max_output_tokens?: number;
  tools?: { name?: string; parameters?: object; input_schema?: object; type?: string }[];
  tool_choice?: unknown;
  text?: { format?: { type?: string; schema?: object } };
}

/** An answer in the format of OpenAI's Responses or Anthropic's Messages. */
export interface Turn {
  exchange: Exchange;
  key: Key;
  model: Model;
  /** Id of the call's record. */
  id: string;
  made: Made;
  tokens: Tokens;
}

/** Generates answers in the formats of `/responses` and `/messages`, and books their usage. */
export class Conversations {
  private readonly generations: Generations;

  constructor(generations: Generations) {
    this.generations = generations;
  }

  /** Sends the events, or the complete answer if it is not streamed. */
  async answer(
    exchange: Exchange,
    key: Key,
    shape: { whole: (turn: Turn) => object; events: (turn: Turn) => object[] },
  ): Promise<void> {
    const request = (exchange.call.body ?? {}) as Request;
    const { behaviour } = exchange;
    const model = findModel(behaviour.answers_as ?? request.model);
    if (!model) {
      exchange.refuse(400, { message: `${String(request.model)} is not a valid model ID` });
      return;
    }
    const asked = chatOf(request);
    const made = answerTo(asked, behaviour);
    const completion = made.deltas.length + (behaviour.reasoning_tokens ?? 0);
    const turn = { exchange, key, model, made, id: this.generations.nextId() };
    const tokens = { prompt: promptTokens(asked), completion };
    if (!behaviour.nameless) exchange.name(turn.id);
    if (request.stream === true) await this.stream({ ...turn, tokens }, shape.events({ ...turn, tokens }));
    else {
      this.book({ ...turn, tokens }, false);
      exchange.json(200, shape.whole({ ...turn, tokens }));
    }
  }

  private async stream(turn: Turn, events: object[]): Promise<void> {
    const { exchange } = turn;
    const { token_ms = 0, cut_after } = exchange.behaviour;
    exchange.startStream();
    for (const [n, event] of events.entries()) {
      if (n === cut_after) exchange.cut();
      if (exchange.isGone) break;
      if (token_ms > 0) await sleep(token_ms, undefined, { ref: false });
      await exchange.write(`event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`);
      exchange.call.tokens_sent = n + 1;
    }
    this.book(turn, true);
    exchange.end();
  }

  private book({ exchange, key, model, id, made, tokens }: Turn, streamed: boolean): void {
    const { behaviour } = exchange;
    const cost = costOf(model, tokens, behaviour);
    if (behaviour.is_byok) key.byok_usage += cost;
    else key.usage += cost;
    const { finish_reason } = made;
    this.generations.add({ id, model: model.id, tokens, cost, behaviour, streamed, finish_reason });
  }
}

/** The same as a request for a chat completion. */
function chatOf({ input, instructions, messages, system, tools, text, ...request }: Request): ChatRequest {
  const turns = typeof input === 'string' ? [{ role: 'user', content: input }] : (input ?? messages ?? []);
  const hasToolResult = turns.some(
    (item) => (item as { type?: string }).type === 'function_call_output' || holdsResult(item),
  );
  const max_tokens = request.max_output_tokens ?? request.max_tokens;
  const format = text?.format;
  return {
    model: request.model,
    messages: [
      ...[instructions, system].flatMap((content) => (content ? [{ role: 'system', content: textOf(content) }] : [])),
      ...turns.map(({ role, content }) => ({ role: role ?? 'tool', content: textOf(content) })),
    ],
    ...(max_tokens !== undefined && { max_tokens }),
    ...(tools &&
      !hasToolResult && {
        tools: tools.map((tool) => ({
          function: { name: tool.name ?? '', parameters: (tool.parameters ?? tool.input_schema ?? {}) as never },
        })),
      }),
    ...(format?.type === 'json_schema' && {
      response_format: { type: 'json_schema', json_schema: { schema: format.schema ?? {} } },
    }),
  };
}

const holdsResult = (item: { content?: unknown }): boolean =>
  Array.isArray(item.content) && item.content.some((part) => (part as { type?: string }).type === 'tool_result');

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? (content as { text?: string }[]) : [];
  return parts.map(({ text = '' }) => text).join(' ');
}

/** Returns the tool call of an answer; null for text. */
function toolOf({ message }: Made): { name: string; arguments: string } | null {
  const [call] = (message['tool_calls'] ?? []) as { function: { name: string; arguments: string } }[];
  return call?.function ?? null;
}

/** Returns the text of an answer; empty for a tool call. */
function writtenBy({ message: { content } }: Made): string {
  return typeof content === 'string' ? content : '';
}

const now = (): number => Math.floor(Date.now() / 1000);

/** OpenAI's Responses. */
export const RESPONSES = {
  whole: (turn: Turn): object => response(turn, 'completed'),
  events(turn: Turn): object[] {
    const tool = toolOf(turn.made);
    const item = outputItem(turn, 'in_progress');
    const place = { item_id: item.id, output_index: 0 };
    const pieces = tool
      ? [{ type: 'response.function_call_arguments.delta', ...place, delta: tool.arguments }]
      : turn.made.deltas.map(({ content }) => ({
          type: 'response.output_text.delta',
          ...place,
          content_index: 0,
          delta: content,
          logprobs: [],
        }));
    const part = { type: 'output_text', text: '', annotations: [] };
    const text = writtenBy(turn.made);
    const around = tool
      ? [[], [{ type: 'response.function_call_arguments.done', ...place, arguments: tool.arguments, name: tool.name }]]
      : [
          [{ type: 'response.content_part.added', ...place, content_index: 0, part }],
          [
            { type: 'response.output_text.done', ...place, content_index: 0, text, logprobs: [] },
            { type: 'response.content_part.done', ...place, content_index: 0, part: { ...part, text } },
          ],
        ];
    const events = [
      { type: 'response.created', response: response(turn, 'in_progress') },
      { type: 'response.output_item.added', output_index: 0, item },
      ...(around[0] ?? []),
      ...pieces,
      ...(around[1] ?? []),
      { type: 'response.output_item.done', output_index: 0, item: outputItem(turn, 'completed') },
      { type: 'response.completed', response: response(turn, 'completed') },
    ];
    return events.map((event, sequence_number) => ({ ...event, sequence_number }));
  },
};

function outputItem({ id, made }: Turn, status: string) {
  const tool = toolOf(made);
  const item = { id: `item_${id}`, status };
  if (tool) {
    const written = status === 'completed' ? tool.arguments : '';
    return { ...item, type: 'function_call', call_id: 'call_stand_in_1', name: tool.name, arguments: written };
  }
  const text = writtenBy(made);
  const content = status === 'completed' ? [{ type: 'output_text', text, annotations: [], logprobs: [] }] : [];
  return { ...item, type: 'message', role: 'assistant', content };
}

function response(turn: Turn, status: string): object {
  const { id, model } = turn;
  const isDone = status === 'completed';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: now(),
    status,
    model: model.id,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tools: [],
    output: isDone ? [outputItem(turn, status)] : [],
    tool_choice: 'auto',
    temperature: 1,
    top_p: 1,
    usage: isDone ? responsesUsage(turn) : null,
  };
}

function responsesUsage({ exchange, model, tokens }: Turn): object {
  const { cached, reasoning } = poolsOf(tokens, exchange.behaviour);
  const { cost, is_byok, cost_details } = (usageOf(model, tokens, exchange.behaviour) ?? {}) as Record<string, unknown>;
  return {
    input_tokens: tokens.prompt,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: tokens.completion,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: tokens.prompt + tokens.completion,
    cost,
    is_byok,
    cost_details,
  };
}

/** Anthropic's Messages. */
export const MESSAGES = {
  whole: (turn: Turn): object => message(turn, contentOf(turn), messagesUsage(turn, turn.tokens.completion)),
  events(turn: Turn): object[] {
    const tool = toolOf(turn.made);
    const [block] = contentOf(turn);
    const index = 0;
    const pieces = tool
      ? [{ type: 'input_json_delta', partial_json: tool.arguments }]
      : turn.made.deltas.map(({ content }) => ({ type: 'text_delta', text: content }));
    const begun = tool ? { ...block, input: {} } : { ...block, text: '' };
    const delta = { stop_reason: stopReason(turn.made), stop_sequence: null };
    return [
      { type: 'message_start', message: { ...message(turn, [], messagesUsage(turn, 1)), stop_reason: null } },
      { type: 'content_block_start', index, content_block: begun },
      ...pieces.map((piece) => ({ type: 'content_block_delta', index, delta: piece })),
      { type: 'content_block_stop', index },
      { type: 'message_delta', delta, usage: { output_tokens: turn.tokens.completion } },
      { type: 'message_stop' },
    ];
  },
};

function contentOf({ made }: Turn): Record<string, unknown>[] {
  const tool = toolOf(made);
  if (!tool) return [{ type: 'text', text: made.message['content'], citations: null }];
  return [{ type: 'tool_use', id: 'toolu_stand_in_1', name: tool.name, input: JSON.parse(tool.arguments) as unknown }];
}

const message = ({ id, model, made }: Turn, content: object[], usage: object): object => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model: model.id,
  content,
  usage,
  stop_reason: stopReason(made),
  stop_sequence: null,
});

function stopReason({ finish_reason }: Made): string {
  if (finish_reason === 'tool_calls') return 'tool_use';
  return finish_reason === 'length' ? 'max_tokens' : 'end_turn';
}

/** Input tokens exclude those read from or written to the cache. */
function messagesUsage({ exchange, tokens }: Turn, output_tokens: number): object {
  const { cached, written } = poolsOf(tokens, exchange.behaviour);
  const input_tokens = tokens.prompt - cached - written;
  return { input_tokens, cache_read_input_tokens: cached, cache_creation_input_tokens: written, output_tokens };
}
