import { yesNoFact, type Test } from "./inquiry";

/** What stands behind the selector of a rule. */
export class Values {
  constructor(
    readonly selector: string,
    private readonly values: object,
  ) {}

  /** A value, or undefined where it is missing, empty or (in a plan) not known yet. */
  text(key: string): string | undefined {
    const value: unknown = Reflect.get(this.values, key);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  /** All values in one text, the same for the same values. */
  get all(): string {
    return JSON.stringify(this.values);
  }

  /** The test that `make` makes of a value; undefined without the value. */
  with(
    key: string,
    make: (value: string) => Test | undefined,
  ): Test | undefined {
    const value = this.text(key);
    return value === undefined ? undefined : make(value);
  }

  /** The test of something that cannot be seen from here. */
  fact(value: string, text: string): Test {
    return yesNoFact({ id: `${this.selector}:${value}`, text });
  }
}
