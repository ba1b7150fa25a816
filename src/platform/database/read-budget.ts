import { DomainError } from '../errors.js';

const RETRY_AFTER_S = 2;

/** Limits on running and waiting reads. */
export interface ReadLimits {
  readonly concurrency: number;
  /** Maximum number of waiting reads, in total and per reader. */
  readonly waiting_max: number;
  readonly waiting_of_one_max: number;
  /** A read that waits longer is refused, unless it is patient. */
  readonly wait_max_ms: number;
}

/** A read waiting for its turn. */
interface Waiting {
  readonly begin: () => void;
}

/**
 * Runs a few reads concurrently and queues the others. Readers are served in turn (round robin), so a reader with many
 * reads mostly waits for its own.
 */
export class ReadBudget {
  private running = 0;
  private waiting = 0;
  /** Ordered by turn: the next reader comes first. */
  private readonly queues = new Map<string, Waiting[]>();

  constructor(private readonly limits: ReadLimits) {}

  /** Number of waiting reads. */
  get length(): number {
    return this.waiting;
  }

  /**
   * Runs a read when its turn comes.
   * @throws DomainError unavailable `overloaded` if too many reads are waiting, or its turn did not come in time
   */
  async run<T>(reader: string, work: () => Promise<T>, { is_patient = false } = {}): Promise<T> {
    if (this.running >= this.limits.concurrency) await this.turn(reader, is_patient);
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

  /** Removes a read from its queue. */
  private leave(reader: string, waiting: Waiting): void {
    const rest = (this.queues.get(reader) ?? []).filter((other) => other !== waiting);
    if (rest.length > 0) this.queues.set(reader, rest);
    else this.queues.delete(reader);
    this.waiting -= 1;
  }

  /** Gives a free slot to the next reader, who then moves to the end of the line. */
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
  const detail = 'Too many reports are being generated. Try again shortly; charges are not affected.';
  return new DomainError('unavailable', 'overloaded', detail, { retry_after_s: RETRY_AFTER_S });
}
