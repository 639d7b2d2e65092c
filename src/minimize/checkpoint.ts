import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { types } from 'node:util';
import { argumentError, checkOptions, LgfError, messageOf } from '../errors.ts';
import type { CheckpointOptions } from './types.ts';

/** Seconds between two checkpoints where nothing else is said. */
const EVERY_SECONDS = 30;

/** Writes a run down when it is time. */
export class Checkpoint {
  readonly everyIterations: number;
  readonly #path: string;
  readonly #everySeconds: number;
  #written = performance.now();
  #iterations = 0;

  constructor(options: CheckpointOptions) {
    try {
      checkOptions(options, ['path', 'everySeconds', 'everyIterations']);
    } catch (error) {
      const at = error instanceof LgfError && error.argument !== 'options' ? `checkpoint.${error.argument}` : 'checkpoint';
      throw new LgfError('ERR_LGF_ARGUMENT', messageOf(error), { argument: at });
    }
    const { path, everySeconds, everyIterations } = options;
    if (typeof path !== 'string' || path === '') throw argumentError('checkpoint.path', path, 'the path of a file');
    if (everySeconds !== undefined && everySeconds !== null && !(Number.isFinite(everySeconds) && everySeconds >= 0)) {
      throw argumentError('checkpoint.everySeconds', everySeconds, 'a number in [0, ∞)');
    }
    if (everyIterations !== undefined && everyIterations !== null && !(Number.isSafeInteger(everyIterations) && everyIterations >= 1)) {
      throw argumentError('checkpoint.everyIterations', everyIterations, 'an integer in [1, ∞)');
    }
    this.#path = path;
    this.everyIterations = everyIterations ?? Number.POSITIVE_INFINITY;
    this.#everySeconds = everySeconds ?? (everyIterations ? Number.POSITIVE_INFINITY : EVERY_SECONDS);
  }

  /** Seconds until the next one is due. */
  get seconds(): number {
    return Math.max(0, this.#everySeconds - (performance.now() - this.#written) / 1000);
  }

  /** Writes one if it is due; `completed` says that an iteration was. */
  tick(completed: boolean, snapshot: () => Uint8Array): void {
    if (completed) this.#iterations++;
    if (this.#iterations >= this.everyIterations || this.seconds === 0) this.write(snapshot());
  }

  /** Replaces the file as a whole: whoever reads it meanwhile, or after a crash, finds the old one or the new one. */
  write(bytes: Uint8Array): void {
    const draft = `${this.#path}.${process.pid}.tmp`;
    try {
      const file = openSync(draft, 'w');
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.#path);
    } catch (cause) {
      rmSync(draft, { force: true });
      throw new LgfError('ERR_LGF_ARGUMENT', `checkpoint.path: cannot be written: ${messageOf(cause)}`, {
        argument: 'checkpoint.path',
        cause,
      });
    }
    this.#written = performance.now();
    this.#iterations = 0;
  }
}

/** The bytes of a checkpoint, from its file or as they are. */
export function readCheckpoint(resume: string | Uint8Array): Uint8Array {
  if (types.isUint8Array(resume)) return resume;
  if (typeof resume !== 'string') throw argumentError('resume', resume, 'the path of a checkpoint, or its bytes');
  try {
    return readFileSync(resume);
  } catch (cause) {
    throw new LgfError('ERR_LGF_ARGUMENT', `resume: cannot be read: ${messageOf(cause)}`, { argument: 'resume', cause });
  }
}
