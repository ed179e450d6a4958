// Loaded into the command before anything of it (`node --import`): ends the process at a point that MILLRACE_CRASH names, and notes which it passed.
// A point is a statement and a moment: `before` it is sent; `sent`, its answer not seen; `answered`, which the program does not know yet; `seen`, it does.
import { writeFileSync } from 'node:fs';
import { betweenDrivers } from './drivers.mjs';
import { SABOTAGE } from './sabotage.mjs';
import { Statements } from './statements.mjs';

const { kinds, databases, report, kill, sabotage } = JSON.parse(process.env.MILLRACE_CRASH);
const statements = new Statements(databases);
const passed = {};

const note = (killed) => writeFileSync(report, JSON.stringify({ passed, killed }));

function pass(name, moment) {
  const point = `${name} ${moment}`;
  passed[point] = (passed[point] ?? 0) + 1;
  if (kill?.point !== point || kill.nth !== passed[point]) return;
  // The driver, or the server, works on while this process does not.
  const until = performance.now() + (kill.wait ?? 0);
  while (performance.now() < until);
  note(true);
  process.kill(process.pid, 'SIGKILL');
}

function send(statement, done) {
  const name = statements.name(statement);
  if (name === undefined) return statement.send(statement.text, statement.values, done);
  pass(name, 'before');
  statement.send(statement.text, statement.values, (...answer) => {
    pass(name, 'answered');
    done(...answer);
    setImmediate(() => pass(name, 'seen'));
  });
  pass(name, 'sent');
}

const sabotaged = sabotage === undefined ? send : SABOTAGE[sabotage](send);
betweenDrivers(kinds, sabotaged);
process.on('exit', () => note(false));
