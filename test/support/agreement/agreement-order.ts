import { AccountModel } from './agreement-model.js';
import type { Mismatch } from './agreement-compare.js';
import { type Call, type History, clockOf, isDone, type Line, type Terms } from './agreement-history.js';

/** A possible next step, and the account after it. */
interface Step {
  what: string;
  /** Time by the database's clock if known, otherwise by the caller's. The search tries the earliest first. */
  when: [instant: number, end: number];
  model: AccountModel;
  call: number | null;
  lines: number;
}

/** State of the search: the account, the lines and calls already placed, and the next steps to try. */
interface Place {
  model: AccountModel;
  what: string;
  line: number;
  placed: number[];
  steps: Step[];
}

const NO_EFFECT = new Set(['balance', 'grants']);
const STEPS_MAX = 100_000;
const TOLD = 12;

/**
 * Looks for an order of an account's calls in which each of them, run alone, gives exactly its answer: calls that did
 * not overlap keep their order, calls that booked lines come in the order of these, and renewals and expiries are
 * booked in between, on time. Returns null when there is one, else an account of how far any order gets.
 */
export function disagreementOf(history: History, terms: ReadonlyMap<string, Terms>): Mismatch {
  return strayOf(history) ?? new Order(history, terms).search();
}

/** Rows that no call explains. */
function strayOf({ calls, lines, holds, user_id }: History): Mismatch {
  const ids = new Set(calls.filter((call) => isDone(call) && !call.hit).map((call) => call.request_id));
  const line = lines.find(
    ({ request_id, is_opening, is_bookkeeping }) => !is_opening && !is_bookkeeping && !ids.has(request_id!),
  );
  if (line) return `${user_id}: the line ${line.id} was booked by a call that told nobody of it`;
  const answered = new Set(calls.map(({ answer }) => answer.id));
  const hold = [...holds.keys()].find((id) => !answered.has(id));
  return hold === undefined ? null : `${user_id}: nobody was told of the hold ${hold}`;
}

class Order {
  private readonly placed: Uint8Array;
  private readonly indexes: ReadonlyMap<Call, number>;
  /** Calls before this one are all placed. */
  private first = 0;
  /** The clock of each call that had an effect without a line. */
  private readonly clocks: (number | null)[];
  /** The same, but for calls of a transaction that booked lines too: when it saved these. */
  private readonly likelyInstants: (number | null)[];
  private readonly linesBy = new Map<string, Line[]>();
  private readonly failed = new Set<string>();
  private deepest = { depth: -1, report: '' };

  constructor(
    private readonly history: History,
    private readonly terms: ReadonlyMap<string, Terms>,
  ) {
    this.placed = new Uint8Array(history.calls.length);
    this.indexes = new Map(history.calls.map((call, i) => [call, i]));
    for (const line of history.lines) {
      if (line.is_opening || line.is_bookkeeping) continue;
      const own = this.linesBy.get(line.request_id!) ?? [];
      own.push(line);
      this.linesBy.set(line.request_id!, own);
    }
    this.clocks = history.calls.map((call) =>
      hasEffect(call) && !this.linesBy.has(call.request_id) ? clockOf(call, history) : null,
    );
    const saves = this.savesByStamp();
    this.likelyInstants = this.clocks.map((clock) => saves.get(clock ?? Number.NaN) ?? clock);
  }

  /**
   * A transaction under the account's lock reads the clock first and stamps its holds with it, to the millisecond, and
   * its lines when it saves them. So a hold with such an id was asked for among the calls of the next save, if that one
   * was over when the call was answered, and with it whatever else bears the same stamp.
   */
  private savesByStamp(): Map<number, number> {
    const holds = this.history.calls.filter((call) => call.kind === 'hold' && hasEffect(call));
    return new Map(
      holds.flatMap((call): [number, number][] => {
        if (!isWholeMillisecond(call.answer.id as string)) return [];
        const stamp = clockOf(call, this.history)!;
        const save = this.history.lines.find(({ at }) => at >= stamp && at <= call.answered_at);
        return save ? [[stamp, save.at]] : [];
      }),
    );
  }

