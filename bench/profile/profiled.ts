import { type Profiler, Session } from 'node:inspector';

/** Microseconds between two samples. */
const INTERVAL = 500;

/** Runs under V8's sampling profiler. */
export async function profiled(run: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  const post = <T>(method: string, parameters: object = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, answer) => (error ? reject(error) : resolve(answer as T)));
    });
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: INTERVAL });
  await post('Profiler.start');
  await run();
  const { profile } = await post<{ profile: Profiler.Profile }>('Profiler.stop');
  session.disconnect();
  return profile;
}
