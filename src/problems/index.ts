// What `problems` offers: the factories alone.
export { heatRod } from './heatRod.ts';
export { nonlinearHeat } from './nonlinearHeat.ts';
