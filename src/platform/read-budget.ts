import { DomainError } from './errors.js';

const RETRY_AFTER_S = 2;

/** How much may run and wait at once. */
export interface ReadLimits {
  readonly at_once: number;
  /** Most reads that wait, in all and of one reader. */
  readonly waiting_max: number;
  readonly waiting_of_one_max: number;
  /** A read that was not served by then is refused, unless it is patient. */
  readonly wait_max_ms: number;
}

/** A read that waits for its turn. */
interface Waiting {
  readonly begin: () => void;
}

/**
 * Lets a few reads run at once and the others wait. Those who wait are served in turn, whatever each of them asks for:
 * somebody with many reads waits for the own ones, and hardly for anybody else's.
 */
export class ReadBudget {
  private running = 0;
  private waiting = 0;
  /** The reader whose turn is next comes first. */
  private readonly queues = new Map<string, Waiting[]>();

  constructor(private readonly limits: ReadLimits) {}

  /** How many reads wait. */
  get length(): number {
    return this.waiting;
  }

  /**
   * Runs a read when its turn has come.
   * @throws DomainError unavailable `overloaded` when too many wait already, or its turn did not come in time
   */
  async run<T>(reader: string, work: () => Promise<T>, { is_patient = false } = {}): Promise<T> {
    if (this.running >= this.limits.at_once) await this.turn(reader, is_patient);
    else this.running += 1;
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  private turn(reader: string, is_patient: boolean): Promise<void> {
    const queue = this.queues.get(reader) ?? [];
    if (this.waiting >= this.limits.waiting_max || queue.length >= this.limits.waiting_of_one_max) throw overloaded();
    this.waiting += 1;
    this.queues.set(reader, queue);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.leave(reader, waiting);
        reject(overloaded());
      };
      const timer = is_patient ? undefined : setTimeout(giveUp, this.limits.wait_max_ms);
      const waiting = {
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      queue.push(waiting);
    });
  }

  /** Takes a read out of its queue. */
  private leave(reader: string, waiting: Waiting): void {
    const rest = (this.queues.get(reader) ?? []).filter((other) => other !== waiting);
    if (rest.length > 0) this.queues.set(reader, rest);
    else this.queues.delete(reader);
    this.waiting -= 1;
  }

  /** Hands a place that became free to the next in turn, who goes to the end for the read after this one. */
  private pass(): void {
    const [reader, queue] = this.queues.entries().next().value ?? ['', []];
    const next = queue.shift();
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    this.queues.delete(reader);
    if (queue.length > 0) this.queues.set(reader, queue);
    this.waiting -= 1;
    next.begin();
  }
}

function overloaded(): DomainError {
  const detail = 'Too many reports are being made. Try again shortly; charges are not affected.';
  return new DomainError('unavailable', 'overloaded', detail, { retry_after_s: RETRY_AFTER_S });
}
