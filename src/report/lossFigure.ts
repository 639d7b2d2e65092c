import { extent } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { LegendItem } from './figure.ts';
import { figure, lineSample } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameClip, frameOutline, sideAxis, sideMargin } from './frame.ts';
import { element, textElement } from './markup.ts';
import type { Series } from './palette.ts';
import { assignSeries } from './palette.ts';
import type { PlacedEntry, Stretch } from './stretches.ts';
import { phasesOf, spacedEntries, stretchesOf } from './stretches.ts';
import { targetLine } from './targetLine.ts';
import { linearTicks, logTicks, roundNumbers, shortNumber } from './ticks.ts';
import type { LossFigureOptions, RunTrace } from './types.ts';
import { checkRuns } from './validate.ts';

interface Curve extends Series {
  readonly entries: readonly PlacedEntry[];
  readonly stretches: readonly Stretch[];
}

const TOOLTIP_DISTANCE = 8;

/** What progress is drawn against. */
interface Against {
  readonly title: string;
  readonly label: string;
  readonly bridge: string;
  readonly of: (run: RunTrace) => readonly number[];
  readonly text: (amount: number) => string;
  /** Least end of the axis. */
  readonly least: number;
}

const AGAINST: Readonly<Record<'evaluations' | 'seconds', Against>> = {
  evaluations: {
    title: 'Progress against counted evaluations',
    label: 'counted evaluations',
    bridge: 'across learned steps (no evaluations)',
    of: ({ evaluations }) => evaluations,
    text: (amount) => `${amount} evaluations`,
    least: 1,
  },
  seconds: {
    title: 'Progress against time',
    label: 'time (s)',
    bridge: 'across learned steps',
    of: ({ seconds = [] }) => seconds,
    text: (amount) => `${shortNumber(amount)} s`,
    least: 1e-9,
  },
};

/**
 * Value against counted evaluations or seconds, as an HTML `figure`. The value axis is logarithmic unless some value is negative. Values that
 * are not finite, or zero on a logarithmic axis, are left out and counted below the figure; if none is left, throws a `RangeError`.
 */
