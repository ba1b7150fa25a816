/**
 * The load generator: a child process that keeps N connections busy with one request each, and reports what came back.
 * Our own, because it must send another user and another key with every request and must take as little as possible
 * of the two cores that it shares with what it measures (bench/README.md has the comparison). It reads no more of an
 * answer than its status line, its length and, of a hold, the id. Run by fork(): a Job comes in, a Report goes out.
 */
import { connect, type Socket } from 'node:net';
import type { Job, Report } from './load.ts';

const HEAD_END = '\r\n\r\n';
const LENGTH = 'content-length: ';
const HOLD_ID = /"id":"([0-9a-f-]{36})"/;
const PATIENCE_MS = 20_000;
const FAULT_CHARACTERS = 300;
const MICRO = 1_000_000;
/** Records of a batch. */
const BATCH = 1000;
/** Status of an accepted record, by workload; other workloads send no batches. */
const ACCEPTED: Partial<Record<Job['workload'], string>> = { track: 'recorded', deduct_batch: 'charged' };

/** What all connections of a job have counted so far. */
class Tally {
  readonly latencies: number[] = [];
  readonly faults: Record<string, number> = {};
  first_fault: string | null = null;
  lines = 0;
  keys = 0;
  charged_micro = 0;
  sent = 0;

  fault(name: string, details: string): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
    this.first_fault ??= `${name}: ${details.slice(0, FAULT_CHARACTERS)}`;
  }
}

/** One keep-alive connection: sends a request, awaits its answer, sends the next until the time is up. */
class Connection {
  private readonly job: Job;
  private readonly tally: Tally;
  private readonly window: { from: number; to: number };
  private readonly socket: Socket;
  private received = '';
  private sentAt = 0;
  private micro = 0;
  /** The hold to capture next. */
  private hold_id: string | null = null;
  private isDone = false;
  private readonly finished = Promise.withResolvers<undefined>();

