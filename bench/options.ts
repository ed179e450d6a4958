import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly quick: boolean;
  readonly check: boolean;
  readonly only: string;
  readonly record: boolean;
}

const HELP = `npm run bench -- [options]
  --quick        a few cases of 100 000 rows, three rounds in place of five: two minutes
  --case TEXT    only the cases whose name (part/job/rows/keys/epoch) contains TEXT; nothing is recorded
  --record       with --case: these cases take their places in what is recorded
  --check        compare with bench/results.json: exit 1 where a ratio fell by more than 15 %; nothing is recorded
Parts are skipped, with a line, that lack their servers (docker compose up -d --wait) or libraries (npm install --prefix bench/peers).`;

/** Reads the command line; ends the process after \`--help\` or a mistake. */
export function options(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        case: { type: 'string', default: '' },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.help) {
      const { quick, check, record } = values;
      return { quick, check, only: values.case, record };
    }
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${HELP}`);
    process.exit(2);
  }
}
