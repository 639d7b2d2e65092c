import { scaleLinear } from 'd3-scale';
import { type FigureParts, figure, type LegendItem } from './figure.ts';
import type { Frame } from './frame.ts';
import { bottomAxis, FIGURE_HEIGHT, FIGURE_WIDTH, frameOutline, rectangle, sideAxis, sideMargin } from './frame.ts';
import { isometric } from './gridFigure.ts';
import { element } from './markup.ts';
import { linearTicks } from './ticks.ts';
import type { Design, DesignLoad, DesignSupport } from './types.ts';
import { checkDesign } from './validate.ts';

/** Room around the cells for what holds and pulls them. */
const ROOM = 30;
const ARROW = 26;
const SYMBOL = 9;
/** Symbols along an edge stand about this far apart. */
const SPACING = 26;
const SHADES = 24;

type Place = (point: readonly [number, number]) => readonly [number, number];

/** Densities as a picture with a shade for each cell, supports and loads on top of it. Throws a `RangeError` that names what does not fit. */
export function designFigure(design: Design, id: string): string {
  checkDesign(design);
  const { title, image, size, xLabel, yLabel, supports = [], loads = [] } = design;
  const [xRange, yRange] = [[0, size[0]] as const, [0, size[1]] as const];
  const yTicks = linearTicks(yRange);
  const whole: Frame = {
    left: sideMargin(yTicks) + ROOM,
    top: ROOM + 10,
    right: FIGURE_WIDTH - ROOM - 8,
    bottom: FIGURE_HEIGHT - 52 - ROOM,
  };
  const fitted = isometric(whole, xRange, yRange);
  // What a flat design leaves free would part it from its title.
  const rise = fitted.top - whole.top;
  const frame = { ...fitted, top: whole.top, bottom: fitted.bottom - rise };
  const x = scaleLinear(xRange, [frame.left, frame.right]);
  const y = scaleLinear(yRange, [frame.bottom, frame.top]);
  const place: Place = ([a, b]) => [x(a), y(b)];
  // The axes stand off the cells, where the symbols end.
  const apart: Frame = { left: frame.left - ROOM, right: frame.right + ROOM, top: frame.top - ROOM, bottom: frame.bottom + ROOM };
  const drawing = [
    element('image', { class: 'design', ...rectangle(frame), preserveAspectRatio: 'none', href: `data:image/png;base64,${image}` }),
    frameOutline(frame),
    ...supports.map((support) => supportMarks(support, place, frame)),
    ...loads.map((load) => loadMarks(load, place, frame)),
    bottomAxis({ ...frame, bottom: apart.bottom }, { label: xLabel, ticks: linearTicks(xRange), place: x }),
    sideAxis({ ...frame, left: apart.left }, { label: yLabel, ticks: yTicks, place: y }, 'left'),
  ];
  return figure({
    id,
    title,
    description: `${title}: densities of ${size[0]} by ${size[1]} cells, ${supports.length} supports and ${loads.length} loads.`,
    legend: legendOf(design),
    drawing: drawing.join(''),
    remarks: design.remark === undefined ? [] : [design.remark],
    height: FIGURE_HEIGHT - rise,
  } satisfies FigureParts);
}

