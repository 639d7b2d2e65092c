import { extent, ticks } from 'd3-array';
import { contours } from 'd3-contour';
import { scaleLinear, scaleLog } from 'd3-scale';
import { curveLinearClosed, line } from 'd3-shape';
import type { Frame } from './frame.ts';
import { rectangle, sideAxis, sideMargin } from './frame.ts';
import { element, textElement } from './markup.ts';
import type { Tick } from './ticks.ts';
import { linearTicks, logTicks, roundNumbers, shortNumber } from './ticks.ts';
import type { Landscape } from './types.ts';
import { DEFAULT_SAMPLES } from './validate.ts';

/** A landscape sampled on a regular grid whose outermost points lie on the edges of the plot; rows run upwards. */
export interface SampledLandscape {
  readonly samples: number;
  readonly values: readonly number[];
  readonly levels: readonly number[];
  readonly scale: Landscape['scale'];
}

const LINEAR_LEVELS = 14;
const LOG_LEVELS_AT_MOST = 24;
const MANTISSA_SERIES = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];
const BAR_GAP = 14;
const BAR_WIDTH = 14;
/** Share of the map ink in the highest band; the bands below get evenly less. */
const STRONGEST_SHADE = 0.8;

/** Evaluates the landscape and chooses its contour levels. */
export function sampleLandscape(
  { value, scale, samples = DEFAULT_SAMPLES }: Landscape,
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
): SampledLandscape {
  const at = (low: number, high: number, index: number) => low + ((high - low) * index) / (samples - 1);
  const values = Array.from({ length: samples * samples }, (_, index) => {
    const sampled =
      typeof value === 'function'
        ? value(at(left, right, index % samples), at(bottom, top, Math.floor(index / samples)))
        : (value[index] ?? Number.NaN);
    return scale === 'log' && sampled < 0 ? Number.NaN : sampled;
  });
  return { samples, values, scale, levels: contourLevels(values, scale) };
}

/** Whether some sample has no place on the scale (not a number, or negative on a logarithmic one). */
export function hasUnknownSamples({ values }: SampledLandscape): boolean {
  return values.some(Number.isNaN);
}

/** Shaded bands between the levels, thin lines on them, and a cover over samples without a value. */
export function contourBands(map: SampledLandscape, frame: Frame, valueLabel: string, id: string): string {
  const { samples, values, levels, scale } = map;
  const onScale = (value: number) => (scale === 'log' ? Math.log10(value) : value);
  const horizontal = scaleLinear([0.5, samples - 0.5], [frame.left, frame.right]);
  const vertical = scaleLinear([0.5, samples - 0.5], [frame.bottom, frame.top]);
  const ring = line<readonly number[]>(
    (point) => horizontal(point[0] ?? 0),
    (point) => vertical(point[1] ?? 0),
  );
  ring.curve(curveLinearClosed).digits(1);
  const bands = contours().size([samples, samples]).thresholds(levels.map(onScale))(values.map(onScale));
  const shapes = bands.map(({ coordinates }, index) => {
    const tooltip = textElement('title', {}, `${valueLabel} ≥ ${shortNumber(levels[index] ?? Number.NaN)}`);
    const d = coordinates
      .flat()
      .map((points) => ring(points) ?? '')
      .join('');
    return element('path', { class: 'contour', d, 'fill-opacity': shade(levels).toFixed(4) }, tooltip);
  });
  return shapes.join('') + unknownSamples(map, frame, id);
}

/** Room that the colour bar needs to the right of the map. */
export function colourBarWidth(map: SampledLandscape): number {
  return map.levels.length < 2 ? BAR_GAP : BAR_GAP + BAR_WIDTH + sideMargin(barTicks(map));
}

/** The scale of the bands, drawn to the right of the map; nothing if there is no more than one level. */
export function colourBar(map: SampledLandscape, frame: Frame, label: string): string {
  const { levels, scale } = map;
  const [lowest, highest] = [levels[0], levels.at(-1)];
  if (lowest === undefined || highest === undefined || lowest === highest) return '';
  const bar: Frame = { ...frame, left: frame.right + BAR_GAP, right: frame.right + BAR_GAP + BAR_WIDTH };
  const place = (scale === 'log' ? scaleLog : scaleLinear)([lowest, highest], [bar.bottom, bar.top]);
  const steps = levels.slice(0, -1).map((level) => {
    const step = rectangle({ ...bar, bottom: place(level) });
    return element('rect', { class: 'contour', ...step, 'fill-opacity': shade(levels).toFixed(4) });
  });
  const outline = element('rect', { class: 'frame', ...rectangle(bar) });
  return steps.join('') + outline + sideAxis(bar, { label, ticks: barTicks(map), place }, 'right');
}

function barTicks({ levels, scale }: SampledLandscape): readonly Tick[] {
  const domain = [levels[0] ?? 0, levels.at(-1) ?? 0] as const;
  return scale === 'log' ? logTicks(domain) : linearTicks(domain);
}

function contourLevels(values: readonly number[], scale: Landscape['scale']): readonly number[] {
  const usable = values.filter((value) => Number.isFinite(value) && (scale === 'linear' || value > 0));
  const [low, high] = extent(usable);
  if (low === undefined || high === undefined) throw new RangeError('landscape.value: no sample is finite on the chosen scale');
  if (low === high) return [];
  if (scale === 'linear') return ticks(low, high, LINEAR_LEVELS);
  return logLevels(low, high) ?? ticks(low, high, LINEAR_LEVELS);
}

/** The finest series of round levels that is not too dense; none if even the finest has too few. */
function logLevels(low: number, high: number): readonly number[] | undefined {
  for (const mantissas of MANTISSA_SERIES) {
    const levels = roundNumbers(low, high, mantissas).filter((level) => level > low && level < high);
    if (levels.length <= LOG_LEVELS_AT_MOST) return levels.length < 4 ? undefined : levels;
  }
  const decades = roundNumbers(low, high, [1]).filter((level) => level > low && level < high);
  const stride = Math.ceil(decades.length / LOG_LEVELS_AT_MOST);
  return decades.filter((_, index) => index % stride === 0);
}

/** Bands lie on each other, so equal opacities add up to an even ramp. */
function shade(levels: readonly number[]): number {
  return 1 - (1 - STRONGEST_SHADE) ** (1 / levels.length);
}

function unknownSamples({ samples, values }: SampledLandscape, frame: Frame, id: string): string {
  const [width, height] = [(frame.right - frame.left) / (samples - 1), (frame.bottom - frame.top) / (samples - 1)];
  const cells = values.flatMap((value, index) => {
    if (!Number.isNaN(value)) return [];
    const x = frame.left + ((index % samples) - 0.5) * width;
    const y = frame.bottom - (Math.floor(index / samples) + 0.5) * height;
    return `M${x.toFixed(1)},${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
  });
  if (cells.length === 0) return '';
  const stripe = element('path', { d: 'M0,0V6' });
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  const d = cells.join('');
  const hatching = element('path', { class: 'hatched', d, fill: `url(#${id}-hatch)` });
  return element('pattern', { id: `${id}-hatch`, class: 'hatch', ...size }, stripe) + element('path', { class: 'unknown', d }) + hatching;
}
