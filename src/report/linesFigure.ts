import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { figure, lineSample } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameOutline, sideAxis, sideMargin } from './frame.ts';
import { element, textElement } from './markup.ts';
import type { Series } from './palette.ts';
import { assignSeries } from './palette.ts';
import type { PlacedEntry } from './stretches.ts';
import { phasesOf, stretchesOf } from './stretches.ts';
import { linearTicks } from './ticks.ts';
import type { LineChart, RunTrace } from './types.ts';

/**
 * Curves over one variable on linear axes, dotted along learned steps. A point that is not finite breaks its line; throws a `RangeError` if
 * there is no other.
 */
export function linesFigure({ title, xLabel, yLabel, lines }: LineChart, id: string): string {
  // As runs of these kinds, they have the colours and widths of the other figures.
  const runs = lines.map(
    ({ label, kind, x, y, phases }): RunTrace => ({ name: label, kind, evaluations: x, values: y, phases: phases ?? x.map(() => 'true') }),
  );
  const finite = runs.flatMap(pointsOf);
  if (finite.length === 0) throw new RangeError(`chart "${title}": lines: no point is finite`);
  const [xs, ys] = [finite.map(({ x }) => x), finite.map(({ y }) => y)];
  const [xRange, yRange] = [range(xs, 0), range(ys, 0.05)];
  const yTicks = linearTicks(yRange);
  const frame: Frame = { left: sideMargin(yTicks), top: 10, right: FIGURE_WIDTH - 24, bottom: FIGURE_HEIGHT - 52 };
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const draw = line<PlacedEntry>(
    (point) => x(point.x),
    (point) => y(point.y),
  ).digits(1);
  const series = assignSeries(runs).map((drawn) => ({ ...drawn, stretches: stretchesOf(pointsOf(drawn.run), phasesOf(drawn.run)) }));
  const curves = series.map(({ run, className, pathWidth, stretches }) => {
    const paths = stretches.map(({ phase, entries }) =>
      element('path', { class: `${phase}-step`, d: draw(entries) ?? '', 'stroke-width': pathWidth }, textElement('title', {}, run.name)),
    );
    return element('g', { class: className }, ...paths);
  });
  const sample = (phase: string, { className, pathWidth }: Series): string =>
    element('g', { class: className }, lineSample(`${phase}-step`, pathWidth));
  const learned = series.find(({ stretches }) => stretches.some(({ phase }) => phase === 'learned'));
  const legend = [
    ...series.map((drawn) => ({ label: drawn.run.name, sample: sample('true', drawn) })),
    ...(learned === undefined ? [] : [{ label: 'learned steps', sample: sample('learned', learned) }]),
  ];
  const grid = yTicks.map(({ value }) => element('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: y(value), y2: y(value) }));
  const drawing = [
    ...grid,
    frameOutline(frame),
    ...curves,
    bottomAxis(frame, { label: xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: yLabel, ticks: yTicks, place: y }, 'left'),
  ];
  return figure({
    id,
    title,
    description: `${yLabel} over ${xLabel}: ${lines.map(({ label }) => label).join(', ')}.`,
    legend,
    drawing: drawing.join(''),
    remarks: [],
  });
}

/** The finite points, `x` and `y` still in the units of the axes. */
function pointsOf({ evaluations, values }: RunTrace): readonly PlacedEntry[] {
  return evaluations.flatMap((x, index): PlacedEntry[] => {
    const y = values[index];
    return Number.isFinite(x) && y !== undefined && Number.isFinite(y) ? [{ index, x, y }] : [];
  });
}

function range(values: readonly number[], margin: number): readonly [number, number] {
  const [low = 0, high = 1] = extent(values);
  if (low === high) return [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  return [low - margin * (high - low), high + margin * (high - low)];
}
