import Cloudflare from "cloudflare";
import {
  accountReader,
  NotReadable,
  type AccountReader,
} from "../../probe/account-reader";
import { allowedPerson } from "../../probe/checks/allowed-person";
import { otherPerson } from "../../probe/checks/other-person";
import type { World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

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
    await account.tunnels();
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
  const found = await reader().tunnels();
  expect(found.find(({ name }) => name === "new")?.rules).toEqual([]);
  expect(found).toHaveLength(2);
});

test("says what can't be read, and why", async () => {
  await expect(reader().records("a.elsewhere.example")).rejects.toThrow(
    new NotReadable("the account has no zone for a.elsewhere.example"),
  );
  service.account.apiTokens[0]!.permissions.length = 0;
  await expect(reader().applications()).rejects.toThrow(
    /^can't read applications: Cloudflare answered 403, /,
  );
});

test("says where the API can't be reached at all", async () => {
  const client = new Cloudflare({
    apiToken: "any",
    // A port that `fetch` never connects to.
    baseURL: "http://127.0.0.1:9",
    maxRetries: 0,
  });
  await expect(accountReader(client, "any").tunnels()).rejects.toThrow(
    "can't read tunnels: Cloudflare's API can't be reached",
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
      seen: "Cloudflare's policy check: ada@datacrew.space is approved, as are 1 of 1",
    });
    expect(await otherPerson.run(deployed, alone())).toEqual({
      status: "not checked",
      why: "nobody here can log in to Google, and of 1 who logged in before none is blocked",
    });
    await service.put(`access/policies/${service.people.id}`, {
      ...service.people,
      include: [{ email: { email: "someone-else@datacrew.space" } }],
    });
    expect(await otherPerson.run(deployed, alone())).toMatchObject({
      status: "kept",
      seen: expect.stringContaining("ada@datacrew.space is blocked"),
    });
  });

  test("and nothing where nobody ever did", async () => {
    expect(await allowedPerson.run(service.deployed, alone())).toMatchObject({
      status: "not checked",
    });
  });
});
