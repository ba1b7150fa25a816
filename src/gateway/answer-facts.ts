import { ANSWER_POOLS } from '../pricing/work.js';
import { type ReadUsage, toldUsage } from '../pricing/usage/usage.js';
import { type Told, toldBy } from './told.js';

/** How much of a call was made: `part` when it broke off or failed on the way. */
export type Made = 'all' | 'part' | 'nothing';

/** What is known of a call so far. */
export interface Progress {
  usage: ReadUsage | null;
  /** The model that the provider says works. */
  model: string | null;
}

interface Choice {
  index?: unknown;
  finish_reason?: unknown;
  native_finish_reason?: unknown;
  delta?: object | null;
  message?: object | null;
  text?: unknown;
}

const ID_MAX_CHARACTERS = 255;

/**
 * What a provider tells of a call, in an answer in one piece or in the events of a stream. Of a stream's usages only one
 * that came with its end, or after it, is the usage of the call: some providers count along with every event.
 */
export class AnswerFacts implements Progress {
  generation_id: string | null = null;
  /** The last one that was named: a router or an alias may be named first. */
  model: string | null = null;
  /** The last usage that was told. */
  usage: ReadUsage | null = null;
  /** Whether that usage counts all that was made. */
  is_whole_usage = false;
  /** What the provider says went wrong; null when nothing did. */
  error: unknown = null;
  /** Whether any of the answer itself came. */
  has_content = false;
  /** Why answers ended, in the order of their ends; of several that ended alike one is named. */
  readonly finish_reasons: string[] = [];
  /** Whether every answer that was asked for has ended. */
  is_finished = false;

  private counted: object = {};
  private isOver = false;
  private hasTold = false;
  private hasChoices = false;
  private hasSucceeded = false;
  private readonly ended = new Set<unknown>();

  /** `choices` is how many answers were asked for. */
  constructor(private readonly choices = 1) {}

  /** Takes in an event of a stream, or the whole answer. */
  learn(value: unknown): void {
    const told = toldBy(value);
    if (!told) return;
    const { id, model, usage, error, choices } = told;
    this.hasTold = true;
    if (isName(id)) this.generation_id ??= id;
    if (isName(model)) this.model = model;
    if (error) this.error = error;
    if (told.has_content) this.has_content = true;
    for (const choice of Array.isArray(choices) ? (choices as (Choice | null)[]) : []) this.learnChoice(choice ?? {});
    if (told.is_finished) this.is_finished = true;
    this.learnReason(told.finish_reason);
    this.count(usage, told);
  }

  private count(usage: unknown, { adds, answer }: Told): void {
    if (typeof usage !== 'object' || usage === null) return;
    this.counted = adds ? { ...this.counted, ...withoutNulls(usage) } : usage;
    const read = toldUsage(this.counted, answer);
    if (!read || (isEmpty(read) && this.usage !== null)) return;
    this.usage = read;
    this.is_whole_usage = this.is_finished;
  }

  /** The provider ended the answer by itself; whether it is complete is another matter. */
  end(): void {
    this.isOver = true;
  }

  /** The answer is complete, or the mark of its end was seen. */
  complete(): void {
    this.end();
    this.is_finished = true;
    this.is_whole_usage = this.usage !== null;
  }

  /**
   * How much was made of a call whose answer is over; null while only the provider's records can tell. A zero cost is
   * believed where nothing came and the provider names no reason for the end, or a failure; else it means "not known".
   */
  get made(): Made | null {
    if (!this.has_content && this.hasMadeNothing()) return 'nothing';
    return this.is_whole_usage && this.error === null ? 'all' : null;
  }

  private hasMadeNothing(): boolean {
    if (!this.hasTold) return this.isOver;
    if (this.usage !== null && !isNothing(this.usage)) return false;
    if (this.error !== null) return true;
    const isZero = this.usage?.provider_cost === 0n;
    return isZero && this.is_finished && this.hasChoices && !this.hasSucceeded;
  }

  private learnReason(reason: unknown): void {
    if (isName(reason) && !this.finish_reasons.includes(reason)) this.finish_reasons.push(reason);
  }

  private learnChoice({ index = 0, finish_reason, native_finish_reason, delta, message, text }: Choice): void {
    this.hasChoices = true;
    const said = { ...(delta ?? message), role: null, text };
    if (Object.values(said).some(isSaid)) this.has_content = true;
    if (typeof finish_reason !== 'string' || finish_reason === '') return;
    this.learnReason(finish_reason);
    if (!isFailure(finish_reason, native_finish_reason)) this.hasSucceeded = true;
    this.ended.add(index);
    this.is_finished = this.ended.size >= this.choices;
  }
}

/** Whether the reason of an end, in OpenRouter's words and in the provider's own, is a failure, or none was given. */
export function isFailure(finish_reason: unknown, native_finish_reason: unknown): boolean {
  const isBlank = finish_reason === null || finish_reason === undefined || finish_reason === '';
  return isBlank || finish_reason === 'error' || native_finish_reason === 'network_error';
}

/** Whether no answer was counted, and nobody takes anything for the prompt. */
export function isNothing({ provider_cost, is_byok, tokens }: ReadUsage): boolean {
  const hasAnswer = [...ANSWER_POOLS].some((pool) => tokens[pool] > 0);
  return !hasAnswer && !provider_cost && !is_byok;
}

/** Whether a usage counts nothing at all; after one that did it takes nothing back. */
const isEmpty = ({ tokens_used, quantity, provider_cost }: ReadUsage): boolean =>
  tokens_used === 0 && quantity === null && !provider_cost;

const withoutNulls = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= ID_MAX_CHARACTERS;

function isSaid(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null;
}
