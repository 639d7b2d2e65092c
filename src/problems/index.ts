// What `problems` offers: the factories alone.
export { acousticInverse } from './acousticInverse.ts';
export { heatRod } from './heatRod.ts';
