import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { figure, lineSample } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameOutline, sideAxis, sideMargin } from './frame.ts';
import { element, textElement } from './markup.ts';
import { assignSeries } from './palette.ts';
import { linearTicks } from './ticks.ts';
import type { LineChart, RunTrace } from './types.ts';

type Place = readonly [number, number];

/** Curves over one variable on linear axes. A point that is not finite breaks its line; throws a `RangeError` if there is no other. */
export function linesFigure({ title, xLabel, yLabel, lines }: LineChart, id: string): string {
  const finite = lines.flatMap(({ x, y }) =>
    x.flatMap((at, i): Place[] => (Number.isFinite(at + (y[i] ?? Number.NaN)) ? [[at, y[i] ?? 0]] : [])),
  );
  if (finite.length === 0) throw new RangeError(`chart "${title}": lines: no point is finite`);
  const xRange = range(
    finite.map(([x]) => x),
    0,
  );
  const yRange = range(
    finite.map(([, y]) => y),
    0.05,
  );
  const yTicks = linearTicks(yRange);
  const frame: Frame = { left: sideMargin(yTicks), top: 10, right: FIGURE_WIDTH - 24, bottom: FIGURE_HEIGHT - 52 };
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const draw = line<Place>(
    ([at]) => x(at),
    ([, value]) => y(value),
  )
    .defined(([at, value]) => Number.isFinite(at) && Number.isFinite(value))
    .digits(1);
  // Colours and widths as runs of these kinds have them in the other figures.
  const data = new Map<RunTrace, readonly Place[]>();
  for (const { label: name, kind, x: xs, y: ys } of lines) {
    data.set(
      { name, kind, evaluations: [], values: [] },
      xs.map((at, i) => [at, ys[i] ?? Number.NaN]),
    );
  }
  const drawn = assignSeries([...data.keys()]).map(({ run, className, pathWidth }) => {
    const d = draw([...(data.get(run) ?? [])]) ?? '';
    const path = element('path', { class: 'true-step', d, 'stroke-width': pathWidth }, textElement('title', {}, run.name));
    return {
      label: run.name,
      markup: element('g', { class: className }, path),
      sample: element('g', { class: className }, lineSample('true-step', pathWidth)),
    };
  });
  const grid = yTicks.map(({ value }) => element('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: y(value), y2: y(value) }));
  const drawing = [
    ...grid,
    frameOutline(frame),
    ...drawn.map(({ markup }) => markup),
    bottomAxis(frame, { label: xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: yLabel, ticks: yTicks, place: y }, 'left'),
  ];
  return figure({
    id,
    title,
    description: `${yLabel} over ${xLabel}: ${lines.map(({ label }) => label).join(', ')}.`,
    legend: drawn,
    drawing: drawing.join(''),
    remarks: [],
  });
}

function range(values: readonly number[], margin: number): readonly [number, number] {
  const [low = 0, high = 1] = extent(values);
  if (low === high) return [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  return [low - margin * (high - low), high + margin * (high - low)];
}
