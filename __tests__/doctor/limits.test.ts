import { limitsCheck } from "../../doctor/checks/limits";

test("what a service does not say of a limit is not checked", async () => {
  const limits = { largeBodies: "it does not meet it" };
  const service = { hostname: "wiki.example.com", notes: { limits } };
  expect(await limitsCheck.run({ service } as never)).toMatchObject([
    { status: "ok", what: "413, bodies above 100 MB: it does not meet it" },
    {
      status: "not checked",
      what: expect.stringMatching(/^524, .* is not known: write/) as string,
    },
  ]);
});
