import { argumentError } from '../errors.ts';
import type { Profile } from '../minimize/types.ts';

/** The process and thread of all events: spans of a run follow each other, on whichever thread a stretch of it was computed. */
const TRACK = '"pid":1,"tid":1';

/**
 * The spans of a run as a trace for https://ui.perfetto.dev or chrome://tracing: the content of a JSON file.
 *
 * @param profile - `result.profile` of a run with the option `profile`.
 * @returns complete events (`"ph":"X"`) in the order in which they began, times in microseconds from the beginning of the recording, with bytes,
 * operations and rates as arguments where they are known; `otherData.dropped` says how many more there were
 * @throws {@link LgfError} `ERR_LGF_ARGUMENT` naming `profile` for a run that was not recorded
 * @see Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * ```ts
 * import { chromeTrace, minimize, problems } from 'learned-gradient-flow';
 * const { profile } = await minimize(problems.heatRod(), null, { maxEvaluations: 10, profile: true });
 * const { traceEvents } = JSON.parse(chromeTrace(profile));
 * console.log(traceEvents.filter((event: { name: string }) => event.name === 'evaluate').length); // → 10
 * ```
 */
export function chromeTrace(profile: Profile): string {
  const { phases, events } = profile ?? {};
  if (!phases || !events) throw argumentError('profile', profile, 'the profile of a run with the option profile');
  const lines = [
    `{"name":"process_name","ph":"M",${TRACK},"args":{"name":"learned-gradient-flow"}}`,
    `{"name":"thread_name","ph":"M",${TRACK},"args":{"name":"run"}}`,
  ];
  const heads = phases.map(({ name, path }) => `{"name":${JSON.stringify(name)},"cat":${JSON.stringify(path)},"ph":"X",${TRACK}`);
  const { phase, begin, end, bytes, flops, dropped } = events;
  for (let i = 0; i < phase.length; i++) {
    const [from, to] = [begin[i] as number, end[i] as number];
    const args = counted(bytes[i] as number, flops[i] as number, to - from);
    lines.push(`${heads[phase[i] as number]},"ts":${micros(from)},"dur":${micros(to - from)}${args}}`);
  }
  return `{"displayTimeUnit":"ns","otherData":{"dropped":${dropped}},"traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** Nanoseconds as microseconds, exactly. */
function micros(nanos: number): string {
  const whole = Math.floor(nanos / 1000);
  return `${whole}.${String(nanos - 1000 * whole).padStart(3, '0')}`;
}

function counted(bytes: number, flops: number, nanos: number): string {
  const args: string[] = [];
  if (bytes > 0) args.push(`"bytes":${bytes}`, ...(nanos > 0 ? [`"GB/s":${(bytes / nanos).toFixed(3)}`] : []));
  if (flops > 0) args.push(`"flops":${flops}`, ...(nanos > 0 ? [`"GFLOP/s":${(flops / nanos).toFixed(3)}`] : []));
  return args.length > 0 ? `,"args":{${args.join(',')}}` : '';
}
