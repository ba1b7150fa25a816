import type { Behaviour } from './behaviour.ts';
import { poolsOf, type Tokens } from './usage.ts';

/** The record of a call. */
export interface Generation {
  id: string;
  model: string;
  tokens: Tokens;
  /** USD, whoever pays it. */
  cost: number;
  behaviour: Behaviour;
  streamed: boolean;
  finish_reason: string | null;
  cancelled?: boolean;
}

const REMEMBERED_MAX = 10_000;

/** The records behind `GET /generation`. */
export class Generations {
  private readonly records = new Map<string, Generation>();
  private readonly written = new Map<string, object>();
  private readonly misses = new Map<string, number>();
  /** Ids differ between processes and sort by time within one. */
  private readonly series = Date.now();
  private count = 0;

  /** Stores a given record. */
  keep(record: { id: string }): void {
    this.written.set(record.id, record);
  }

  nextId(): string {
    this.count += 1;
    return `gen-${this.series}-${String(this.count).padStart(8, '0')}`;
  }

  add(record: Generation): void {
    this.records.set(record.id, record);
    this.misses.set(record.id, record.behaviour.generation_misses ?? 0);
    const [oldest] = this.records.keys();
    if (this.records.size <= REMEMBERED_MAX || oldest === undefined) return;
    this.records.delete(oldest);
    this.misses.delete(oldest);
  }

  /** Returns the record as callers see it; null until it is ready. */
  find(id: string): object | null {
    const written = this.written.get(id);
    if (written) return written;
    const record = this.records.get(id);
    const misses = this.misses.get(id) ?? 0;
    if (!record || misses > 0) {
      if (record) this.misses.set(id, misses - 1);
      return null;
    }
    const { model, tokens, cost, behaviour, streamed, finish_reason, cancelled = false } = record;
    const { cached, reasoning } = poolsOf(tokens, behaviour);
    const is_byok = behaviour.is_byok ?? false;
    const paid = is_byok ? 0 : cost;
    return {
      id,
      upstream_id: null,
      model,
      provider_name: 'StandIn',
      app_id: null,
      streamed,
      cancelled,
      finish_reason,
      native_finish_reason: finish_reason,
      total_cost: paid,
      usage: paid,
      cache_discount: null,
      is_byok,
      upstream_inference_cost: is_byok ? cost : null,
      tokens_prompt: tokens.prompt,
      tokens_completion: tokens.completion,
      native_tokens_prompt: tokens.prompt,
      native_tokens_completion: tokens.completion,
      native_tokens_reasoning: reasoning,
      native_tokens_cached: cached,
      latency: 1,
      generation_time: 1,
      created_at: new Date(this.series).toISOString(),
    };
  }
}
