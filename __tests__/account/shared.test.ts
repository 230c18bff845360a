import { shared } from "../../account/shared";

test("asks once for all who want to know at the same time", async () => {
  const share = shared();
  let asked = 0;
  const ask = async () => ++asked;
  expect(
    await Promise.all([share("a", ask), share("a", ask), share("b", ask)]),
  ).toEqual([1, 1, 2]);
});

test("asks again for what is not fresh any more", async () => {
  const share = shared(0);
  let asked = 0;
  const ask = async () => ++asked;
  expect([await share("a", ask), await share("a", ask)]).toEqual([1, 2]);
});

test("shares a failure, and asks again after it", async () => {
  const share = shared(0);
  const fail = () => Promise.reject(new Error("no"));
  const both = [share("a", fail), share("a", async () => "never asked")];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
  ]);
  expect(await share("a", async () => "yes")).toBe("yes");
});
