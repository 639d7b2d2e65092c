import { native } from './native.ts';

/** Version of the native core. */
export function version(): string {
  return native.version();
}
