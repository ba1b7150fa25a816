/**
 * The rules of budgets as a sequential model with plain numbers of units, like the model of the money. No code is shared
 * with the code under test.
 */

/** Units of one call. */
export const CALL = 10_000_000_000;

/** Work that is charged or held. */
export interface ModelWork {
  service: string;
  tags: readonly string[];
  /** Whether it is done with the API key. */
  is_by_key: boolean;
}

export interface ModelBudget {
  readonly id: string;
  readonly scope: { service?: string; tag?: string; is_by_key?: true };
  readonly unit: 'credits' | 'calls';
  readonly limit: number;
  readonly blocks: boolean;
  /** Whether its window is the period of the plan; otherwise it does not end during the test. */
  readonly is_of_period: boolean;
  used: number;
  held: number;
  boost: number;
}

/** What is left of a budget. */
export const headroomOf = ({ limit, boost, used, held }: ModelBudget): number =>
  Math.max(0, limit + boost - used - held);

const sizeOf = ({ unit }: ModelBudget, credits: number): number => (unit === 'credits' ? credits : CALL);

/** The budgets of an account. */
export class ModelBudgets {
  private holds = new Map<string, { size: number; work: ModelWork }>();

  constructor(readonly all: ModelBudget[]) {}

  clone(): ModelBudgets {
    const copy = new ModelBudgets(this.all.map((budget) => ({ ...budget })));
    copy.holds = new Map(this.holds);
    return copy;
  }

  /** Everything that later work depends on, as text. */
  get digest(): string {
    return this.all.map(({ used, held, boost }) => `${used} ${held} ${boost}`).join();
  }

  /** The budgets that new work does not fit, the one first that allows the least part of it. */
  refuse(work: ModelWork, credits: number): ModelBudget[] {
    const full = this.about(work).filter((b) => b.blocks && headroomOf(b) < sizeOf(b, credits));
    const part = (a: ModelBudget, b: ModelBudget): bigint => BigInt(headroomOf(a)) * BigInt(sizeOf(b, credits));
    return full.toSorted((a, b) => Number(part(a, b) - part(b, a)));
  }

  charge(work: ModelWork, credits: number): void {
    if (credits === 0) return;
    for (const budget of this.about(work)) budget.used += sizeOf(budget, credits);
  }

  hold(id: string, work: ModelWork, size: number): void {
    this.holds.set(id, { size, work });
    for (const budget of this.about(work)) budget.held += sizeOf(budget, size);
  }

  /** Gives back what a hold set aside. @returns its work */
  release(id: string): ModelWork {
    const { size, work } = this.holds.get(id)!;
    this.holds.delete(id);
    for (const budget of this.about(work)) budget.held -= sizeOf(budget, size);
    return work;
  }

  /** Gives back what holds set aside that are no longer active. */
  keepOnly(active: ReadonlyMap<string, unknown>): void {
    for (const id of [...this.holds.keys()]) if (!active.has(id)) this.release(id);
  }

  boost(id: string, amount: number): void {
    this.all.find((budget) => budget.id === id)!.boost += amount;
  }

  /** A new period of the plan begins. */
  beginPeriod(): void {
    for (const budget of this.all.filter(({ is_of_period }) => is_of_period))
      Object.assign(budget, { used: 0, boost: 0 });
  }

  private about(work: ModelWork): ModelBudget[] {
    return this.all.filter(
      ({ scope: { service, tag, is_by_key } }) =>
        (service === undefined || service === work.service) &&
        (tag === undefined || work.tags.includes(tag)) &&
        (is_by_key === undefined || work.is_by_key),
    );
  }
}
