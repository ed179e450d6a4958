/** A value that is taken from an environment variable when it is needed, and not before. */
export interface EnvironmentVariable {
  /** The variable's name. */
  readonly env: string;
}
/** A text of the configuration, or the environment variable that holds it. `undefined` (an unset `process.env.X`) is told as missing. */
export type Setting = string | EnvironmentVariable | undefined;
