import { interpolateLab } from 'd3-interpolate';
import { interpolateViridis } from 'd3-scale-chromatic';
import type { ColourScale } from './types.ts';

/** Steps of both colour maps; odd, so that the diverging one has a middle. */
const STEPS = 65;
/** Ends and middle of the diverging map: blue and red of equal lightness, parted by the background. Straight lines in CIELAB are even to the eye. */
const DIVERGING = {
  light: { low: '#1b5fa8', middle: '#f4f4f2', high: '#b3261e' },
  dark: { low: '#6fb1f2', middle: '#20262c', high: '#f2866f' },
};

/** Class of the colour of `value`; `undefined` for what is no number. */
export function colourClass(value: number, { domain: [low, high], diverging = false }: ColourScale): string | undefined {
  if (Number.isNaN(value)) return undefined;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return `${diverging ? 'v' : 'q'}${Math.round(share * (STEPS - 1))}`;
}

/** Rules of the sequential colours, which suit both schemes. */
export function sequentialRules(): string {
  return rules('q', (share) => interpolateViridis(share));
}

/** Rules of the diverging colours of one scheme: their middle is close to the paper. */
export function divergingRules(scheme: 'light' | 'dark'): string {
  const { low, middle, high } = DIVERGING[scheme];
  const [below, above] = [interpolateLab(low, middle), interpolateLab(middle, high)];
  return rules('v', (share) => (share < 0.5 ? below(2 * share) : above(2 * share - 1)));
}

function rules(prefix: string, colour: (share: number) => string): string {
  return Array.from({ length: STEPS }, (_, step) => `.${prefix}${step} { fill: ${colour(step / (STEPS - 1))}; }`).join('\n');
}
