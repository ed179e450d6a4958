import { failed } from '../../errors.ts';

const refuse = (): never => {
  throw failed('a row of a batch is read after the end of its epoch: an operator has kept a batch');
};

/** Stands in batches whose epoch is over: whatever is asked of it throws. */
export const SPENT: object = new Proxy(Object.freeze({}), {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getOwnPropertyDescriptor: refuse,
  getPrototypeOf: refuse,
});
