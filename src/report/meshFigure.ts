import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { colourClass } from './colours.ts';
import { scaleBar, scaleWidth } from './fieldScale.ts';
import { figure } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, sideAxis, sideMargin } from './frame.ts';
import { extentText, isometric } from './gridFigure.ts';
import { element, textElement } from './markup.ts';
import { linearTicks } from './ticks.ts';
import type { MeshField } from './types.ts';
import { checkField } from './validate.ts';

const ARROW = 26;
/** Room for the arrows of a solid, beside which it stands. */
const LEFT = 76;

/** One value for each polygon of a mesh, lengths alike along both axes, with a labelled colour bar. */
export function meshFigure(field: MeshField, id: string): string {
  checkField(field);
  const { title, vertices, scale, axes } = field;
  const xRange = range(vertices.map(([x]) => x));
  const yRange = range(vertices.map(([, y]) => y));
  const yTicks = linearTicks(yRange);
  const whole: Frame = {
    left: axes === undefined ? LEFT : sideMargin(yTicks),
    top: 10,
    right: FIGURE_WIDTH - scaleWidth(scale),
    bottom: FIGURE_HEIGHT - (axes === undefined ? 10 : 52),
  };
  const frame = isometric(whole, xRange, yRange);
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const sides = axes && [
    bottomAxis(frame, { label: axes[0], ticks: linearTicks(xRange), place: x }),
    sideAxis(frame, { label: axes[1], ticks: yTicks, place: y }, 'left'),
  ];
  const drawing = [
    element('g', { class: 'cells' }, ...polygons(field, ([a, b]) => [x(a), y(b)])),
    ...(sides ?? []),
    directions(field, FIGURE_HEIGHT - 10),
    scaleBar(scale, axes === undefined ? whole : frame),
  ];
  const unknown = field.values.filter((value) => !Number.isFinite(value)).length;
  return figure({
    id,
    title,
    description: `${title} on a mesh of ${field.cells.length} cells. ${extentText(field.values)}`,
    legend: [],
    drawing: drawing.join(''),
    remarks: unknown === 0 ? [] : [`${unknown} of ${field.values.length} values are not finite.`],
  });
}

/** Neighbours of one colour share a path, so that a page stays small; the order of drawing is kept. */
function polygons({ vertices, cells, values, scale }: MeshField, place: (point: readonly [number, number]) => readonly number[]): string[] {
  const runs: { name: string | undefined; d: string[] }[] = [];
  cells.forEach((cell, index) => {
    const corners = cell.map((vertex) => place(vertices[vertex] ?? [Number.NaN, Number.NaN]));
    if (!corners.flat().every(Number.isFinite)) return;
    const name = colourClass(values[index] ?? Number.NaN, scale) ?? 'unknown';
    const d = `M${corners.map((corner) => corner.map((c) => c.toFixed(1)).join()).join('L')}Z`;
    const last = runs.at(-1);
    if (last?.name === name) last.d.push(d);
    else runs.push({ name, d: [d] });
  });
  return runs.map(({ name, d }) => element('path', { class: name, d: d.join('') }));
}

/** Small labelled arrows in the lower left corner. */
function directions({ directions: arrows = [] }: MeshField, bottom: number): string {
  const [x0, y0] = [LEFT / 2, bottom - LEFT / 2];
  return arrows
    .map(({ label, towards: [dx, dy] }) => {
      const [x, y] = [x0 + ARROW * dx, y0 - ARROW * dy];
      const text = { class: 'tick-label', x: x0 + 1.45 * (x - x0), y: y0 + 1.45 * (y - y0), dy: '0.35em', 'text-anchor': 'middle' };
      return element('line', { class: 'tick', x1: x0, y1: y0, x2: x, y2: y }) + textElement('text', text, label);
    })
    .join('');
}

function range(values: readonly number[]): readonly [number, number] {
  const [low = 0, high = 1] = extent(values.filter(Number.isFinite));
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}