  search(): Mismatch {
    const path = [
      this.arrive(
        { what: 'start', when: [0, 0], model: new AccountModel(this.history, this.terms), call: null, lines: 0 },
        0,
      ),
    ];
    for (let tried = 0; tried < STEPS_MAX; tried += 1) {
      const place = path.at(-1);
      if (!place) return this.deepest.report;
      if (this.isComplete(place)) {
        const mismatch = place.model.ended();
        if (mismatch === null) return null;
        this.note(path, `in the end: ${mismatch}`);
      }
      const step = place.steps.shift();
      if (step) path.push(this.arrive(step, place.line + step.lines));
      else this.leave(path);
    }
    return `gave up after ${STEPS_MAX} steps; ${this.deepest.report}`;
  }

  private isComplete({ line }: Place): boolean {
    return this.first === this.history.calls.length && line === this.history.lines.length;
  }

  /** Takes a step, places every call without effect that agrees, and computes the possible next steps. */
  private arrive({ what, model, call }: Step, line: number): Place {
    const place: Place = { model, what, line, placed: [], steps: [] };
    if (call !== null) this.put(place, call);
    let isMoving = !model.isLate(undefined);
    while (isMoving) {
      isMoving = false;
      for (const i of this.window()) {
        if (hasEffect(this.history.calls[i]!) || this.explain(model, i) !== null) continue;
        this.put(place, i);
        isMoving = true;
      }
    }
    if (!this.failed.has(this.keyOf(place))) place.steps = this.stepsFrom(place);
    return place;
  }

  private leave(path: Place[]): void {
    const place = path.at(-1)!;
    this.failed.add(this.keyOf(place));
    this.note(path, null);
    for (const i of place.placed) this.placed[i] = 0;
    this.first = Math.min(this.first, ...place.placed);
    path.pop();
  }

  private put(place: Place, i: number): void {
    this.placed[i] = 1;
    place.placed.push(i);
    while (this.placed[this.first] === 1) this.first += 1;
  }

  /** The calls that can be next: no unplaced call ended before they started. */
  private window(): number[] {
    const { calls } = this.history;
    const open: number[] = [];
    let soonestEnd = Number.POSITIVE_INFINITY;
    for (let i = this.first; i < calls.length && calls[i]!.start <= soonestEnd; i += 1) {
      if (this.placed[i] === 1) continue;
      open.push(i);
      soonestEnd = Math.min(soonestEnd, calls[i]!.end);
    }
    return open;
  }

  private explain(model: AccountModel, i: number): Mismatch {
    return model.explain(this.history.calls[i]!, (maker) => this.placed[this.indexes.get(maker)!] === 1);
  }

  private stepsFrom(place: Place): Step[] {
    const { lines } = this.history;
    const next = lines[place.line];
    const steps = this.bookings(place, next);
    if (next?.is_opening) {
      const model = place.model.clone();
      if (model.open(next) === null) steps.push({ what: 'opening', when: [next.at, -1], model, call: null, lines: 1 });
    }
    for (const i of this.window()) {
      const step = this.tryCall(place, i);
      if (typeof step !== 'string') steps.push(step);
    }
    return steps.sort((a, b) => a.when[0] - b.when[0] || a.when[1] - b.when[1]);
  }

  /** Returns the effect of the call if it is next, or why it cannot be next. */
  private tryCall(place: Place, i: number): Step | string {
    const call = this.history.calls[i]!;
    if (!hasEffect(call)) return this.explain(place.model, i) ?? 'waits for something that is late';
    const own = this.linesBy.get(call.request_id) ?? [];
    const tooSoon = own[0] ? this.isLineTooSoon(place, own[0]) : this.isClockOff(place, i);
    if (tooSoon !== null) return tooSoon;
    if (place.model.isLate(own[0])) return 'something that fell due must be booked before';
    const model = place.model.clone();
    const mismatch = model.act(call, this.history.lines.slice(place.line, place.line + own.length));
    if (mismatch !== null) return mismatch;
    const instant =
      own[0]?.at ?? this.likelyInstants[i] ?? this.history.lines[place.line]?.at ?? Number.POSITIVE_INFINITY;
    return { what: `${call.kind} ${call.request_id}`, when: [instant, call.end], model, call: i, lines: own.length };
  }

