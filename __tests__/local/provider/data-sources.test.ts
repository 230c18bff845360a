import { summary, TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.open();
});
afterAll(() => workspace.close());

interface Read {
  readonly value: { readonly [name: string]: unknown };
  /** Path below `/client/v4` and query of each call. */
  readonly calls: readonly string[];
  readonly text: string;
}

/** Reads a data source; `value` is `{}` where that failed. */
async function read(type: string, args: object): Promise<Read> {
  workspace.write(
    {},
    {
      data: { [`cloudflare_${type}`]: { it: args } },
      output: {
        it: { value: `\${data.cloudflare_${type}.it}`, sensitive: true },
      },
    },
  );
  let text = "";
  let code: number | null = null;
  const calls = await workspace.calls(async () => {
    ({ text, code } = await workspace.apply());
  });
  const { it } = code === 0 ? await workspace.outputs() : { it: {} };
  return {
    value: it as Read["value"],
    calls: calls.map(({ path, query }) => path + query),
    text,
  };
}

const account = () => ({ account_id: workspace.accountId });
const zone = () => ({ zone_id: workspace.zoneId });

test("zones by name and account", async () => {
  const { value, calls } = await read("zones", {
    name: "datacrew.space",
    account: { id: workspace.accountId },
  });

  expect(value["result"]).toMatchObject([
    {
      id: workspace.zoneId,
      name: "datacrew.space",
      status: "active",
      account: { id: workspace.accountId },
    },
  ]);
  const query = new URLSearchParams(calls[0]?.split("?")[1]);
  expect(Object.fromEntries(query)).toEqual({
    name: "datacrew.space",
    "account.id": workspace.accountId,
  });
});

test("a list is read until a page is empty", async () => {
  const { calls } = await read("zones", {});

  expect(calls).toEqual(["/zones", "/zones?page=2"]);
});

test("a list ends at max_items", async () => {
  const { value, calls } = await read("dns_records", {
    ...zone(),
    max_items: 3,
  });

  expect(value["result"]).toHaveLength(3);
  expect(calls).toEqual([`/zones/${workspace.zoneId}/dns_records`]);
});

test("a filter takes the first page, and then the object by its id", async () => {
  const { value, calls } = await read("zone", {
    filter: { name: "datacrew.space" },
  });

  expect(value).toMatchObject({
    id: workspace.zoneId,
    zone_id: workspace.zoneId,
    name: "datacrew.space",
  });
  expect(calls).toEqual([
    "/zones?name=datacrew.space",
    `/zones/${workspace.zoneId}`,
  ]);
});

test("fails when a filter finds nothing", async () => {
  const { text } = await read("zone", { filter: { name: "other.space" } });

  expect(text).toContain("Error: failed to find exactly one result");
  expect(text).toContain("0 found");
});

test("fails without id and filter", async () => {
  const { text } = await read("zone", {});

  expect(text).toContain(
    "Exactly one of these attributes must be configured: [zone_id,filter]",
  );
});

test("fails for an id that is not there", async () => {
  const { text } = await read("dns_record", {
    ...zone(),
    dns_record_id: "0".repeat(32),
  });

  expect(text).toContain("Error: failed to make http request");
  expect(text).toContain("404 Not Found");
});

test("a tunnel by its name, without deleted ones", async () => {
  const { value } = await read("zero_trust_tunnel_cloudflareds", {
    ...account(),
    name: "datacrew-services",
    is_deleted: false,
  });

  expect(value["result"]).toMatchObject([
    {
      id: workspace.tunnelId,
      name: "datacrew-services",
      deleted_at: null,
      metadata: "{}",
    },
  ]);
});

test("a tunnel's configuration", async () => {
  const { value } = await read("zero_trust_tunnel_cloudflared_config", {
    ...account(),
    tunnel_id: workspace.tunnelId,
  });

  const { ingress } = value["config"] as { ingress: unknown[] };
  expect(ingress[2]).toMatchObject({
    hostname: "comfyui.datacrew.space",
    origin_request: { http_host_header: "comfyui.datacrew.space" },
  });
  expect(ingress.at(-1)).toMatchObject({
    hostname: null,
    service: "http_status:404",
  });
});

test("the organization tells the team's domain", async () => {
  const { value } = await read("zero_trust_organization", account());

  expect(value["auth_domain"]).toBe("datacrew.cloudflareaccess.com");
});

test.each([
  ["applications", "Grafana"],
  ["policies", "Grafana operators"],
  ["groups", "Operators"],
  ["service_tokens", "grafana-reports"],
  ["identity_providers", "One-time PIN"],
])("the account's %s", async (kind, name) => {
  const { value } = await read(`zero_trust_access_${kind}`, account());

  const names = (value["result"] as { name: string }[]).map((it) => it.name);
  expect(names).toContain(name);
});

test("an application found by its name has no id of its own", async () => {
  const { value } = await read("zero_trust_access_application", {
    ...account(),
    filter: { name: "Grafana" },
  });

  expect(value).toMatchObject({
    id: null,
    app_id: "a11ce000-0000-4000-8000-000000000005",
    domain: "grafana.datacrew.space",
  });
});

test("DNS records by their exact name", async () => {
  const { value, calls } = await read("dns_records", {
    ...zone(),
    name: { exact: "comfyui.datacrew.space" },
  });

  expect(value["result"]).toMatchObject([
    {
      type: "CNAME",
      proxied: true,
      content: `${workspace.tunnelId}.cfargotunnel.com`,
    },
  ]);
  expect(calls[0]).toMatch(/\?name\.exact=comfyui\.datacrew\.space$/);
});

test("reads nothing but what was asked for", async () => {
  const calls = await workspace.calls(() =>
    read("zero_trust_access_group", {
      ...account(),
      group_id: "a11ce000-0000-4000-8000-000000000002",
    }),
  );

  expect(summary(calls)).toEqual(["GET groups/:id 200"]);
});
