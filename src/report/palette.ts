import type { RunTrace } from './types.ts';

/** How one run is drawn, the same in every figure. */
export interface Series {
  readonly run: RunTrace;
  readonly className: string;
  /** Line width in the path figure, where runs may cover each other. */
  readonly pathWidth: number;
}

interface Ink {
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

/** Okabe–Ito with grey, without yellow and black, which vanish on one of the two backgrounds; some darkened or lightened for contrast. */
const INKS: readonly Ink[] = [
  { name: 'orange', light: '#e69f00', dark: '#b57a00' },
  { name: 'blue', light: '#00568a', dark: '#7cc8f5' },
  { name: 'green', light: '#009e73', dark: '#1fc296' },
  { name: 'purple', light: '#b35a8a', dark: '#dd94bb' },
  { name: 'vermilion', light: '#d55e00', dark: '#f0803a' },
  { name: 'grey', light: '#4d4d4d', dark: '#c4c4c4' },
  { name: 'sky', light: '#56b4e9', dark: '#4a90c4' },
];
const PREFERRED: Readonly<Record<RunTrace['kind'], string>> = { base: 'orange', learned: 'blue', other: 'green' };
const DRAWING_ORDER: readonly RunTrace['kind'][] = ['base', 'other', 'learned'];
const WIDEST = 7;
const THINNEST = 2.4;

/**
 * Gives each run its colour and width, colours repeating after seven. Wide runs come first, so that drawing in order leaves all of
 * them visible.
 */
export function assignSeries(runs: readonly RunTrace[]): readonly Series[] {
  const ordered = DRAWING_ORDER.flatMap((kind) => runs.filter((run) => run.kind === kind));
  const free = new Set(INKS);
  return ordered.map((run, position) => {
    const reserved = new Set(ordered.slice(position + 1).map((later) => PREFERRED[later.kind]));
    const choices = [...free];
    const unreserved = choices.find(({ name }) => !reserved.has(name)) ?? choices[0];
    const ink = choices.find(({ name }) => name === PREFERRED[run.kind]) ?? unreserved ?? (INKS[position % INKS.length] as Ink);
    free.delete(ink);
    const thinning = ordered.length === 1 ? 1 : position / (ordered.length - 1);
    return { run, className: `series ${ink.name}`, pathWidth: WIDEST + (THINNEST - WIDEST) * thinning };
  });
}

/** One rule per colour, for one of the two colour schemes. */
export function inkRules(scheme: 'light' | 'dark'): string {
  return INKS.map((ink) => `.series.${ink.name} { --ink: ${ink[scheme]}; }`).join('\n');
}