  constructor(job: Job, tally: Tally, window: { from: number; to: number }) {
    this.job = job;
    this.tally = tally;
    this.window = window;
    this.socket = connect({ port: job.port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('connect', () => this.next());
    this.socket.on('data', (chunk) => this.take(chunk as unknown as string));
    this.socket.on('error', (error) => this.end('socket', error.message));
    this.socket.on('close', () => this.end('socket', 'closed by the server'));
  }

  /** Resolves when the last answer is there. */
  get done(): Promise<undefined> {
    return this.finished.promise;
  }

  end(fault?: string, details = ''): void {
    if (this.isDone) return;
    this.isDone = true;
    if (fault !== undefined) this.tally.fault(fault, details);
    this.socket.destroy();
    this.finished.resolve(undefined);
  }

  private next(): void {
    const { job, tally } = this;
    // a hold that was made is captured, so that none is left when the time is up
    const mustGoOn = this.hold_id !== null;
    if (!mustGoOn && (performance.now() >= this.window.to || tally.sent >= job.requests_max)) {
      this.end();
      return;
    }
    tally.sent += 1;
    this.sentAt = performance.now();
    this.socket.write(this.request());
  }

  private request(): string {
    const { job, tally } = this;
    if (ACCEPTED[job.workload] !== undefined) return this.message('POST', job.path, '', this.batch());
    const user_id = this.user();
    if (job.workload === 'balance') return this.message('GET', `${job.path}?user_id=${user_id}`, '');
    this.micro = randomMicro();
    const amount = amountOf(this.micro);
    const key = job.keyed ? `idempotency-key: ${job.run}-${tally.sent}\r\n` : '';
    if (this.hold_id !== null) {
      return this.message('POST', `${job.path}/${this.hold_id}/capture`, key, `{"amount":"${amount}"}`);
    }
    const body = `{"user_id":"${user_id}","amount":"${job.workload === 'hold' ? '0.010000' : amount}","service":"openrouter","model":"openai/gpt-4o-mini","metadata":{"call":${tally.sent}}}`;
    return this.message('POST', job.path, key, body);
  }

  private user(): string {
    return `${this.job.user_prefix}${Math.floor(Math.random() * this.job.users)}`;
  }

  /** Charged events, or charges, of random users and amounts. */
  private batch(): string {
    const { job, tally } = this;
    this.micro = 0;
    const records = Array.from({ length: BATCH }, (_, i) => {
      const micro = randomMicro();
      this.micro += micro;
      const name = `${job.run}-${tally.sent}-${i}`;
      const work = `"user_id":"${this.user()}","service":"openrouter","model":"openai/gpt-4o-mini"`;
      return job.workload === 'track'
        ? `{${work},"request_id":"${name}","input_tokens":1200,"output_tokens":340,"cost":"${amountOf(micro)}","charge":true}`
        : `{${work},"idempotency_key":"${name}","amount":"${amountOf(micro)}","metadata":{"call":${tally.sent}}}`;
    });
    return `[${records.join(',')}]`;
  }

  private message(method: string, path: string, key: string, body?: string): string {
    const content = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    return `${method} ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${this.job.token}\r\n${key}${content}\r\n${body ?? ''}`;
  }

  private take(chunk: string): void {
    this.received = this.received === '' ? chunk : this.received + chunk;
    const head = this.received.indexOf(HEAD_END);
    if (head === -1) return;
    const at = this.received.indexOf(LENGTH);
    if (at === -1 || at > head) {
      this.end('answer without a length', this.received);
      return;
    }
    const length = Number.parseInt(this.received.slice(at + LENGTH.length, at + LENGTH.length + 12), 10);
    if (this.received.length < head + HEAD_END.length + length) return;
    const answer = this.received;
    this.received = '';
    this.count(answer);
    this.next();
  }

  private count(answer: string): void {
    const { job, tally, window } = this;
    const now = performance.now();
    const status = answer.slice(9, 12);
    const expected = job.workload === 'hold' && this.hold_id === null ? '201' : '200';
    if (status !== expected) {
      this.hold_id = null;
      tally.fault(`status ${status}`, answer.slice(answer.indexOf(HEAD_END)));
      return;
    }
    const accepted = ACCEPTED[job.workload];
    const charges = accepted === undefined ? 1 : BATCH;
    if (job.keyed) tally.keys += charges;
    if (expected === '201') this.hold_id = HOLD_ID.exec(answer)?.[1] ?? null;
    else {
      this.hold_id = null;
      if (job.workload !== 'balance') {
        tally.lines += charges;
        tally.charged_micro += this.micro;
        if (accepted !== undefined && !isAll(accepted, answer)) tally.fault(`not all ${accepted}`, answer);
      }
    }
    if (now >= window.from && now <= window.to) tally.latencies.push(now - this.sentAt);
  }
}

const randomMicro = (): number => 1 + Math.floor(Math.random() * 9_999);
const amountOf = (micro: number): string => `0.${String(micro).padStart(6, '0')}`;
const isAll = (status: string, answer: string): boolean => answer.split(`"status":"${status}"`).length === BATCH + 1;

async function run(job: Job): Promise<Report> {
  const tally = new Tally();
  const start = performance.now();
  const window = { from: start + job.ramp_ms, to: start + job.ramp_ms + job.measure_ms };
  const connections = Array.from({ length: job.connections }, () => new Connection(job, tally, window));
  const tooLong = setTimeout(
    () => {
      for (const connection of connections) connection.end('no answer', `within ${PATIENCE_MS} ms`);
    },
    job.ramp_ms + job.measure_ms + PATIENCE_MS,
  );
  await Promise.all(connections.map((connection) => connection.done));
  clearTimeout(tooLong);
  const sorted = Float64Array.from(tally.latencies).sort();
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
  const seconds = (Math.min(performance.now(), window.to) - window.from) / 1000;
  return {
    per_s: (sorted.length / seconds) * (ACCEPTED[job.workload] === undefined ? 1 : BATCH),
    p50_ms: quantile(0.5),
    p99_ms: quantile(0.99),
    lines: tally.lines,
    keys: tally.keys,
    charged: tally.charged_micro / MICRO,
    faults: tally.faults,
    first_fault: tally.first_fault,
  };
}

process.on('message', (job: Job) => {
  void run(job).then((report) => process.send?.(report));
});
// the parent is gone: nobody wants an answer
process.on('disconnect', () => process.exit());
