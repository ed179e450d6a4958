/** Exit codes of the command line. 1: failed while running. 2: wrong usage, configuration, job or input; nothing was started. 3: refused. */
export type ExitCode = 1 | 2 | 3;

/**
 * An error that a user can act on: what is wrong, where, what to do.
 * The command line prints the message alone (the stack only with `--verbose`) and ends with `exitCode`.
 */
export class MillraceError extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MillraceError';
    this.exitCode = exitCode;
  }
}

/** Failed while running (exit 1). */
export const failed = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(1, message, { cause });
/** Wrong usage, configuration, job or input (exit 2): nothing was started. */
export const wrong = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(2, message, { cause });
/** Refused: another writer, the fence moved, the state belongs to another job (exit 3). */
export const refused = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(3, message, { cause });

/** Why one row cannot be applied. Whoever catches it knows the row; it ends in quarantine. */
export class RowError extends Error {
  /** The column at fault, where there is one. */
  readonly column: string | undefined;
  constructor(reason: string, column?: string) {
    super(reason);
    this.name = 'RowError';
    this.column = column;
  }
}
