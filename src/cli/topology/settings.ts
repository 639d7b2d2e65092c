// What the user may say about a run.
import { type Given, integerOf, numberOf, type Option } from '../arguments.ts';
import { UsageError } from '../usage.ts';
import { PRESETS } from './presets.ts';

/** Methods of `minimize` that the command offers. */
export const OPTIMIZERS = ['lgf-adaptive', 'optimality-criteria', 'mma', 'l-bfgs'] as const;
export const FILTERS = ['density', 'helmholtz', 'sensitivity'] as const;

/** What decides on the numbers of a run; kept with it, so that it can be resumed. */
export interface Settings {
  readonly preset: string;
  readonly size: readonly number[];
  readonly volumeFraction: number;
  readonly filter: (typeof FILTERS)[number];
  /** In elements; by default what the library says. */
  readonly radius?: number;
  readonly penalty: number;
  /** Sharpness of the projection to solid and void, stage by stage; 0 for none. */
  readonly projection: readonly number[];
  readonly optimizer: (typeof OPTIMIZERS)[number];
  /** Of all stages together. */
  readonly maxEvaluations: number;
  /** A stage ends when six accepted designs in a row have compliances within this share. */
  readonly tolerance: number;
  /** Accepted designs from one file of the series to the next; 0 for no series. */
  readonly every: number;
}

const DEFAULTS = { volumeFraction: 0.5, filter: 'density', penalty: 3, maxEvaluations: 200, tolerance: 1e-3 } as const;
const MOST_ELEMENTS = 2 ** 25;

const names = (list: readonly string[]): string => list.join(', ');

export const TOPOLOGY_SUMMARY = 'the stiffest structure of a given volume; plane or solid, a variable an element';

/** All options of the command. */
export const TOPOLOGY_OPTIONS: readonly Option[] = [
  { flag: 'preset', value: 'NAME', help: `structure: ${names(PRESETS.map(({ name }) => name))}; default ${PRESETS[0]?.name}` },
  { flag: 'size', value: 'NXxNY[xNZ]', help: `elements along each axis; default ${PRESETS[0]?.size.join('x')}, by preset` },
  { flag: 'volume-fraction', value: 'V', help: `share of the domain that is material; default ${DEFAULTS.volumeFraction}` },
  { flag: 'filter', value: 'NAME', help: `${names(FILTERS)}; default ${DEFAULTS.filter}` },
  { flag: 'radius', value: 'R', help: 'radius of the filter in elements; default 4 % of the longest side, at least 1.5' },
  { flag: 'penalty', value: 'P', help: `exponent of stiffness over density; default ${DEFAULTS.penalty}` },
  { flag: 'projection', value: 'B1,B2,..', help: 'sharpness of the projection to solid and void, stage by stage; default 0, none' },
  { flag: 'optimizer', value: 'NAME', help: `${names(OPTIMIZERS)}; default ${OPTIMIZERS[0]}` },
  { flag: 'max-evaluations', value: 'N', help: `most evaluations of all stages together; default ${DEFAULTS.maxEvaluations}` },
  {
    flag: 'tolerance',
    value: 'T',
    help: `a stage ends when six accepted compliances in a row lie within this share; default ${DEFAULTS.tolerance}, 0 never`,
  },
  { flag: 'every', value: 'N', help: 'accepted designs from one file of the ParaView series to the next; default 0, none but the last' },
  { flag: 'out', value: 'DIR', help: 'folder for the files, made if missing; default lgf-topology' },
  { flag: 'resume', help: 'go on with the run in DIR where it was stopped; of the options above only limits may be given' },
  { flag: 'profile', help: 'also write where the time went: profile.txt, and trace.json for ui.perfetto.dev' },
  { flag: 'json', help: 'print the result as JSON; everything else goes to stderr' },
  { flag: 'quiet', help: 'show no progress' },
  { flag: 'help', help: 'show this text' },
];

/** The settings that the options say. */
export function settingsOf(given: Given): Settings {
  const preset =
    choice(
      given,
      'preset',
      PRESETS.map(({ name }) => name),
    ) ?? 'mbb';
  const usual = PRESETS.find(({ name }) => name === preset)?.size ?? [];
  const radius = within(given, 'radius', 0.5, 1000);
  return {
    preset,
    size: sizeOf(given, usual),
    volumeFraction: between(given, 'volume-fraction') ?? DEFAULTS.volumeFraction,
    filter: choice(given, 'filter', FILTERS) ?? DEFAULTS.filter,
    ...(radius !== undefined && { radius }),
    penalty: within(given, 'penalty', 1, 10) ?? DEFAULTS.penalty,
    projection: stagesOf(given),
    optimizer: choice(given, 'optimizer', OPTIMIZERS) ?? 'lgf-adaptive',
    maxEvaluations: integerOf(given, 'max-evaluations', 1, 1e6) ?? DEFAULTS.maxEvaluations,
    tolerance: within(given, 'tolerance', 0, 1) ?? DEFAULTS.tolerance,
    every: integerOf(given, 'every', 0, 1e6) ?? 0,
  };
}

/** The settings of a run that goes on: its own, with what may change. */
export function resumedSettings(own: Settings, given: Given): Settings {
  const limits = ['max-evaluations', 'tolerance', 'out'];
  const stray = [...given.values.keys()].find((flag) => !limits.includes(flag));
  if (stray !== undefined)
    throw new UsageError(`--${stray}: got '${given.values.get(stray)}', expected none with --resume, which keeps that of the run`);
  return {
    ...own,
    maxEvaluations: integerOf(given, 'max-evaluations', 1, 1e6) ?? own.maxEvaluations,
    tolerance: within(given, 'tolerance', 0, 1) ?? own.tolerance,
  };
}

function choice<T extends string>({ values }: Given, flag: string, known: readonly T[]): T | undefined {
  const text = values.get(flag);
  const found = known.find((name) => name === text);
  if (text !== undefined && found === undefined) throw new UsageError(`--${flag}: got '${text}', expected one of ${names(known)}`);
  return found;
}

function within(given: Given, flag: string, low: number, high: number): number | undefined {
  const number = numberOf(given, flag);
  if (number === undefined || (number >= low && number <= high)) return number;
  throw new UsageError(`--${flag}: got ${given.values.get(flag)}, expected a number in [${low}, ${high}]`);
}

function between(given: Given, flag: string): number | undefined {
  const number = numberOf(given, flag);
  if (number === undefined || (number > 0 && number < 1)) return number;
  throw new UsageError(`--${flag}: got ${given.values.get(flag)}, expected a number in (0, 1)`);
}

function sizeOf({ values }: Given, usual: readonly number[]): readonly number[] {
  const text = values.get('size');
  if (text === undefined) return usual;
  const size = text.split(/[x×]/i).map(Number);
  const sound = size.length === usual.length && size.every((count) => Number.isInteger(count) && count >= 1);
  const form = usual.length === 2 ? 'NXxNY' : 'NXxNYxNZ';
  if (!sound || size.reduce((a, b) => a * b, 1) > MOST_ELEMENTS) {
    throw new UsageError(`--size: got '${text}', expected ${form} as ${usual.join('x')}, at most 2^25 elements in all`);
  }
  return size;
}

function stagesOf({ values }: Given): readonly number[] {
  const text = values.get('projection');
  if (text === undefined) return [0];
  const stages = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (stages.length === 0 || !stages.every((sharpness) => sharpness >= 0 && sharpness <= 512)) {
    throw new UsageError(`--projection: got '${text}', expected numbers in [0, 512] with commas between them, as 0,2,4,8,16`);
  }
  return stages;
}
