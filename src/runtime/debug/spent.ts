import { failed } from '../../errors.ts';

const refuse = (): never => {
  throw failed(
    'an entry of a batch is read that may not be read: it is behind those that count, or its epoch is over',
  );
};

/** Stands in batches where nobody may read: whatever is asked of it throws. */
export const SPENT: object = new Proxy(Object.freeze({}), {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getOwnPropertyDescriptor: refuse,
  getPrototypeOf: refuse,
});