  private isLineTooSoon({ model, line }: Place, own: Line): Mismatch {
    if (own !== this.history.lines[line]) return 'its line comes later';
    const isOvertaking = this.window().some((i) => model.isOver(this.clocks[i] ?? Number.POSITIVE_INFINITY, own));
    return isOvertaking ? 'a call without a line comes before' : null;
  }

  private isClockOff({ model, line }: Place, i: number): Mismatch {
    const clock = this.clocks[i] ?? null;
    if (clock === null || model.isTime(clock, this.history.lines[line])) return null;
    return `it looked at the clock at ${new Date(clock).toISOString()}`;
  }

  private bookings(place: Place, next: Line | undefined): Step[] {
    const { lines } = this.history;
    const until = next?.at ?? Number.POSITIVE_INFINITY;
    const session: Line[] = [];
    for (let i = place.line; lines[i]?.is_bookkeeping && lines[i]!.session === next?.session; i += 1)
      session.push(lines[i]!);
    const attempt = (instant: number, booked: Line[]): Step[] => {
      const model = place.model.clone();
      if (model.book(instant, booked) !== null) return [];
      const when: Step['when'] = [booked[0]?.at ?? instant, -1];
      return [
        {
          what: `booking of what fell due by ${new Date(instant).toISOString()}`,
          when,
          model,
          call: null,
          lines: booked.length,
        },
      ];
    };
    const unlined = place.model
      .bookingInstants(Math.min(until, this.history.until), [])
      .flatMap((at) => attempt(at, []));
    const lined =
      session.length > 0 ? place.model.bookingInstants(until, session).flatMap((at) => attempt(at, session)) : [];
    return [...lined, ...unlined];
  }

  private keyOf({ model, line }: Place): string {
    const open = this.window();
    return `${line} ${this.first} ${open.join()} ${model.digest}`;
  }

  private note(path: readonly Place[], mismatch: Mismatch): void {
    const place = path.at(-1)!;
    const depth = path.reduce((sum, { placed }) => sum + placed.length, place.line);
    if (depth <= this.deepest.depth) return;
    const { lines, calls, user_id } = this.history;
    const next = lines[place.line];
    const stuck = this.window().map((i) => {
      const call = calls[i]!;
      const why = this.tryCall(place, i);
      return `  ${callText(call)}\n    ${typeof why === 'string' ? why : 'could be next, but leads nowhere'}`;
    });
    this.deepest = {
      depth,
      report: [
        `${user_id}: no order of its ${calls.length} calls and ${lines.length} lines agrees with the model; the best gets to this:`,
        ...path
          .slice(-TOLD)
          .map(
            ({ what, placed }) => `  ${what}${placed.length > 1 ? ` (and ${placed.length - 1} without effect)` : ''}`,
          ),
        `then the account has ${place.model.describe()}`,
        mismatch ??
          `next line: ${next ? JSON.stringify(next) : 'none'}\ncalls that would have to be next:\n${stuck.join('\n')}`,
      ].join('\n'),
    };
  }
}

/** Whether a UUIDv7 contains no fraction of a millisecond. */
const isWholeMillisecond = (id: string): boolean => id.slice(15, 18) === '000';

const hasEffect = (call: Call): boolean => isDone(call) && !call.hit && !NO_EFFECT.has(call.kind);

function callText({ kind, request_id, amount, key, status, hit, start, end }: Call): string {
  const asked = `${kind} ${request_id} of ${amount} units${key === undefined ? '' : ` (key ${key})`}`;
  return `${asked}, ${start.toFixed(1)} to ${end.toFixed(1)} ms: ${status}${hit ? ' (replay)' : ''}`;
}
