/** Lines of notices that a run writes without `--verbose`; the rest of the twelve is for an error. */
const MOST_NOTICES = 6;

/** Where log lines go: standard error, above what is drawn there. */
export interface LogScreen {
  /** Runs a write with what is drawn taken away, and draws it again. */
  aside(write: () => void): void;
}

/** Log of a run on standard error. */
export class Log {
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Lines written that count for the limit of a run that fails. */
  lines = 0;
  #held = 0;
  #screen: LogScreen = { aside: (write) => write() };

  constructor(options: { readonly verbose: boolean; readonly quiet: boolean }) {
    this.verbose = options.verbose;
    this.quiet = options.quiet;
  }

  /** Lines are written above what this screen shows. */
  attach(screen: LogScreen): void {
    this.#screen = screen;
  }

  /** A line that tells what happens; not with `--quiet`. Beyond six of them only with `--verbose`. */
  notice(line: string): void {
    if (this.quiet) return;
    if (!this.verbose && this.lines >= MOST_NOTICES) {
      if (this.#held++ === 0) this.#write('further notices: --verbose');
      return;
    }
    this.#write(line);
  }

  /** A line that only `--verbose` shows. */
  detail(line: string): void {
    if (this.verbose) this.#write(line);
  }

  /** A line about a database that is waited for, or how far a run is: not with `--quiet`, never counted. */
  passing(line: string): void {
    if (!this.quiet) this.#put(line);
  }

  /** Text that is written whatever the options say: errors. */
  always(text: string): void {
    this.#write(text);
  }

  #write(text: string): void {
    this.lines += text.split('\n').length;
    this.#put(text);
  }

  #put(text: string): void {
    this.#screen.aside(() => process.stderr.write(`${text}\n`));
  }
}
