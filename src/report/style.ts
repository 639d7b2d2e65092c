import { divergingRules, sequentialRules } from './colours.ts';
import { inkRules } from './palette.ts';

/** The style sheet of a report. Dark colours apply to screens only, so a report always prints light. */
export const STYLE: string = `
:root {
  color-scheme: light;
  --paper: #ffffff; --text: #1b1f24; --quiet: #55606b; --rule: #d5dae0; --grid: #e6e9ed; --map: #a6b5c3; --contour: #ffffff;
  --halo: #ffffff; --support: #1b5fa8; --load: #b3261e;
}
${inkRules('light')}
${sequentialRules()}
${divergingRules('light')}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #13171b; --text: #e7eaed; --quiet: #a3adb7; --rule: #39414a; --grid: #262d34; --map: #56687a; --contour: #13171b;
    --halo: #13171b; --support: #6fb1f2; --load: #f2866f;
  }
  .design { filter: invert(1); }
  .picture { filter: brightness(0.92); }
  ${inkRules('dark')}
  ${divergingRules('dark')}
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1rem; max-width: 74rem; background: var(--paper); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.1rem; }
.subtitle { margin: 0.4rem 0 0; max-width: 46rem; color: var(--quiet); text-wrap: pretty; }
.table { margin: 1.5rem 0; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9375rem; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: 0.35rem 0 0.35rem clamp(0.5rem, 2vw, 1.75rem); border-bottom: 1px solid var(--rule); font-weight: normal; white-space: nowrap; }
th:first-child { padding-left: 0; white-space: normal; }
thead th { border-bottom: 1.5px solid var(--quiet); font-weight: 600; line-height: 1.3; }
thead th { vertical-align: bottom; white-space: normal; }
.left { text-align: left; }
.right { text-align: right; }
.unit { display: block; white-space: nowrap; color: var(--quiet); font-weight: normal; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 2rem 2.5rem; }
.plot { display: flex; flex-direction: column; margin: 0; max-width: 44rem; break-inside: avoid; }
.plot > svg { display: block; width: 100%; height: auto; margin-top: auto; overflow: visible; }
figcaption { font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; margin: 0.35rem 0 0.75rem; padding: 0; }
.legend { list-style: none; font-size: 0.875rem; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.legend svg { flex: none; width: 34px; height: 14px; }
.cells path { stroke: var(--paper); stroke-width: 0.5; stroke-opacity: 0.45; stroke-linejoin: round; }
.remark { margin: 0.5rem 0 0; color: var(--quiet); font-size: 0.875rem; }
h2 + .remark { margin: 0 0 0.75rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.5rem; margin: 0; font-size: 0.9375rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
svg text { fill: var(--text); font-size: 14px; }
.frame { fill: none; stroke: var(--quiet); }
.tick { stroke: var(--quiet); }
.grid { stroke: var(--grid); }
.contour { fill: var(--map); stroke: var(--contour); stroke-width: 0.7; }
.design { image-rendering: pixelated; }
.plot:has(.picture) > svg, .plot:has(.design) > svg { margin-top: 0; }
.ink { fill: var(--text); }
.support-body { fill: var(--support); stroke: var(--halo); stroke-width: 0.8; }
.support-ground { fill: none; stroke: var(--support); stroke-width: 1.4; }
.load-shaft { stroke: var(--load); stroke-width: 2.4; }
.load-head { fill: var(--load); stroke: var(--halo); stroke-width: 0.8; paint-order: stroke; }
.unknown { fill: var(--paper); }
.hatch path { stroke: var(--quiet); stroke-width: 1.6; }
.series { fill: none; stroke: var(--ink); stroke-linejoin: round; }
.true-step { stroke-linecap: round; }
.learned-step { stroke-linecap: round; stroke-dasharray: 0 5; }
.true-value { stroke-width: 2; stroke-linecap: round; }
.learned-value { stroke-width: 1.4; stroke-dasharray: 2 2.5; }
.end { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
.hover { fill: transparent; stroke: none; pointer-events: all; }
.start { fill: var(--paper); stroke: var(--text); stroke-width: 2; }
.optimum { fill: var(--text); stroke: var(--halo); stroke-width: 1.5; paint-order: stroke; }
.target { stroke: var(--quiet); stroke-width: 1.3; stroke-dasharray: 8 4; }
.target-label { fill: var(--quiet); stroke: var(--halo); stroke-width: 4; stroke-linejoin: round; paint-order: stroke; }
@media (max-width: 32rem) {
  body { padding: 1.25rem 0.9rem; }
  table { width: 100%; font-size: 0.75rem; }
  th, td { white-space: normal; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 0.5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .contour, .series, .unknown, .cells path, .design, .picture { print-color-adjust: exact; }
}
`;
