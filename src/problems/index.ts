// What `problems` offers: the factories alone.

export { acousticInverse } from './acousticInverse.ts';
export { deepElasticity } from './deepElasticity.ts';
export { heatRod } from './heatRod.ts';
export { nonlinearHeat } from './nonlinearHeat.ts';
export { testFunction, testFunctions } from './testFunction.ts';
export { topology2d, topology3d } from './topology.ts';
