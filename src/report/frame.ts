import { element, textElement } from './markup.ts';
import type { Tick } from './ticks.ts';

/** The plotting rectangle inside a figure's drawing area. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One axis: where its ticks fall in the drawing, and what it measures. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly Tick[];
  readonly place: (value: number) => number;
}

/** Size of every figure in drawing units; chosen so that its text is legible on a phone and not huge on a desk. */
export const FIGURE_WIDTH = 520;
export const FIGURE_HEIGHT = 420;

const SUPERSCRIPT = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/g;
const WIDE = /[−MWm@%]/g;
const TITLE_GAP = 24;
const TICK_LENGTH = 5;
const MINOR_TICK_LENGTH = 3;

/** Room that an axis at the side needs for its widest tick label and its rotated title. */
export function sideMargin(ticks: readonly Tick[]): number {
  return TITLE_GAP + 8 + widestLabel(ticks);
}

/** Estimated width of a label in drawing units, on the safe side for common system fonts. */
export function textWidth(text: string): number {
  const raised = text.match(SUPERSCRIPT)?.length ?? 0;
  const wide = text.match(WIDE)?.length ?? 0;
  return 8.6 * (text.length - raised - wide) + 5.6 * raised + 12.4 * wide;
}

/** Ticks, tick labels and title under the frame. */
export function bottomAxis(frame: Frame, { label, ticks, place }: Axis): string {
  const marks = ticks.map((tick) => {
    const x = place(tick.value);
    const end = frame.bottom + (tick.label === undefined ? MINOR_TICK_LENGTH : TICK_LENGTH);
    const line = element('line', { class: 'tick', x1: x, x2: x, y1: frame.bottom, y2: end });
    return tick.label === undefined
      ? line
      : line + textElement('text', { class: 'tick-label', x, y: frame.bottom + 20, 'text-anchor': 'middle' }, tick.label);
  });
  const middle = (frame.left + frame.right) / 2;
  const title = textElement('text', { class: 'axis-label', x: middle, y: frame.bottom + 42, 'text-anchor': 'middle' }, label);
  return element('g', { class: 'axis' }, ...marks, title);
}

/** Ticks, tick labels and rotated title beside the frame, or beside a colour bar when `side` is `'right'`. */
export function sideAxis(frame: Frame, { label, ticks, place }: Axis, side: 'left' | 'right'): string {
  const [edge, outwards, anchor] = side === 'left' ? [frame.left, -1, 'end'] : [frame.right, 1, 'start'];
  const marks = ticks.map((tick) => {
    const y = place(tick.value);
    const end = edge + outwards * (tick.label === undefined ? MINOR_TICK_LENGTH : TICK_LENGTH);
    const line = element('line', { class: 'tick', x1: edge, x2: end, y1: y, y2: y });
    const x = edge + outwards * (TICK_LENGTH + 4);
    return tick.label === undefined
      ? line
      : line + textElement('text', { class: 'tick-label', x, y, dy: '0.35em', 'text-anchor': anchor }, tick.label);
  });
  const x = edge + outwards * (TITLE_GAP + widestLabel(ticks)) + (side === 'left' ? 8 : 4);
  const transform = `translate(${x.toFixed(1)} ${(frame.top + frame.bottom) / 2}) rotate(-90)`;
  const title = textElement('text', { class: 'axis-label', transform, 'text-anchor': 'middle' }, label);
  return element('g', { class: 'axis' }, ...marks, title);
}

/** The line around the plot. */
export function frameOutline(frame: Frame): string {
  return element('rect', { class: 'frame', ...rectangle(frame) });
}

/** A clipping region for everything drawn inside the frame. */
export function frameClip(id: string, frame: Frame): string {
  return element('clipPath', { id }, element('rect', rectangle(frame)));
}

/** Position and size of a frame as attributes of a `rect`. */
export function rectangle({ left, top, right, bottom }: Frame): Readonly<Record<'x' | 'y' | 'width' | 'height', number>> {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function widestLabel(ticks: readonly Tick[]): number {
  return Math.max(0, ...ticks.map(({ label }) => textWidth(label ?? '')));
}
