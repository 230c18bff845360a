import { Cloudflare } from "../../account/cloudflare";
import {
  accountReader,
  type AccountReader,
} from "../../account/account-reader";
import { NotKnown } from "../../account/not-known";
import { allowedPerson } from "../../probe/checks/allowed-person";
import { otherPerson } from "../../probe/checks/other-person";
import type { World } from "../../probe/world";
import { fullWorld } from "../probe/full-world";
import { HOST, Service } from "../probe/world";

let service: Service;
beforeEach(async () => (service = await Service.deploy()));
afterEach(() => service.close());

const reader = () => accountReader(service.client, service.account.id);
const calls = () => {
  const paths: string[] = [];
  service.cloudflare.api.onCall({
    before: async ({ method, path }) => void paths.push(`${method} ${path}`),
  });
  return paths;
};

test("reads once what many ask for at the same time", async () => {
  const look = async (account: AccountReader) => {
    await account.tunnelsWithRules();
    await account.records(HOST);
    await account.records("n8n.datacrew.space");
  };
  const ofOne = calls();
  await look(reader());
  const expected = ofOne.toSorted();
  const ofMany = calls();
  const account = reader();
  await Promise.all(Array.from({ length: 100 }, () => look(account)));
  expect(ofMany.toSorted()).toEqual(expected);
  expect(ofMany.every((call) => call.startsWith("GET "))).toBe(true);
});

test("a tunnel that was never configured has no rules", async () => {
  const { account } = service;
  account.switches.unconfiguredTunnel = "not-found";
  await service.post("cfd_tunnel", { name: "new", config_src: "cloudflare" });
  const found = await reader().tunnelsWithRules();
  expect(found.find(({ name }) => name === "new")?.rules).toEqual([]);
  expect(found).toHaveLength(2);
});

test("says what can't be read, and why", async () => {
  await expect(reader().records("a.elsewhere.example")).rejects.toThrow(
    new NotKnown("the account has no zone for a.elsewhere.example"),
  );
  service.account.apiTokens[0]!.permissions.length = 0;
  await expect(reader().applications()).rejects.toThrow(
    `can't read applications: the API token lacks a permission for this (Cloudflare answered 403, 10000: Forbidden). Add the permission "Access: Apps and Policies Read" to it: dashboard, My Profile, API Tokens, or for a token of the account Manage Account, Account API Tokens`,
  );
});

test("says what is wrong with the API token itself", async () => {
  service.account.apiTokens[0]!.status = "expired";
  await expect(reader().applications()).rejects.toThrow(
    "can't read applications: the API token is expired",
  );
});

test("says where Zero Trust was never switched on", async () => {
  service.account.organization = null;
  expect(await reader().organization()).toBeUndefined();
  await expect(reader().applications()).rejects.toThrow(
    "can't read applications: Zero Trust was never switched on for this account (9999). Open https://dash.cloudflare.com/?to=/:account/one, choose",
  );
});

test("asks once more where Access throttles a token that is in order", async () => {
  let refused = false;
  service.cloudflare.api.onCall({
    before({ path }) {
      if (refused || !path.endsWith("/access/apps")) return;
      refused = true;
      const errors = [{ code: 10000, message: "Forbidden" }];
      return Response.json({ success: false, errors }, { status: 403 });
    },
  });
  expect(await reader().applications()).toContainEqual(
    expect.objectContaining({ aud: service.app.aud }),
  );
  expect(refused).toBe(true);
});

test("says where the API can't be reached at all", async () => {
  const client = new Cloudflare({
    apiToken: "any",
    // A port that `fetch` never connects to.
    baseURL: "http://127.0.0.1:9",
    maxRetries: 0,
  });
  await expect(accountReader(client, "any").tunnelsWithRules()).rejects.toThrow(
    "can't read tunnels: Cloudflare can't be reached (Connection error.)",
  );
});

describe("where nobody can be asked to log in", () => {
  const alone = (): World => ({ ...fullWorld(service), people: undefined });

  test("Cloudflare's policy check tells of those who did before", async () => {
    const { people } = service.world();
    await people!.allowed.visit(`https://${HOST}/`);
    const { deployed } = service;
    expect(await allowedPerson.run(deployed, alone())).toEqual({
      status: "kept",
      seen: "Cloudflare's policy check: approved are 1 of 1 who logged in before, ada@datacrew.space among them",
    });
    expect(await otherPerson.run(deployed, alone())).toEqual({
      status: "not checked",
      why: "nobody here can log in, and of 1 who logged in before none is blocked",
    });
    await service.put(`access/policies/${service.people.id}`, {
      ...service.people,
      include: [{ email: { email: "someone-else@datacrew.space" } }],
    });
    expect(await otherPerson.run(deployed, alone())).toMatchObject({
      status: "kept",
      seen: expect.stringContaining("blocked are 1 of 1"),
    });
  });

  test("and nothing where nobody ever did, of whom no list is asked for", async () => {
    const paths = calls();
    expect(await allowedPerson.run(service.deployed, alone())).toMatchObject({
      status: "not checked",
      why: "nobody here can log in, and nobody has logged in before",
    });
    expect(paths.filter((path) => path.includes("policy-tests"))).toEqual([
      expect.stringMatching(/^POST .*\/policy-tests$/),
      expect.stringMatching(/^GET .*\/policy-tests\/[^/]+$/),
    ]);
  });
});
