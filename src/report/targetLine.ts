import type { Frame } from './frame.ts';
import { textWidth } from './frame.ts';
import { element, textElement } from './markup.ts';
import type { PlacedEntry } from './stretches.ts';

const LABEL_HEIGHT = 15;
const GAP = 6;

interface Spot {
  readonly anchor: 'start' | 'end';
  readonly x: number;
  readonly baseline: number;
  readonly box: Frame;
}

/** A labelled horizontal line; the label goes to the end and side of the line where it covers the fewest entries. */
export function targetLine(frame: Frame, y: number, label: string, occupied: readonly PlacedEntry[]): string {
  const spots = (['end', 'start'] as const).flatMap((anchor) => [
    spot(frame, y, textWidth(label), anchor, 'above'),
    spot(frame, y, textWidth(label), anchor, 'below'),
  ]);
  const inside = spots.filter(({ box }) => box.top >= frame.top && box.bottom <= frame.bottom);
  // Lines between entries cover a label too, also when both entries lie outside of it.
  const covered = ({ box }: Spot) => occupied.filter((entry, i) => crosses(entry, occupied[i + 1] ?? entry, box)).length;
  const best = inside.reduce<Spot | undefined>((a, b) => (a !== undefined && covered(a) <= covered(b) ? a : b), undefined);
  const text =
    best === undefined
      ? ''
      : textElement('text', { class: 'target-label', x: best.x, y: best.baseline, 'text-anchor': best.anchor }, label);
  return element('line', { class: 'target', x1: frame.left, x2: frame.right, y1: y, y2: y }) + text;
}

function spot(frame: Frame, y: number, width: number, anchor: Spot['anchor'], side: 'above' | 'below'): Spot {
  const x = anchor === 'end' ? frame.right - GAP : frame.left + GAP;
  const top = side === 'above' ? y - GAP - LABEL_HEIGHT : y + GAP / 2;
  const left = anchor === 'end' ? x - width : x;
  const box = { left, right: left + width, top, bottom: top + LABEL_HEIGHT };
  return { anchor, x, baseline: top + LABEL_HEIGHT - 3, box };
}

/** Whether the box around the line from `a` to `b` and the box of a label overlap. */
function crosses(a: PlacedEntry, b: PlacedEntry, { left, right, top, bottom }: Frame): boolean {
  return Math.max(a.x, b.x) >= left && Math.min(a.x, b.x) <= right && Math.max(a.y, b.y) >= top && Math.min(a.y, b.y) <= bottom;
}
