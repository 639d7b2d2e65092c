/** Whether Ctrl-C was pressed. */
export interface Interrupt {
  readonly pressed: boolean;
  /** Aborted when it is. */
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * Hears the first Ctrl-C; the second one has its default effect, in the middle of a step too.
 *
 * @param before - Called before anything is printed about it.
 */
export function listen(before?: () => void): Interrupt {
  const controller = new AbortController();
  const press = (): void => {
    controller.abort();
    before?.();
    process.stderr.write('\nstopping; Ctrl-C again ends at once\n');
  };
  process.once('SIGINT', press);
  return {
    get pressed() {
      return controller.signal.aborted;
    },
    signal: controller.signal,
    end: () => void process.removeListener('SIGINT', press),
  };
}
