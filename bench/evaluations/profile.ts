// Performance profiles (Dolan, Moré, Math. Program. 91 (2002) 201-213) and their picture.
import { scaleLinear, scaleLog } from 'd3-scale';
import { bottomAxis, type Frame, frameOutline, sideAxis } from '../../src/report/frame.ts';
import { element, textElement } from '../../src/report/markup.ts';
import { inkRules } from '../../src/report/palette.ts';
import { linearTicks } from '../../src/report/ticks.ts';

/** A method's share of tasks solved within a multiple of the best method's evaluations, as the corners of a step function. */
export interface Profile {
  readonly name: string;
  readonly own: boolean;
  readonly ratios: readonly number[];
}

/**
 * For each method its ratios to the best method, ascending, of the tasks that it solved; `tasks` also counts those that it did not. Tasks that
 * nobody solved are left out.
 */
export function profiles(
  names: readonly { readonly name: string; readonly own: boolean }[],
  tasks: readonly Readonly<Record<string, number | null>>[],
): { readonly tasks: number; readonly lines: readonly Profile[] } {
  const solved = tasks.filter((task) => names.some(({ name }) => typeof task[name] === 'number'));
  const bests = solved.map((task) => Math.min(...names.map(({ name }) => task[name] ?? Number.POSITIVE_INFINITY)));
  const lines = names.map(({ name, own }) => {
    const ratios = solved.flatMap((task, i) => (typeof task[name] === 'number' ? [task[name] / (bests[i] ?? 1)] : []));
    return { name, own, ratios: ratios.toSorted((a, b) => a - b) };
  });
  return { tasks: solved.length, lines };
}

const [WIDTH, HEIGHT, LAST] = [760, 460, 32];
const LINE = 22;
const INKS = ['blue', 'vermilion', 'green', 'purple', 'orange', 'sky', 'grey'];

/** The profiles over a logarithmic axis of ratios from 1 to 32, as a picture of its own. */
export function profileSvg(title: string, { tasks, lines }: ReturnType<typeof profiles>): string {
  const frame: Frame = { left: 76, top: 44, right: 540, bottom: HEIGHT - 60 };
  const x = scaleLog([1, LAST], [frame.left, frame.right]);
  const y = scaleLinear([0, 1], [frame.bottom, frame.top]);
  // Own methods have the first colours and lie on top.
  const ordered = lines.toSorted((a, b) => Number(b.own) - Number(a.own));
  const series = ordered.map((line, i) => ({
    ...line,
    className: `series ${INKS[i % INKS.length]}`,
    'stroke-width': line.own ? 3 : 1.8,
    // Colours repeat: later ones are dashed.
    'stroke-dasharray': i < INKS.length ? undefined : '5 4',
  }));
  const share = (count: number): string => y(count / tasks).toFixed(1);
  const curves = series.toReversed().map(({ name, className, ratios, ...stroke }) => {
    let path = `M${frame.left},${share(0)}`;
    ratios.forEach((ratio, i) => {
      if (ratio <= LAST) path += `H${x(ratio).toFixed(1)}V${share(i + 1)}`;
    });
    path += `H${frame.right}`;
    const line = { d: path, 'stroke-width': stroke['stroke-width'], 'stroke-dasharray': stroke['stroke-dasharray'] };
    return element('g', { class: className }, element('path', line, textElement('title', {}, name)));
  });
  // The best at the top, as at the right end of the curves.
  const within = ({ ratios }: Profile): number => ratios.filter((ratio) => ratio <= LAST).length;
  const legend = series
    .toSorted((a, b) => within(b) - within(a))
    .map(({ name, className, ...stroke }, row) => {
      const at = frame.top + 12 + LINE * row;
      const line = { 'stroke-width': stroke['stroke-width'], 'stroke-dasharray': stroke['stroke-dasharray'] };
      const sample = element('line', { x1: frame.right + 20, x2: frame.right + 50, y1: at, y2: at, ...line });
      return element(
        'g',
        { class: className },
        sample,
        textElement('text', { x: frame.right + 58, y: at, dy: '0.35em', stroke: 'none' }, name),
      );
    });
  const shares = linearTicks([0, 1], 5);
  const grid = shares.map(({ value }) => element('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: y(value), y2: y(value) }));
  const ratios = [1, 2, 4, 8, 16, 32].map((value) => ({ value, label: `${value}` }));
  const style = `
:root { --text: #1b1f24; --quiet: #55606b; --grid: #e6e9ed; }
${inkRules('light')}
text { fill: var(--text); font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
.title { font-weight: 600; font-size: 16px; }
.frame { fill: none; stroke: var(--quiet); }
.tick { stroke: var(--quiet); }
.grid { stroke: var(--grid); }
.series { fill: none; stroke: var(--ink); stroke-linejoin: round; }
`;
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' },
    textElement('title', {}, title),
    `<style>${style}</style>`,
    element('rect', { width: WIDTH, height: HEIGHT, fill: '#ffffff' }),
    textElement('text', { class: 'title', x: frame.left, y: 26 }, title),
    ...grid,
    frameOutline(frame),
    ...curves,
    ...legend,
    bottomAxis(frame, { label: 'evaluations, as a multiple of the best method’s', ticks: ratios, place: x }),
    sideAxis(frame, { label: `share of ${tasks} tasks solved`, ticks: shares, place: y }, 'left'),
  )}\n`;
}
