// Minimizers in a Python process that come back here for every evaluation.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Counter } from './count.ts';

/** What the peer is to run. */
export interface Job {
  readonly method: string;
  readonly options: Readonly<Record<string, number>>;
}

/** How a run ended. */
export interface End {
  readonly message: string;
  readonly versions: Readonly<Record<string, string>>;
}

const [ASKS, DONE, NEWLINE] = [0x45, 0x44, 0x0a];

/** A Python process with `bench/peers/minimizers.py`. */
export class Peer {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(python: string) {
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    this.#process = spawn(python, [join(import.meta.dirname, '../peers/minimizers.py')], { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.#chunks = this.#process.stdout[Symbol.asyncIterator]();
  }

  async run({ method, options }: Job, counter: Counter, rate: number): Promise<End> {
    const { dimension, start, restart } = counter.case;
    const [x, answer] = [new Float64Array(dimension), Buffer.alloc(9 + 8 * dimension)];
    const g = new Float64Array(dimension);
    this.#process.stdin.write(`${JSON.stringify({ method, options, x0: Array.from(start), rate, restart })}\n`);
    while ((await this.#first()) === ASKS) {
      const bytes = await this.#take(8 * dimension);
      for (let i = 0; i < dimension; i++) x[i] = bytes.readDoubleLE(8 * i);
      const value = counter.evaluate(x, g);
      answer[0] = counter.finished ? 1 : 0;
      answer.writeDoubleLE(value, 1);
      for (let i = 0; i < dimension; i++) answer.writeDoubleLE(g[i] ?? 0, 9 + 8 * i);
      // A copy: the stream may hold on to what it was given.
      this.#process.stdin.write(Buffer.from(answer));
    }
    return JSON.parse((await this.#line()).toString()) as End;
  }

  close(): void {
    this.#process.stdin.end('\n');
  }

  /** The byte that says what comes. */
  async #first(): Promise<number> {
    const [byte] = await this.#take(1);
    if (byte !== ASKS && byte !== DONE) throw new Error(`the peer wrote the byte ${byte}`);
    return byte;
  }

  async #take(count: number): Promise<Buffer> {
    while (this.#pending.length < count) await this.#more();
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }

  async #line(): Promise<Buffer> {
    let end = this.#pending.indexOf(NEWLINE);
    for (; end < 0; end = this.#pending.indexOf(NEWLINE)) await this.#more();
    return this.#take(end + 1);
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true) throw new Error('the peer ended');
    this.#pending = this.#pending.length === 0 ? value : Buffer.concat([this.#pending, value]);
  }
}
