// What `problems` offers: the factories alone.
export { deepElasticity } from './deepElasticity.ts';
export { acousticInverse } from './acousticInverse.ts';
export { heatRod } from './heatRod.ts';
export { nonlinearHeat } from './nonlinearHeat.ts';
