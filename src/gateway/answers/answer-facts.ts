import { ANSWER_POOLS } from '../../pricing/rating/work.js';
import { type ReadUsage, reportedUsage } from '../../pricing/usage/usage.js';
import { type AnswerParts, partsOf } from './answer-parts.js';

/** How much of a call was completed: `part` if it broke off or failed midway. */
export type ResultKind = 'all' | 'part' | 'nothing';

/** What is known about a call so far. */
export interface Progress {
  usage: ReadUsage | null;
  /** The model that the provider names. */
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
 * Collects what a provider reports about a call, in an unstreamed answer or in stream events. Some providers send an
 * interim usage with every event, so only a usage at or after the end counts as the usage of the call.
 */
export class AnswerFacts implements Progress {
  generation_id: string | null = null;
  /** The model named last; a router or an alias can be named first. */
  model: string | null = null;
  /** The latest usage. */
  usage: ReadUsage | null = null;
  /** Whether that usage covers the whole answer. */
  is_whole_usage = false;
  /** The error that the provider reported; null if none. */
  error: unknown = null;
  /** Whether any generated content arrived. */
  has_content = false;
  /** Distinct finish reasons of the answers, in the order in which they ended. */
  readonly finish_reasons: string[] = [];
  /** Whether every requested answer has ended. */
  is_finished = false;

  private counted: object = {};
  private isOver = false;
  private hasUsage = false;
  private hasChoices = false;
  private hasSucceeded = false;
  private readonly ended = new Set<unknown>();

  /** @param choices number of answers that the call asked for */
  constructor(private readonly choices = 1) {}

  /** Reads a stream event, or a complete answer. */
  read(value: unknown): void {
    const parts = partsOf(value);
    if (!parts) return;
    const { id, model, usage, error, choices } = parts;
    this.hasUsage = true;
    if (isName(id)) this.generation_id ??= id;
    if (isName(model)) this.model = model;
    if (error) this.error = error;
    if (parts.has_content) this.has_content = true;
    for (const choice of Array.isArray(choices) ? (choices as (Choice | null)[]) : []) this.readChoice(choice ?? {});
    if (parts.is_finished) this.is_finished = true;
    this.learnReason(parts.finish_reason);
    this.count(usage, parts);
  }

  private count(usage: unknown, { adds, answer }: AnswerParts): void {
    if (typeof usage !== 'object' || usage === null) return;
    this.counted = adds ? { ...this.counted, ...withoutNulls(usage) } : usage;
    const read = reportedUsage(this.counted, answer);
    if (!read || (isEmpty(read) && this.usage !== null)) return;
    this.usage = read;
    this.is_whole_usage = this.is_finished;
  }

  /** Notes that the provider ended the answer, complete or not. */
  end(): void {
    this.isOver = true;
  }

  /** Notes that the answer is complete or its end marker arrived. */
  complete(): void {
    this.end();
    this.is_finished = true;
    this.is_whole_usage = this.usage !== null;
  }

  /**
   * How much of an ended call was completed; null if only the provider's records can tell. A zero cost is trusted only
   * if no content arrived and the provider gave a failure or no reason for the end; otherwise it means "unknown".
   */
  get made(): ResultKind | null {
    if (!this.has_content && this.hasMadeNothing()) return 'nothing';
    return this.is_whole_usage && this.error === null ? 'all' : null;
  }

  private hasMadeNothing(): boolean {
    if (!this.hasUsage) return this.isOver;
    if (this.usage !== null && !isNothing(this.usage)) return false;
    if (this.error !== null) return true;
    const isZero = this.usage?.provider_cost === 0n;
    return isZero && this.is_finished && this.hasChoices && !this.hasSucceeded;
  }

  private learnReason(reason: unknown): void {
    if (isName(reason) && !this.finish_reasons.includes(reason)) this.finish_reasons.push(reason);
  }

  private readChoice({ index = 0, finish_reason, native_finish_reason, delta, message, text }: Choice): void {
    this.hasChoices = true;
    const content = { ...(delta ?? message), role: null, text };
    if (Object.values(content).some(hasText)) this.has_content = true;
    if (typeof finish_reason !== 'string' || finish_reason === '') return;
    this.learnReason(finish_reason);
    if (!isFailure(finish_reason, native_finish_reason)) this.hasSucceeded = true;
    this.ended.add(index);
    this.is_finished = this.ended.size >= this.choices;
  }
}

/** Whether a finish reason, normalised by OpenRouter or native to the provider, is a failure or missing. */
export function isFailure(finish_reason: unknown, native_finish_reason: unknown): boolean {
  const isBlank = finish_reason === null || finish_reason === undefined || finish_reason === '';
  return isBlank || finish_reason === 'error' || native_finish_reason === 'network_error';
}

/** Whether a usage has no output tokens and no charge for the prompt. */
export function isNothing({ provider_cost, is_byok, tokens }: ReadUsage): boolean {
  const hasAnswer = [...ANSWER_POOLS].some((pool) => tokens[pool] > 0);
  return !hasAnswer && !provider_cost && !is_byok;
}

/** Whether a usage counts nothing. An empty usage does not replace an earlier one. */
const isEmpty = ({ tokens_used, quantity, provider_cost }: ReadUsage): boolean =>
  tokens_used === 0 && quantity === null && !provider_cost;

const withoutNulls = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= ID_MAX_CHARACTERS;

function hasText(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null;
}
