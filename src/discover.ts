import { call, LgfError, messageOf } from './errors.ts';
import { type FlowModel, wrapModel } from './flowModel.ts';
import type { DiscoverModelOptions, TimeStepOptions } from './generated/options.ts';
import { warnDropped } from './library.ts';
import { type MatrixLike, toMatrix } from './matrix.ts';
import { native } from './native.ts';

/** Options of {@link discover}. */
export type DiscoverOptions = TimeStepOptions &
  DiscoverModelOptions & {
    /** Derivatives of the states, n×d; needed by the method `tracked`, refused otherwise. */
    readonly derivatives?: MatrixLike | null;
  };

/**
 * Learns the flow of one recorded trajectory: finds `Xi` with `dx/dt ~ Theta(x) Xi` (SINDy).
 *
 * @param trajectory - n×d, states at equal distances `dt`.
 * @throws {@link LgfError} naming the argument or option
 * @example
 * ```ts
 * import { discover } from 'learned-gradient-flow';
 * const decay = Array.from({ length: 100 }, (_, i) => [Math.exp(-2 * 0.01 * i)]);
 * const model = discover(decay, { dt: 0.01, model: { fdOrder: 4, includeBias: false } });
 * console.log(model.equations({ digits: 4 })[0]); // → x1' = -2 x1
 * console.log(model.integrate([1], { from: 0, to: 1, at: [1] }).states.at(0, 0)?.toFixed(4)); // → 0.1353
 * ```
 */
export function discover(trajectory: MatrixLike, options: DiscoverOptions): FlowModel {
  const states = toMatrix(trajectory, 'trajectory');
  const { derivatives, ...rest } = split(options);
  const rates = derivatives === undefined || derivatives === null ? undefined : toMatrix(derivatives, 'derivatives');
  // What is no object of options is left to the core to refuse.
  const isObject = typeof options === 'object' && !Array.isArray(options) && !ArrayBuffer.isView(options);
  const model = wrapModel(call(() => native.discover(states, rates, isObject ? rest : options)));
  const fit = model.fit;
  if (fit && fit.dropped > 0) warnDropped(fit.dropped, fit.dropped + fit.features);
  return model;
}

/** The options by name; a getter that throws is the caller's to mend. */
function split(options: DiscoverOptions): DiscoverOptions {
  try {
    return { ...options };
  } catch (cause) {
    throw new LgfError('ERR_LGF_ARGUMENT', `options: cannot be read: ${messageOf(cause)}`, { argument: 'options', cause });
  }
}
