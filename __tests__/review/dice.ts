/** Numbers from 0 to below 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Dice {
  constructor(private readonly random: () => number) {}

  oneOf<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }

  some<T>(values: readonly T[], most = values.length): T[] {
    const count = Math.floor(this.random() * (most + 1));
    const left = [...values];
    return Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(Math.floor(this.random() * left.length), 1),
    ).flat();
  }

  maybe(percent: number): boolean {
    return this.random() * 100 < percent;
  }
}