/** One symbol at a point, or symbols along an edge. */
function supportMarks({ at, to, fixed }: DesignSupport, place: Place, frame: Frame): string {
  const ends = [place(at), place(to ?? at)] as const;
  const [dx, dy] = [ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]];
  const count = Math.max(1, Math.round(Math.hypot(dx, dy) / SPACING));
  const angle = outwards(ends, frame, fixed);
  const marks = Array.from({ length: to === undefined ? 1 : count + 1 }, (_, i) => {
    const share = i / count;
    const [x, y] = [ends[0][0] + share * dx, ends[0][1] + share * dy];
    return element('g', { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle})` }, supportSymbol(fixed));
  });
  return element('g', { class: 'support' }, ...marks);
}

/** The turn of a symbol that stands below a point: a roller stands across the direction that it holds, a bearing on the nearest side. */
function outwards(ends: readonly (readonly [number, number])[], frame: Frame, fixed: DesignSupport['fixed']): number {
  const [x, y] = [0, 1].map((axis) => ends.reduce((sum, end) => sum + (end[axis] as number) / 2, 0)) as [number, number];
  const sides = [
    { angle: 0, distance: frame.bottom - y, holds: 'y' },
    { angle: 90, distance: x - frame.left, holds: 'x' },
    { angle: 180, distance: y - frame.top, holds: 'y' },
    { angle: 270, distance: frame.right - x, holds: 'x' },
  ].filter(({ holds }) => fixed === 'both' || holds === fixed);
  return sides.reduce((best, side) => (side.distance < best.distance ? side : best)).angle;
}

/** A triangle on hatching holds both directions, one on a roller that across the line. */
function supportSymbol(fixed: DesignSupport['fixed']): string {
  const half = SYMBOL * 0.62;
  const triangle = element('path', { class: 'support-body', d: `M0 0L${half} ${SYMBOL}L${-half} ${SYMBOL}Z` });
  const ground = SYMBOL + (fixed === 'both' ? 0 : 4.5);
  const wheels =
    fixed === 'both' ? '' : [-3, 3].map((cx) => element('circle', { class: 'support-body', cx, cy: SYMBOL + 2.2, r: 2.1 })).join('');
  const hatching = [-8, -4, 0, 4].map((at) => `M${at + 4} ${ground}L${at} ${ground + 4}`).join('');
  return triangle + wheels + element('path', { class: 'support-ground', d: `M-8 ${ground}L8 ${ground}${hatching}` });
}

/** An arrow to the point, or from it where it points out of the design; or arrows along an edge. */
function loadMarks({ at, to, direction: [dx, dy] }: DesignLoad, place: Place, { left, top, right, bottom }: Frame): string {
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, -dy / length];
  const ends = [place(at), place(to ?? at)] as const;
  const [ex, ey] = [ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]];
  const count = Math.max(1, Math.round(Math.hypot(ex, ey) / SPACING));
  const arrows = Array.from({ length: to === undefined ? 1 : count + 1 }, (_, i) => {
    const [x, y] = [ends[0][0] + (i / count) * ex, ends[0][1] + (i / count) * ey];
    const leaves = x + ux < left || x + ux > right || y + uy < top || y + uy > bottom;
    return leaves ? arrow(x + ARROW * ux, y + ARROW * uy, ux, uy) : arrow(x, y, ux, uy);
  });
  return element('g', { class: 'load' }, ...arrows);
}

function arrow(x: number, y: number, ux: number, uy: number): string {
  const [bx, by] = [x - 8 * ux, y - 8 * uy];
  const head = `M${spot(x, y)}L${spot(bx - 4 * uy, by + 4 * ux)}L${spot(bx + 4 * uy, by - 4 * ux)}Z`;
  const shaft = { class: 'load-shaft', x1: x - ARROW * ux, y1: y - ARROW * uy, x2: bx, y2: by };
  return element('line', shaft) + element('path', { class: 'load-head', d: head });
}

const spot = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

function legendOf({ supports = [], loads = [], loadLabel = 'load' }: Design): readonly LegendItem[] {
  // Layers on top of each other, each as opaque as it takes for even steps: stripes side by side would leave seams.
  const ramp = Array.from({ length: SHADES }, (_, i) =>
    element('rect', {
      class: 'ink',
      x: 1 + (32 * (i + 0.5)) / SHADES,
      y: 1,
      width: 32 * (1 - (i + 0.5) / SHADES),
      height: 12,
      opacity: 1 / (SHADES - i),
    }),
  ).join('');
  const inBox = (symbol: string): string => element('g', { class: 'support', transform: 'translate(17 0.5) scale(0.92)' }, symbol);
  const held = { both: 'held in x and y', x: 'held in x', y: 'held in y' } as const;
  const kinds = (['both', 'x', 'y'] as const).filter((kind) => supports.some(({ fixed }) => fixed === kind));
  return [
    { label: 'density 0 to 1', sample: ramp + element('rect', { class: 'frame', x: 1, y: 1, width: 32, height: 12 }) },
    ...kinds.map((kind) => ({ label: held[kind], sample: inBox(turned(kind)) })),
    ...(loads.length === 0 ? [] : [{ label: loadLabel, sample: element('g', { class: 'load' }, arrow(30, 7, 1, 0)) }]),
  ];
}

/** A roller that holds x stands upright in the drawing. */
function turned(kind: DesignSupport['fixed']): string {
  const symbol = supportSymbol(kind);
  return kind === 'x' ? element('g', { transform: 'translate(7 7.5) rotate(90)' }, symbol) : symbol;
}
