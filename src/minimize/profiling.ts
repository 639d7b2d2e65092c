import type { MinimizationHandle } from '../native-binding.d.ts';
import type { Profile, ProfileEvents, ProfilePhase } from './types.ts';

/** Most spans of a run on the timeline of `performance`, which keeps what it gets; and nanoseconds of the shortest: one costs some microseconds. */
const MOST_MEASURES = 1000;
const SHORTEST_MEASURE = 5e5;

/** Records a run. */
export class Profiling {
  /** When the clock of the recorder began, in milliseconds of `performance.now()`. */
  readonly #origin: number;
  readonly #handle: MinimizationHandle;

  constructor(handle: MinimizationHandle) {
    this.#handle = handle;
    const before = performance.now();
    handle.record();
    // Both clocks are monotone and run alike: they are compared once.
    this.#origin = (before + performance.now()) / 2;
  }

  /** A time of `performance.now()` in nanoseconds of the recorder's clock. */
  nanos(time: number): number {
    return 1e6 * (time - this.#origin);
  }

  /** What was recorded so far. */
  read(): Pick<Profile, 'phases' | 'events'> {
    const recorded = this.#handle.profile();
    if (!recorded) return { phases: undefined, events: undefined };
    const phases: ProfilePhase[] = [];
    for (const { parent, ...row } of recorded.phases) {
      const around = parent === undefined || parent === null ? undefined : phases[parent];
      const known = (count: number): number | undefined => (count > 0 ? count : undefined);
      const rate = (count: number): number | undefined => (count > 0 && row.seconds > 0 ? (1e-9 * count) / row.seconds : undefined);
      phases.push({
        name: row.name,
        path: around ? `${around.path}/${row.name}` : row.name,
        depth: row.depth,
        calls: row.calls,
        seconds: row.seconds,
        selfSeconds: row.selfSeconds,
        bytes: known(row.bytes),
        flops: known(row.flops),
        gigabytesPerSecond: rate(row.bytes),
        gigaflopsPerSecond: rate(row.flops),
      });
    }
    const n = recorded.events.length / 5;
    const column = (k: number): Float64Array => recorded.events.subarray(k * n, (k + 1) * n);
    const events: ProfileEvents = {
      phase: Uint32Array.from(column(0)),
      begin: column(1),
      end: column(2),
      bytes: column(3),
      flops: column(4),
      origin: this.#origin,
      dropped: recorded.dropped,
    };
    return { phases, events };
  }

  /** Puts the run and its longer outermost spans on the timeline of `performance`. After the run: nothing of it then costs the run anything. */
  mark({ phases, events }: Profile): void {
    performance.measure('lgf:minimize', { start: this.#origin, end: performance.now() });
    if (!phases || !events) return;
    const { phase, begin, end, origin } = events;
    for (let i = 0, left = MOST_MEASURES; i < phase.length && left > 0; i++) {
      const row = phases[phase[i] as number];
      const [from, to] = [begin[i] as number, end[i] as number];
      if (row?.depth !== 0 || to - from < SHORTEST_MEASURE) continue;
      performance.measure(`lgf:${row.name}`, { start: origin + 1e-6 * from, end: origin + 1e-6 * to });
      left--;
    }
  }
}
