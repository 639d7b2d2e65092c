import { contours } from 'd3-contour';
import { scaleLinear } from 'd3-scale';
import { curveLinearClosed, line } from 'd3-shape';
import { colourClass } from './colours.ts';
import { scaleBar, scaleWidth } from './fieldScale.ts';
import { figure } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameClip, frameOutline, rectangle, sideAxis, sideMargin } from './frame.ts';
import { element } from './markup.ts';
import { linearTicks, shortNumber } from './ticks.ts';
import type { GridField } from './types.ts';
import { checkField } from './validate.ts';

/** Bands between the ends of a scale: fine enough to look even, few enough for a small page. */
const BANDS = 32;

/** A field on a regular grid as filled contours with a labelled colour bar. Throws a `RangeError` that names what does not fit. */
export function gridFigure(field: GridField, id: string): string {
  checkField(field);
  const { xRange, yRange, scale, title } = field;
  const yTicks = linearTicks(yRange);
  const whole: Frame = {
    left: sideMargin(yTicks),
    top: 10,
    right: FIGURE_WIDTH - scaleWidth(scale),
    bottom: FIGURE_HEIGHT - 52,
  };
  const frame = field.isometric ? isometric(whole, xRange, yRange) : whole;
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const drawing = [
    element('defs', {}, frameClip(`${id}-clip`, frame)),
    element('g', { 'clip-path': `url(#${id}-clip)` }, bands(field, frame)),
    frameOutline(frame),
    bottomAxis(frame, { label: field.xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: field.yLabel, ticks: yTicks, place: y }, 'left'),
    scaleBar(scale, frame),
  ];
  const unknown = field.values.filter((value) => !Number.isFinite(value)).length;
  return figure({
    id,
    title,
    description: `${title} over ${field.xLabel} and ${field.yLabel}. ${extentText(field.values)}`,
    legend: [],
    drawing: drawing.join(''),
    remarks: unknown === 0 ? [] : [`${unknown} of ${field.values.length} values are not finite.`],
  });
}

/** Least and largest value in words. */
export function extentText(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return 'No value is finite.';
  const [low, high] = finite.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  return `Values from ${shortNumber(low)} to ${shortNumber(high)}.`;
}

/** The largest frame inside of `frame` in which both axes have one scale; it keeps the upper left corner. */
export function isometric(frame: Frame, xRange: readonly [number, number], yRange: readonly [number, number]): Frame {
  const unit = Math.min((frame.right - frame.left) / (xRange[1] - xRange[0]), (frame.bottom - frame.top) / (yRange[1] - yRange[0]));
  return { ...frame, right: frame.left + unit * (xRange[1] - xRange[0]), top: frame.bottom - unit * (yRange[1] - yRange[0]) };
}

/** Each band covers all higher ones, which are painted over it. */
function bands({ columns, values, scale }: GridField, frame: Frame): string {
  const rows = values.length / columns;
  const [low, high] = scale.domain;
  const horizontal = scaleLinear([0.5, columns - 0.5], [frame.left, frame.right]);
  const vertical = scaleLinear([0.5, rows - 0.5], [frame.bottom, frame.top]);
  const ring = line<readonly number[]>(
    ([column]) => horizontal(column ?? 0),
    ([, row]) => vertical(row ?? 0),
  )
    .digits(1)
    .curve(curveLinearClosed);
  const level = (band: number) => low + ((high - low) * band) / BANDS;
  const middle = (band: number) => level(band + 0.5);
  const thresholds = Array.from({ length: BANDS - 1 }, (_, i) => level(i + 1));
  // What is beyond the scale has its end colour; what is no number lies below all levels and is left to the paper.
  const below = low - (high - low);
  const known = values.map((value) => (Number.isNaN(value) ? below : Math.min(high + (high - low), Math.max(low, value))));
  const paths = (levels: readonly number[], first: number): readonly string[] =>
    contours()
      .size([columns, rows])
      .thresholds([...levels])(known)
      .map(({ coordinates }, i) => {
        const d = coordinates
          .flat()
          .map((points) => ring(points) ?? '')
          .join('');
        return d === '' ? '' : element('path', { class: colourClass(middle(first + i), scale), d });
      });
  const floor = element('rect', { class: colourClass(middle(0), scale), ...rectangle(frame) });
  return [...(values.some(Number.isNaN) ? paths([low], 0) : [floor]), ...paths(thresholds, 1)].join('');
}
