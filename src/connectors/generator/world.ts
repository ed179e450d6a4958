import { type Person, person, USERS } from './people.ts';
import { type Random, random, scatter } from './random.ts';

/** What the generated events know of one another: orders that users have made, premiums that they pay. The same for the same seed. */
export class World {
  readonly random: Random;
  readonly #seed: number;
  readonly #people: readonly Person[] = Array.from({ length: USERS }, (_, user) => person(user));
  readonly #orders = new Int32Array(USERS);
  readonly #premiums: Float64Array;

  constructor(seed: number) {
    this.#seed = seed;
    this.random = random(seed);
    const first = random(seed ^ 0x5eed);
    this.#premiums = Float64Array.from({ length: USERS }, () => 300 + first.below(600_000) / 100);
  }

  /** A user; some come more often than others. */
  someone(): number {
    return Math.floor(USERS * this.random.next() ** 1.5);
  }

  person(user: number): Person {
    return this.#people[user] as Person;
  }

  /** The number of a new order of the user, or now and then of the last one, which changed. */
  orderNumber(user: number): string {
    const orders = this.#orders;
    if (orders[user] === 0 || this.random.chance(0.85)) orders[user] = (orders[user] as number) + 1;
    return `ZY${100_001 + user}${String(orders[user]).padStart(5, '0')}`;
  }

  /** The price in the event with this number. */
  price(index: number): number {
    return (8000 + Math.floor(500_000 * scatter(this.#seed + Math.imul(index, 0x9e3779b1)))) / 100;
  }

  /** The user's premium as it stands. */
  premium(user: number): string {
    return (this.#premiums[user] as number).toFixed(2);
  }

  /** The premium of the user's new order: about the last one, now and then less than 85 % of it. */
  newPremium(user: number): string {
    const { random } = this;
    const last = this.#premiums[user] as number;
    const factor = random.chance(0.01) ? 0.5 + random.next() * 0.34 : 0.93 + random.next() * 0.15;
    this.#premiums[user] = last * factor < 100 ? 300 + random.below(600_000) / 100 : last * factor;
    return this.premium(user);
  }
}
