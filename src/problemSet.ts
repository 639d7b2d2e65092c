// What `problems` offers: the factories alone.
export { heatRod } from './problems.ts';
