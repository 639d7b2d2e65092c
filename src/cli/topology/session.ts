// A run on disk: what it takes to go on with it. In a folder of its own within that of the run:
//   run.json          settings, the stage under way
//   history.jsonl     entries, a line each; more of them than the checkpoint knows after a crash
//   start-K.bin       the point at which stage K began
//   checkpoint-K.bin  the run of stage K, as `minimize` wrote it
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage.ts';
import type { Entry } from './history.ts';
import type { Settings } from './settings.ts';

const FORMAT = 'learned-gradient-flow topology';
const VERSION = 1;

/** A run that can be resumed. */
export class Session {
  readonly folder: string;
  readonly settings: Settings;
  readonly #entries: Entry[];
  #stage: number;

  private constructor(folder: string, settings: Settings, stage: number, entries: Entry[]) {
    this.folder = folder;
    this.settings = settings;
    this.#stage = stage;
    this.#entries = entries;
  }

  /** Begins one in the folder, in place of any other. */
  static begin(folder: string, settings: Settings): Session {
    const own = join(folder, 'resume');
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own);
    const session = new Session(own, settings, 0, []);
    session.#write();
    return session;
  }

  /** Takes up the one in the folder, with settings made of its own. */
  static resume(folder: string, settings: (own: Settings) => Settings): Session {
    const own = join(folder, 'resume');
    const file = join(own, 'run.json');
    if (!existsSync(file)) throw new UsageError(`--resume: got no run in ${folder}, expected the folder of an earlier one`);
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { format: unknown; version: unknown; settings: Settings; stage: number };
    if (stored.format !== FORMAT || stored.version !== VERSION)
      throw new UsageError(`--resume: got ${file}, which this version did not write`);
    const lines = existsSync(join(own, 'history.jsonl')) ? readFileSync(join(own, 'history.jsonl'), 'utf8').split('\n') : [];
    // A crash may have cut the last line off.
    const entries = lines.flatMap((line): Entry[] => {
      try {
        return [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
    const session = new Session(own, settings(stored.settings), stored.stage, entries);
    session.#write();
    session.#writeEntries();
    return session;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The stage under way, from 0. */
  get stage(): number {
    return this.#stage;
  }

  get checkpoint(): string {
    return join(this.folder, `checkpoint-${this.#stage}.bin`);
  }

  /** Whether the stage under way was checkpointed. */
  get isUnderWay(): boolean {
    return existsSync(this.checkpoint);
  }

  /** Where the stage began, unless that is the start of the problem. */
  get start(): Float64Array | undefined {
    const file = join(this.folder, `start-${this.#stage}.bin`);
    if (!existsSync(file)) return undefined;
    const bytes = readFileSync(file);
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  /** Drops entries that the checkpoint does not know of: from this evaluation of the stage on. */
  forgetFrom(evaluation: number): void {
    const kept = this.#entries.filter(
      (entry) => entry.stage < this.#stage || (entry.stage === this.#stage && entry.evaluation < evaluation),
    );
    if (kept.length === this.#entries.length) return;
    this.#entries.splice(0, this.#entries.length, ...kept);
    this.#writeEntries();
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    appendFileSync(join(this.folder, 'history.jsonl'), `${JSON.stringify(entry)}\n`);
  }

  /** Goes on to the next stage, from where this one ended. */
  next(x: Float64Array): void {
    const ended = this.#stage;
    this.#replace(`start-${ended + 1}.bin`, new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
    // From here on it is the next stage, whatever happens: the files of the old one have names of their own.
    this.#stage++;
    this.#write();
    for (const name of ['start', 'checkpoint']) rmSync(join(this.folder, `${name}-${ended}.bin`), { force: true });
  }

  #writeEntries(): void {
    this.#replace('history.jsonl', this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  #write(): void {
    const { settings } = this;
    this.#replace('run.json', JSON.stringify({ format: FORMAT, version: VERSION, settings, stage: this.#stage }));
  }

  /** As a whole: never half written. */
  #replace(name: string, content: string | Uint8Array): void {
    const draft = join(this.folder, `${name}.tmp`);
    writeFileSync(draft, content);
    renameSync(draft, join(this.folder, name));
  }
}
