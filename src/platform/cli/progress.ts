import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** Shows the progress of a long command, on stderr and only on a terminal. */
export class Progress {
  private bar: SingleBar | null = null;

  constructor(
    private readonly terminal: Terminal,
    private readonly what: string,
  ) {}

  /** The first call draws the bar. */
  update(done: number, total: number): void {
    if (!this.terminal.isWatched) return;
    this.bar ??= this.draw(total);
    this.bar.update(done);
  }

  /** Removes the bar. */
  stop(): void {
    this.bar?.stop();
  }

  private draw(total: number): SingleBar {
    const format = `{bar} {percentage}% | {value}/{total} ${this.what} | {eta_formatted} left`;
    const options = { format, clearOnComplete: true, hideCursor: true, stream: process.stderr };
    const bar = new SingleBar(options, Presets.shades_grey);
    bar.start(total, 0);
    return bar;
  }
}
