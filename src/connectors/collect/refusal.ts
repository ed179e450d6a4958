/** An answer to a request: its body is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request that is not taken: nothing of it is stored. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(
    status: number,
    error: string,
    more: { headers?: Readonly<Record<string, string>>; body?: Answer['body'] } = {},
  ) {
    super(error);
    this.answer = { status, body: { error, ...more.body }, headers: more.headers };
  }
}

/** Refused for now: the same request may be taken after so many seconds. */
export const later = (error: string, seconds: number): Refusal =>
  new Refusal(429, error, { headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) } });
