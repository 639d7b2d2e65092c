import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line, symbol, symbolStar } from 'd3-shape';
import { colourBar, colourBarWidth, contourBands, hasUnknownSamples, sampleLandscape } from './contourMap.ts';
import type { LegendItem } from './figure.ts';
import { figure, lineSample } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameClip, frameOutline, sideAxis, sideMargin } from './frame.ts';
import { element, textElement } from './markup.ts';
import type { Series } from './palette.ts';
import { assignSeries } from './palette.ts';
import type { PlacedEntry } from './stretches.ts';
import { phasesOf, spacedEntries, stretchesOf } from './stretches.ts';
import { linearTicks, shortNumber } from './ticks.ts';
import type { Landscape, PathPlane, RunTrace } from './types.ts';
import { checkLandscape, checkRuns } from './validate.ts';

type Point = readonly [number, number];

const RANGE_MARGIN = 0.08;
const TOOLTIP_DISTANCE = 7;

/**
 * Paths of two-variable runs over the contours of the objective, as an HTML `figure`. Runs without two-variable points are left
 * out; if none has any, throws a `RangeError`.
 */
export function pathFigure(runs: readonly RunTrace[], landscape: Landscape, id = 'paths'): string {
  checkRuns(runs);
  checkLandscape(landscape);
  const drawn = assignSeries(runs).filter(({ run }) => run.points?.some(isPlanar));
  if (drawn.length === 0) throw new RangeError('runs: the path figure needs a run with finite two-variable points, got none');
  const [xRange, yRange] = rangesOf(runs, landscape);
  const yTicks = linearTicks(yRange);
  const map = sampleLandscape(landscape, xRange, yRange);
  const right = FIGURE_WIDTH - colourBarWidth(map);
  const frame: Frame = { left: sideMargin(yTicks), top: 10, right, bottom: FIGURE_HEIGHT - 52 };
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const place = ([first, second]: Point): Point => [x(first), y(second)];
  const starts = distinctStarts(drawn).map((start) => startMarker(place(start)));
  const optimum = optimumOf(landscape).map((point) => optimumMarker(place(point)));
  const drawing = [
    element('defs', {}, frameClip(`${id}-clip`, frame)),
    element(
      'g',
      { 'clip-path': `url(#${id}-clip)` },
      contourBands(map, frame, landscape.valueLabel, id),
      ...drawn.map((series) => path(series, place)),
      ...optimum,
      ...starts,
    ),
    frameOutline(frame),
    bottomAxis(frame, { label: landscape.xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: landscape.yLabel, ticks: yTicks, place: y }, 'left'),
    colourBar(map, frame, landscape.valueLabel),
  ];
  return figure({
    id,
    title: 'Paths over the contours of the objective',
    description: describe(drawn, landscape),
    legend: legend(drawn, landscape),
    drawing: drawing.join(''),
    remarks: hasUnknownSamples(map) ? [`Hatched: no value of the ${landscape.valueLabel} there.`] : [],
  });
}

/** The landscape as plain data: its ranges and samples as the path figure of these runs would choose them. */
export function pinLandscape(runs: readonly RunTrace[], landscape: Landscape): Landscape {
  checkLandscape(landscape);
  const [xRange, yRange] = rangesOf(runs, landscape);
  return { ...landscape, value: sampleLandscape(landscape, xRange, yRange).values, xRange, yRange };
}

function rangesOf(runs: readonly RunTrace[], landscape: Landscape): readonly [Point, Point] {
  const shown = [...runs.flatMap(({ points }) => points?.filter(isPlanar) ?? []), ...optimumOf(landscape)];
  return [landscape.xRange ?? paddedExtent(shown.map(([x]) => x)), landscape.yRange ?? paddedExtent(shown.map(([, y]) => y))];
}

function path({ run, className, pathWidth }: Series, place: (point: Point) => Point): string {
  const entries = (run.points ?? []).flatMap((point, index): PlacedEntry[] => {
    if (!isPlanar(point)) return [];
    const [x, y] = place(point);
    return [{ index, x, y }];
  });
  const draw = line<PlacedEntry>(
    (entry) => entry.x,
    (entry) => entry.y,
  ).digits(1);
  const lines = stretchesOf(entries, phasesOf(run)).map(({ phase, entries: joined }) =>
    element('path', { class: `${phase}-step`, d: draw(joined) ?? '', 'stroke-width': pathWidth }),
  );
  const tips = spacedEntries(entries, TOOLTIP_DISTANCE).map(({ index, x, y }) =>
    element('circle', { class: 'hover', cx: x, cy: y, r: 5 }, textElement('title', {}, tooltip(run, index))),
  );
  const end = entries.slice(-1).map(({ x, y }) => element('circle', { class: 'end', cx: x, cy: y, r: 4.5 }));
  return element('g', { class: className }, ...lines, ...end, ...tips);
}

