import { environmentCheck } from "../../doctor/checks/environment";
import type { ServiceContext } from "../../doctor/context";

/** What the check sees of a service that needs these variables. */
function seen(environment: Record<string, string>) {
  const hostname = "n8n.example.com";
  return environmentCheck.run({
    service: { environment, hostname },
  } as ServiceContext);
}

test("what the service itself has to be told is named, and not held to be so", async () => {
  expect(await seen({ N8N_PROXY_HOPS: "1" })).toEqual([
    {
      status: "not checked",
      what: expect.stringMatching(/^N8N_PROXY_HOPS=1 has to be in the service/),
      about: "n8n.example.com",
    },
  ]);
});

test("of a service that needs nothing, nothing is said", async () => {
  expect(await seen({})).toEqual([]);
});