export function lossFigure(
  given: readonly RunTrace[],
  { valueLabel, target, above }: LossFigureOptions,
  id = 'values',
  against: keyof typeof AGAINST = 'evaluations',
): string {
  checkRuns(given);
  const axis = AGAINST[against];
  const runs =
    above === undefined ? given : given.map((run) => ({ ...run, values: run.values.map((v) => (v === undefined ? v : v - above)) }));
  const measured = runs.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const logarithmic = !measured.some((value) => value < 0);
  const isDrawable = (value: number | undefined) => Number.isFinite(value) && !(logarithmic && value === 0);
  const drawable = measured.filter(isDrawable);
  if (drawable.length === 0) throw new RangeError('runs: no run has a finite value to draw');
  const levels = target !== undefined && isDrawable(target.value) && !(logarithmic && target.value < 0) ? [target.value] : [];
  const [low = 0, high = 1] = extent([...drawable, ...levels]);
  const domain = logarithmic ? logDomain(low, high) : linearDomain(low, high);
  const yTicks = logarithmic ? logTicks(domain) : linearTicks(domain);
  const frame: Frame = { left: sideMargin(yTicks), top: 10, right: FIGURE_WIDTH - 24, bottom: FIGURE_HEIGHT - 52 };
  const y = (logarithmic ? scaleLog : scaleLinear)(domain, [frame.bottom, frame.top]);
  const most = runs.reduce(
    (most, run) =>
      axis
        .of(run)
        .filter(Number.isFinite)
        .reduce((a, b) => Math.max(a, b), most),
    axis.least,
  );
  const x = scaleLinear([0, most], [frame.left, frame.right]);
  const curves = assignSeries(runs).map((series): Curve => {
    const entries = series.run.values.flatMap((value, index): PlacedEntry[] => {
      const amount = axis.of(series.run)[index] ?? Number.NaN;
      return value !== undefined && isDrawable(value) && Number.isFinite(amount) ? [{ index, x: x(amount), y: y(value) }] : [];
    });
    return { ...series, entries, stretches: stretchesOf(entries, phasesOf(series.run)) };
  });
  const grid = yTicks
    .filter(({ label }) => label !== undefined)
    .map(({ value }) => element('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: y(value), y2: y(value) }));
  const occupied = curves.flatMap(({ entries }) => entries);
  const drawing = [
    element('defs', {}, frameClip(`${id}-clip`, frame)),
    ...grid,
    frameOutline(frame),
    element('g', { 'clip-path': `url(#${id}-clip)` }, ...curves.map((curve) => curveLines(curve))),
    ...levels.map((level) => targetLine(frame, y(level), target?.label ?? '', occupied)),
    ...curves.map((curve) => curveMarks(curve, axis)),
    bottomAxis(frame, { label: axis.label, ticks: linearTicks([0, most]), place: x }),
    sideAxis(frame, { label: valueLabel, ticks: yTicks, place: y }, 'left'),
  ];
  return figure({
    id,
    title: axis.title,
    description: describe(curves, valueLabel, axis),
    legend: legend(curves, axis),
    drawing: drawing.join(''),
    remarks: remarks(
      measured.length - drawable.length,
      above !== undefined ? 'the lowest or not finite' : logarithmic ? 'zero or not finite' : 'not finite',
    ),
  });
}

function curveLines({ className, stretches }: Curve): string {
  const draw = line<PlacedEntry>(
    (entry) => entry.x,
    (entry) => entry.y,
  ).digits(1);
  const lines = stretches.map(({ phase, entries }) => element('path', { class: `${phase}-value`, d: draw(entries) ?? '' }));
  return element('g', { class: className }, ...lines);
}

function curveMarks({ run, className, entries }: Curve, axis: Against): string {
  const end = entries.slice(-1).map(({ x, y }) => element('circle', { class: 'end', cx: x, cy: y, r: 4 }));
  const tips = spacedEntries(entries, TOOLTIP_DISTANCE).map(({ index, x, y }) => {
    const text = `${run.name}: ${shortNumber(run.values[index] ?? Number.NaN)} after ${axis.text(axis.of(run)[index] ?? Number.NaN)}`;
    return element('circle', { class: 'hover', cx: x, cy: y, r: 5 }, textElement('title', {}, text));
  });
  return element('g', { class: className }, ...end, ...tips);
}

function legend(curves: readonly Curve[], axis: Against): readonly LegendItem[] {
  const runs = curves.map(({ run, className }) => ({
    label: run.name,
    sample: element('g', { class: className }, lineSample('true-value')),
  }));
  const bridged = curves.filter(({ stretches }) => stretches.some(({ phase }) => phase === 'learned'));
  const bridges = bridged.slice(0, 1).map(({ className }) => ({
    label: axis.bridge,
    sample: element('g', { class: className }, lineSample('learned-value')),
  }));
  return [...runs, ...bridges];
}

function describe(curves: readonly Curve[], valueLabel: string, axis: Against): string {
  const ends = curves.map(({ run, entries }) => {
    const index = entries.at(-1)?.index;
    const value = index === undefined ? undefined : run.values[index];
    if (index === undefined || value === undefined) return `${run.name} has no value to draw`;
    return `${run.name} ends at ${shortNumber(value)} after ${axis.text(axis.of(run)[index] ?? Number.NaN)}`;
  });
  return `${valueLabel} of ${curves.length} runs against ${axis.label}. ${ends.join('; ')}.`;
}

function remarks(leftOut: number, reason: string): readonly string[] {
  if (leftOut === 0) return [];
  return [`Not drawn: ${leftOut} evaluated ${leftOut === 1 ? 'value that is' : 'values that are'} ${reason}.`];
}

function logDomain(low: number, high: number): readonly [number, number] {
  const enclosing = roundNumbers(low, high);
  const [first = low, last = high] = [enclosing[0], enclosing.at(-1)];
  return first === last ? [first / 2, last * 2] : [first, last];
}

function linearDomain(low: number, high: number): readonly [number, number] {
  const margin = 0.05 * (high - low || Math.abs(low) || 1);
  return [low - margin, high + margin];
}
