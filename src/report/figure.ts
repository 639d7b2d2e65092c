import { FIGURE_HEIGHT, FIGURE_WIDTH } from './frame.ts';
import { element, escapeText, textElement } from './markup.ts';

/** The parts of a figure: a heading, a legend outside the drawing, the drawing, remarks. */
export interface FigureParts {
  /** Prefix of every `id` in the figure; distinct within a page. */
  readonly id: string;
  readonly title: string;
  /** Says in words what the drawing shows, for readers who do not see it. */
  readonly description: string;
  readonly legend: readonly LegendItem[];
  readonly drawing: string;
  readonly remarks: readonly string[];
  /** Of the drawing, in drawing units; by default that of all figures. */
  readonly height?: number;
}

/** One legend line: `sample` is SVG in a box of 34 by 14. */
export interface LegendItem {
  readonly label: string;
  readonly sample: string;
}

/** Assembles a figure; the legend stands above the drawing, so it cannot cover data. */
export function figure({ id, title, description, legend, drawing, remarks, height = FIGURE_HEIGHT }: FigureParts): string {
  const svg = element(
    'svg',
    { viewBox: `0 0 ${FIGURE_WIDTH} ${Math.round(height)}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-description` },
    textElement('title', { id: `${id}-title` }, title),
    textElement('desc', { id: `${id}-description` }, description),
    drawing,
  );
  const items = legend.map(({ label, sample }) => {
    const key = element('svg', { viewBox: '0 0 34 14', 'aria-hidden': 'true' }, sample);
    return element('li', {}, key, textElement('span', {}, label));
  });
  const notes = remarks.map((remark) => textElement('p', { class: 'remark' }, remark));
  return element(
    'figure',
    { class: 'plot' },
    element('figcaption', {}, escapeText(title)),
    items.length === 0 ? '' : element('ul', { class: 'legend' }, ...items),
    svg,
    ...notes,
  );
}

/** A legend sample: a horizontal line. */
export function lineSample(className: string, width?: number): string {
  return element('line', { class: className, x1: 2, x2: 32, y1: 7, y2: 7, 'stroke-width': width });
}