function tooltip(run: RunTrace, index: number): string {
  const at = (run.points?.[index] ?? []).map(shortNumber).join(', ');
  const value = run.values[index];
  const measured = value === undefined || !Number.isFinite(value) ? 'not evaluated' : shortNumber(value);
  return `${run.name}, entry ${index}: (${at}), value ${measured}, after ${run.evaluations[index]} evaluations`;
}

function legend(drawn: readonly Series[], landscape?: Landscape): readonly LegendItem[] {
  const runs = drawn.map(({ run, className, pathWidth }) => ({
    label: run.name,
    sample: element('g', { class: className }, lineSample('true-step', pathWidth)),
  }));
  const learned = drawn.filter(({ run }) => phasesOf(run).includes('learned'));
  const dots = learned.slice(0, 1).map(({ className, pathWidth }) => ({
    label: 'learned steps',
    sample: element('g', { class: className }, lineSample('learned-step', pathWidth)),
  }));
  const optimum = (landscape === undefined ? [] : optimumOf(landscape)).map(() => ({ label: 'optimum', sample: optimumMarker([17, 7]) }));
  return [...runs, ...dots, { label: 'start', sample: startMarker([17, 7]) }, ...optimum];
}

function describe(drawn: readonly Series[], { xLabel, yLabel, valueLabel }: Landscape): string {
  return `Contours of the ${valueLabel} over ${xLabel} and ${yLabel} with the paths of ${drawn.length} runs. ${endsOf(drawn)}.`;
}

function endsOf(drawn: readonly Series[]): string {
  const ends = drawn.map(({ run }) => {
    const end = run.points?.findLast(isPlanar) ?? [];
    return `${run.name} ends at (${end.map(shortNumber).join(', ')})`;
  });
  return ends.join('; ');
}

function startMarker([cx, cy]: Point): string {
  return element('circle', { class: 'start', cx, cy, r: 5 });
}

function optimumMarker([x, y]: Point): string {
  return element('path', {
    class: 'optimum',
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
    d: symbol(symbolStar, 60)() ?? '',
  });
}

function distinctStarts(drawn: readonly Series[]): readonly Point[] {
  const starts = drawn.map(({ run }) => run.points?.find(isPlanar)).filter((start) => start !== undefined);
  return [...new Map(starts.map((start) => [start.join(), start])).values()];
}

function optimumOf({ optimum }: Landscape): readonly Point[] {
  return optimum === undefined ? [] : [optimum];
}

/**
 * Paths of many-variable runs in a plane that they were projected to, one list of points for each run, as an HTML `figure`. If no run has a
 * finite point, throws a `RangeError`.
 */
export function planeFigure(runs: readonly RunTrace[], { title, xLabel, yLabel, paths }: PathPlane, id: string): string {
  const drawn = assignSeries(runs.map((run, index) => ({ ...run, points: paths[index] ?? [] }))).filter(({ run }) =>
    run.points?.some(isPlanar),
  );
  if (drawn.length === 0) throw new RangeError(`plane "${title}": paths: no run has a finite point`);
  const shown = drawn.flatMap(({ run }) => run.points?.filter(isPlanar) ?? []);
  const [xRange, yRange] = [paddedExtent(shown.map(([x]) => x)), paddedExtent(shown.map(([, y]) => y))];
  const yTicks = linearTicks(yRange);
  const frame: Frame = { left: sideMargin(yTicks), top: 10, right: FIGURE_WIDTH - 24, bottom: FIGURE_HEIGHT - 52 };
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const place = ([first, second]: Point): Point => [x(first), y(second)];
  const drawing = [
    element('defs', {}, frameClip(`${id}-clip`, frame)),
    frameOutline(frame),
    element('g', { 'clip-path': `url(#${id}-clip)` }, ...drawn.map((series) => path(series, place))),
    ...distinctStarts(drawn).map((start) => startMarker(place(start))),
    bottomAxis(frame, { label: xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: yLabel, ticks: yTicks, place: y }, 'left'),
  ];
  return figure({
    id,
    title,
    description: `Paths of ${drawn.length} runs over ${xLabel} and ${yLabel}. ${endsOf(drawn)}.`,
    legend: legend(drawn),
    drawing: drawing.join(''),
    remarks: [],
  });
}

function isPlanar(point: readonly number[]): point is Point {
  return point.length === 2 && point.every(Number.isFinite);
}

function paddedExtent(values: readonly number[]): Point {
  const [low = 0, high = 1] = extent(values);
  const margin = RANGE_MARGIN * (high - low || Math.abs(low) || 1);
  return [low - margin, high + margin];
}
