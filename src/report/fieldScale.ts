import { scaleLinear } from 'd3-scale';
import { colourClass } from './colours.ts';
import type { Frame } from './frame.ts';
import { rectangle, sideAxis, sideMargin } from './frame.ts';
import { element } from './markup.ts';
import { linearTicks } from './ticks.ts';
import type { ColourScale } from './types.ts';

const GAP = 14;
const WIDTH = 14;
const STRIPES = 65;

/** Room that the bar needs beside a field. */
export function scaleWidth({ domain }: ColourScale): number {
  return GAP + WIDTH + sideMargin(linearTicks(domain));
}

/** The labelled bar to the right of a field. */
export function scaleBar(scale: ColourScale, { right, top, bottom }: Frame): string {
  const bar: Frame = { left: right + GAP, right: right + GAP + WIDTH, top, bottom };
  const [low, high] = scale.domain;
  const place = scaleLinear(scale.domain, [bar.bottom, bar.top]);
  const stripes = Array.from({ length: STRIPES }, (_, i) => {
    const at = (share: number) => low + (high - low) * share;
    // Each stripe reaches to the top, and the next one covers the rest: no seams between them.
    const box = { ...bar, bottom: i === 0 ? bar.bottom : place(at((i - 0.5) / (STRIPES - 1))) };
    return element('rect', { class: colourClass(at(i / (STRIPES - 1)), scale), ...rectangle(box) });
  });
  const outline = element('rect', { class: 'frame', ...rectangle(bar) });
  return stripes.join('') + outline + sideAxis(bar, { label: scale.label, ticks: linearTicks(scale.domain), place }, 'right');
}
