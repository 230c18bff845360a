import { accountReader } from "../../account/account-reader";
import { cloudflareClient } from "../../account/client";
import { ApiError } from "../../local/api/envelope";
import { CHECKLIST } from "../../probe/checklist";
import { probe, type Result } from "../../probe/probe";
import { cast } from "../../rehearsal/cast";
import { fullWorld } from "./full-world";
import { Service } from "./world";

let service: Service;
beforeEach(async () => (service = await Service.deploy()));
afterEach(() => service.close());

/** Checks that can't do without the account. */
const OF_ACCOUNT = ["dns", "no-side-door", "not-shadowed", "policies"];

/** Probes with the client that all commands have, while the API refuses all. */
async function refused(status: number, code: number): Promise<Result[]> {
  service.cloudflare.api.onCall({
    before: ({ path }) =>
      path.endsWith("/verify")
        ? undefined
        : new ApiError(status, code, "No", {
            headers: { "retry-after": status === 429 ? "300" : "0" },
          }).toResponse(),
  });
  const client = cloudflareClient({
    CLOUDFLARE_API_TOKEN: cast(service.account).apiToken,
    CLOUDFLARE_BASE_URL: service.cloudflare.apiUrl,
  });
  const account = accountReader(client, service.account.id);
  return probe(
    service.deployed,
    { ...fullWorld(service), account },
    { checks: CHECKLIST },
  );
}

test.each([
  [403, 10000, /lacks a permission .*GET .*Add the permission "/],
  [429, 971, /answered 429.*GET .*limit of 1,200 requests/],
  [500, 1100, /answered 500.*GET .*cloudflarestatus/],
  [403, 9999, /Zero Trust was never switched on/],
])(
  "what Cloudflare refuses with %d, %d is not checked, with call and remedy",
  async (status, code, why) => {
    const results = await refused(status, code);
    const statuses = results.map(({ finding }) => finding.status);
    expect(statuses).not.toContain("broken");
    for (const id of OF_ACCOUNT) {
      const found = results.find(({ check }) => check.id === id)!.finding;
      expect(found.status === "not checked" && found.why).toMatch(why);
    }
    // What is seen from outside is told all the same.
    expect(statuses.filter((one) => one === "kept").length).toBeGreaterThan(6);
  },
);
