/** Wrong use: its message is all that is printed, and the exit code is 2. */
export class UsageError extends Error {}

/** How the command line ends. */
export const ExitCode = {
  done: 0,
  /** A run, or reading or writing a file, failed. */
  failed: 1,
  usage: 2,
  /** Ctrl-C; 128 + SIGINT, as shells have it. */
  stopped: 130,
} as const;
