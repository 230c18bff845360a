import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloudflare } from "../../account/cloudflare";
import { ApiError } from "../../local/api/envelope";
import type { Ask } from "../../probe/world";
import { browser } from "../../rehearsal/browser";
import { cast } from "../../rehearsal/cast";
import { endSessions, type EndOptions } from "../../revocation/end-sessions";
import { HOST, Service } from "../probe/world";

jest.setTimeout(60_000);

let service: Service;
let client: Cloudflare;
let folder: string;
let ada: ReturnType<typeof person>;
const page = `https://${HOST}/`;

beforeEach(async () => {
  service = await Service.deploy();
  client = new Cloudflare({
    apiToken: cast(service.account).apiToken,
    baseURL: service.cloudflare.apiUrl,
    maxRetries: 0,
  });
  folder = mkdtempSync(join(tmpdir(), "revocation-"));
  ada = person(cast(service.account).allowed.email);
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Somebody whose cookies can be looked at. */
function person(email: string) {
  const world = service.world();
  let cookies = "";
  const internet = {
    openSocket: world.openSocket,
    askAt: () => Promise.reject(new Error("no browser does this")),
    certificate: () => Promise.reject(new Error("nor this")),
    close: async () => undefined,
    ask(url: string, ask: Ask = {}) {
      if (url.startsWith(page)) cookies = ask.headers?.cookie ?? "";
      return world.ask(url, ask);
    },
  };
  return {
    ...browser(internet, email),
    /** A file with the session of the last visit. */
    session(): string {
      const file = join(folder, "cookie");
      const [, value = ""] = /CF_Authorization=([^;]+)/.exec(cookies) ?? [];
      writeFileSync(file, `${value}\n`);
      return file;
    },
  };
}

const said: string[] = [];
beforeEach(() => void said.splice(0));

function end(options: Partial<EndOptions> = {}) {
  return endSessions(service.deployed, {
    client,
    accountId: service.account.id,
    world: service.world(),
    progress: {
      signal: new AbortController().signal,
      say: (text) => void said.push(text),
      tick: () => undefined,
    },
    wait: 0,
    approve: async () => true,
    ...options,
  });
}

const everything = { of: expect.any(String) as string };

describe("everybody's sessions at a service", () => {
  test("end, and the session of the service token shows it", async () => {
    await ada.visit(page);
    const grace = cast(service.account).other.email;

    const ended = await end();

    expect(ended).toMatchObject({
      ended: true,
      proofs: [
        {
          of: "the service token's session",
          status: "ended",
          seen: "200 at /system_stats before, 302 at /system_stats after",
        },
      ],
    });
    expect(ended?.notes[0]).toContain("People whom a policy still admits");
    expect((await ada.ask(page)).status).toBe(302);
    expect(service.account.revocations).toHaveLength(1);
    expect(grace).not.toBe(ada.email);
  });

  test("end again where the command is given twice", async () => {
    await end();
    expect((await end())?.ended).toBe(true);
  });

  test("end at applications on longer paths too, and not where all is open", async () => {
    const admins = await service.addPolicy("admins", "allow", [
      { email: { email: ada.email } },
    ]);
    const admin = await service.addApp("ComfyUI admin", "/admin", [admins]);
    await service.open("/hook");

    let plan = "";
    await end({ approve: async (text) => Boolean((plan = text)) });

    expect(plan).toBe(
      `Ends everybody's sessions at ${HOST}: "ComfyUI", "ComfyUI admin".`,
    );
    expect(service.account.revocations).toMatchObject([
      { app_id: service.app.id },
      { app_id: admin.id },
    ]);
  });

  test("are not checked where the organization is strict, unless someone lends a session", async () => {
    service.account.organization!.strict_service_token_auth = true;
    await ada.visit(page);

    const alone = await end();
    expect(alone).toMatchObject({
      ended: false,
      proofs: [{ ...everything, status: "not checked" }],
    });
    expect(alone?.proofs[0]?.seen).toContain("strict service token");
    expect(alone?.notes[0]).toMatch(/accepted the revocation, .* --session/);

    await ada.visit(page);
    expect(await end({ session: ada.session() })).toMatchObject({
      ended: true,
      proofs: [{ status: "ended" }, { status: "not checked" }],
    });
  });

  test("are not checked where the service token is refused", async () => {
    service.token.enabled = false;
    const ended = await end();
    expect(ended).toMatchObject({
      ended: false,
      proofs: [{ status: "not checked" }],
    });
    expect(ended?.proofs[0]?.seen).toContain("is refused");
  });

  test("end where the service can't be reached from here, and are not checked", async () => {
    await ada.visit(page);
    const ended = await end({
      world: { ask: () => Promise.reject(new Error("no way there")) },
    });
    expect(ended).toMatchObject({
      ended: false,
      proofs: [
        {
          status: "not checked",
          seen: `${HOST} can't be reached from here (no way there)`,
        },
      ],
    });
    expect((await ada.ask(page)).status).toBe(302);
  });

  test("are not checked where the service is out of reach afterwards", async () => {
    const { ask } = service.world();
    let asked = 0;
    const ended = await end({
      world: {
        ask: (...args) =>
          ++asked > 2 ? Promise.reject(new Error("gone")) : ask(...args),
      },
    });
    expect(ended?.proofs).toMatchObject([
      { status: "not checked", seen: expect.stringContaining("(gone) after") },
    ]);
    expect(ended?.ended).toBe(false);
  });

  test("fails where they go on", async () => {
    service.cloudflare.api.onCall({
      before: ({ path }) =>
        path.endsWith("/revoke_tokens")
          ? Response.json({ success: true, result: {} }, { status: 202 })
          : undefined,
    });
    const ended = await end();
    expect(ended).toMatchObject({
      ended: false,
      proofs: [{ status: "not ended" }],
    });
    expect(ended?.notes[0]).toContain("a session is still active");
  });

  test("go on where it is not approved", async () => {
    await ada.visit(page);
    expect(await end({ approve: async () => false })).toBeUndefined();
    expect((await ada.ask(page)).status).toBe(200);
  });

  test("fails where the application is not in the account any more", async () => {
    service.account.applications.delete(service.app.id);
    await expect(end()).rejects.toThrow(
      `application of ${HOST} is no longer in the account`,
    );
  });
});

describe("a person's sessions", () => {
  const sessions = "the sessions that Cloudflare lists";

  test("end everywhere, and Cloudflare lists none", async () => {
    await ada.visit(page);
    const elsewhere = person(ada.email);
    await elsewhere.visit(page);
    const cookie = ada.session();
    let plan = "";

    const ended = await end({
      person: ada.email,
      session: cookie,
      approve: async (text) => Boolean((plan = text)),
    });

    expect(plan).toBe(
      `Ends all sessions of ${ada.email} at every application in the account; Cloudflare lists 2 sessions (ComfyUI).`,
    );
    expect(ended).toMatchObject({
      person: ada.email,
      ended: true,
      proofs: [
        { of: expect.stringContaining(cookie) as string, status: "ended" },
        {
          of: sessions,
          status: "ended",
          seen: "2 sessions before, 0 of them after",
        },
      ],
    });
    expect((await ada.ask(page)).status).toBe(302);
    expect((await elsewhere.ask(page)).status).toBe(302);
  });

  test("can begin again while a policy admits them, which is said", async () => {
    await ada.visit(page);
    const still = await end({ person: ada.email });
    expect(still?.notes[0]).toBe(
      `${ada.email} may log in again at ${HOST}: application "ComfyUI": policy "people" admits ${ada.email}. Remove them from main.ts or the settings, deploy, then revoke again.`,
    );

    service.people.reusable = false;
    const inside = await end({ person: ada.email });
    expect(inside?.notes[0]).toMatch(
      /"people" admits ada@\S+\. That policy is written inside the application, and no deploy changes it: take them out of it there \(/,
    );

    service.people.include = [{ email: { email: "grace@example.org" } }];
    const out = await end({ person: ada.email });
    expect(out?.notes[0]).toMatch(/can't log in again .*no policy admits ada@/);

    service.people.require = [{ geo: { country_code: "NL" } }];
    service.people.include = [{ email: { email: ada.email } }];
    const maybe = await end({ person: ada.email });
    expect(maybe?.notes[0]).toMatch(/may be able .*depends on the country/);
  });

  test("names other applications that admit them", async () => {
    await ada.visit(page);
    const team = await service.addPolicy("team", "allow", [{ everyone: {} }]);
    await service.post("access/apps", {
      name: "Wiki",
      type: "self_hosted",
      domain: "wiki.datacrew.space",
      policies: [{ id: team, precedence: 1 }],
    });
    const all = await service.addPolicy("all", "bypass", [{ everyone: {} }]);
    await service.post("access/apps", {
      name: "Open to all",
      type: "self_hosted",
      domain: "open.datacrew.space",
      policies: [{ id: all, precedence: 1 }],
    });
    const { notes = [] } = (await end({ person: ada.email })) ?? {};
    expect(notes[1]).toBe(
      "They may still log in elsewhere in the account: Grafana (grafana.datacrew.space), Wiki (wiki.datacrew.space).",
    );
  });

  test("a login after it is another session", async () => {
    await ada.visit(page);
    service.cloudflare.api.onCall({
      after: async ({ path }) => {
        if (path.endsWith("/revoke_user")) await ada.visit(page);
        return undefined;
      },
    });
    expect((await end({ person: ada.email }))?.ended).toBe(true);
  });

  test("fails for someone who has never logged in, before anything ends", async () => {
    await expect(end({ person: "nobody@example.org" })).rejects.toThrow(
      "nobody with the address nobody@example.org has ever logged in",
    );
    expect(service.account.revocations).toEqual([]);
  });

  test("are not checked without the permission to list them, which is named", async () => {
    await ada.visit(page);
    const [token] = service.account.apiTokens;
    token!.permissions = token!.permissions.filter(
      (name) => name !== "Access: Audit Logs Read",
    );
    const ended = await end({ person: ada.email });
    expect(ended).toMatchObject({
      ended: false,
      proofs: [{ of: sessions, status: "not checked" }],
    });
    expect(ended?.proofs[0]?.seen).toContain(
      'Add the permission "Access: Audit Logs Read" to it',
    );
    expect((await ada.ask(page)).status).toBe(302);
  });

  test("fails where Cloudflare says that it did not end them", async () => {
    await ada.visit(page);
    service.cloudflare.api.onCall({
      before: ({ path }) =>
        path.endsWith("/revoke_user")
          ? Response.json({ success: true, result: false })
          : undefined,
    });
    await expect(end({ person: ada.email })).rejects.toThrow(
      "reports a failure",
    );
  });
});

describe("Cloudflare's refusals", () => {
  test.each([
    [
      "everybody's sessions",
      undefined,
      'Add the permission "Access: Apps and Policies Edit" or "Access: Apps and Policies Revoke"',
    ],
    [
      "a person's",
      "ada@datacrew.space",
      'Add the permission "Access: Organizations, Identity Providers, and Groups Edit" or "Access: Organizations, Identity Providers, and Groups Revoke"',
    ],
  ])("name the permission to end %s", async (_name, who, said) => {
    await ada.visit(page);
    const [token] = service.account.apiTokens;
    token!.permissions = [
      "Access: Apps and Policies Read",
      "Access: Audit Logs Read",
      "Access: Organizations, Identity Providers, and Groups Read",
      "Access: Service Tokens Read",
    ];
    await expect(end({ person: who })).rejects.toThrow(said);
    expect((await ada.ask(page)).status).toBe(200);
  });

  test("say what to do where Zero Trust is off", async () => {
    service.account.organization = null;
    await expect(end()).rejects.toThrow(
      /The applications can't be read: Zero Trust was never switched on .*9999/,
    );
  });

  test("are waited out where there were too many requests", async () => {
    let limited = 0;
    service.cloudflare.api.onCall({
      before: ({ path }) =>
        path.endsWith("/revoke_tokens") && limited++ === 0
          ? new ApiError(429, 971, "slow down", {
              headers: { "retry-after": "1" },
            }).toResponse()
          : undefined,
    });
    expect((await end())?.ended).toBe(true);
    expect(said[0]).toContain("continuing in 1 s");
  });
});

describe("a session that someone lends", () => {
  test.each([
    ["no file", "nowhere", /cannot read/],
    ["no token", "x", /does not contain a CF_Authorization cookie/],
  ])("fails where it is %s", async (_name, content, message) => {
    const file = join(folder, content);
    if (content !== "nowhere") writeFileSync(file, content);
    await expect(end({ session: file })).rejects.toThrow(message);
  });

  test("fails where it is another's, of another application, or over", async () => {
    await ada.visit(page);
    const session = ada.session();

    await expect(end({ session, person: "grace@example.org" })).rejects.toThrow(
      `a session of ${ada.email}, not of grace@example.org`,
    );
    const other = { ...service.deployed, aud: "0".repeat(64) };
    service.deployed = other;
    await expect(end({ session })).rejects.toThrow(
      "of an application other than",
    );
    service.deployed = { ...other, aud: service.app.aud };

    await end();
    await expect(end({ session })).rejects.toThrow("not valid even before");
    expect(service.account.revocations).toHaveLength(1);
  });
});
