import { types } from 'node:util';
import { argumentError, call } from '../errors.ts';
import { native } from '../native.ts';
import type { OptimizerHandle } from '../native-binding.d.ts';

/** Starts of several trajectories, one behind the other. */
export class Starts {
  readonly data: Float64Array;
  readonly dimension: number;

  constructor(data: Float64Array, dimension: number) {
    this.data = data;
    this.dimension = dimension;
  }
}

/** A native handle on its way into the constructor of its class. */
export class Restored {
  readonly handle: OptimizerHandle;

  constructor(handle: OptimizerHandle) {
    this.handle = handle;
  }
}

/** Makes an optimizer of a class from the bytes of its snapshot. */
export function restore<T>(Class: new (start: never) => T, kind: string, bytes: Uint8Array): T {
  // Not instanceof, which an array of another realm does not satisfy.
  if (!types.isUint8Array(bytes)) throw argumentError('bytes', bytes, 'a Uint8Array that snapshot() returned');
  return new Class(new Restored(call(() => native.OptimizerHandle.restore(kind, bytes))) as never);
}
