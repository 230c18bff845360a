import { limitsCheck } from "../../doctor/checks/limits";

test("what a service does not say of a limit is not checked", async () => {
  const limits = { largeBodies: "not affected" };
  const service = { hostname: "wiki.example.com", notes: { limits } };
  expect(await limitsCheck.run({ service } as never)).toMatchObject([
    { status: "ok", what: "413, bodies above 100 MB: not affected" },
    {
      status: "not checked",
      what: expect.stringMatching(
        /^524, .* not known whether it is affected: add/,
      ) as string,
    },
  ]);
});
