import { oncePer } from "../../base/once-per";

test("works something out once for each object", () => {
  const work = jest.fn((list: readonly number[]) => list[0]);
  const first = oncePer(work);
  const [a, b] = [[], [1]];
  expect([first(a), first(a), first(b)]).toEqual([undefined, undefined, 1]);
  expect(work).toHaveBeenCalledTimes(2);
});
