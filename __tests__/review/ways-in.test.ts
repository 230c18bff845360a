import type {
  AnyPlannedResource,
  Application,
  LoginMethod,
  Policy,
} from "../../review/change";
import { mergePlans } from "../../review/merge";
import { reviewOf } from "../../review/review";
import { allow, GOOGLE, named, NOW, state, type Host } from "./states";

/** What is found of one resource's change, and the text of each finding. */
function found(
  resource: Omit<AnyPlannedResource, "stack" | "address" | "unknown">,
  hosts: readonly Host[] = [],
) {
  const plan = {
    stack: "web",
    unread: [],
    outputs: {},
    resources: [
      {
        stack: "web",
        address: "x.y",
        unknown: [],
        ...resource,
      } as AnyPlannedResource,
    ],
  };
  const { findings } = reviewOf(mergePlans(state(hosts), [plan]), { now: NOW });
  return findings.map((finding) => [named(finding), finding.text] as const);
}

const ids = (all: ReturnType<typeof found>) => all.map(([id]) => id);

describe("a login method", () => {
  const method = (
    action: "create" | "delete" | "replace" | "update",
    more: {
      after?: LoginMethod;
      before?: LoginMethod;
      changed?: string[];
    } = {},
    hosts: readonly Host[] = [],
  ) =>
    found(
      {
        kind: "login_method",
        action,
        ...(action !== "create" && { before: GOOGLE }),
        ...more,
      } as never,
      hosts,
    );
  const guarded: Host = {
    host: "app.example.com",
    policies: [allow("ada@example.com")],
  };

  test("is made", () => {
    expect(
      ids(
        method("create", { after: { ...GOOGLE, id: "new", name: "GitHub" } }),
      ),
    ).toEqual(["note login-method-made: login method GitHub"]);
  });

  test("of the name of one that is there fails the review: no service finds either", () => {
    expect(
      ids(method("create", { after: { ...GOOGLE, id: "new" } }, [guarded])),
    ).toEqual([
      "error login-method-twice: login method Google",
      "note login-method-made: login method Google",
    ]);
  });

  test("is dropped, and leaves applications without any", () => {
    expect(method("delete", {}, [guarded])).toContainEqual([
      "warning login-method-dropped: login method Google",
      "it is deleted: nobody can log in to any application with it; nobody can log in any more to App app.example.com",
    ]);
  });

  test("is dropped, and no application needs it", () => {
    const [[, text] = ["", ""]] = method("delete");
    expect(text).toBe(
      "it is deleted: nobody can log in to any application with it",
    );
  });

  test("is made anew, so that what names the old one fits no more", () => {
    const after = { ...GOOGLE, id: "new" };
    expect(method("replace", { after }, [guarded])).toContainEqual([
      "warning login-method-replaced: login method Google",
      expect.not.stringContaining("any more to App"),
    ]);
  });

  test.each([
    ["opened to all", { restrict_to_account_members: false }, true],
    ["left to members", { restrict_to_account_members: true }, false],
  ])("is Cloudflare's own, %s", (_, config, opened) => {
    const own = { ...GOOGLE, name: "Cloudflare", type: "cloudflare" };
    const found = method("update", {
      before: { ...own, config: { restrict_to_account_members: true } },
      after: { ...own, config },
      changed: ["config.restrict_to_account_members"],
    });
    expect(ids(found)).toEqual(
      opened ? ["warning login-method-opened: login method Cloudflare"] : [],
    );
  });

  test("gets another secret", () => {
    expect(
      ids(
        method("update", { after: GOOGLE, changed: ["config.client_secret"] }),
      ),
    ).toEqual(["note login-method-secret: login method Google"]);
  });
});

describe("how people get in", () => {
  const application: Application = {
    id: "a",
    name: "App",
    type: "self_hosted",
  };
  const policy: Policy = { id: "p", name: "people", decision: "allow" };
  const changed = (before: object, after: object) =>
    ids(
      found({
        kind: "application",
        action: "update",
        before: { ...application, ...before },
        after: { ...application, ...after },
      } as never),
    );

  test.each<[string, object, object, string[]]>([
    ["nothing", {}, {}, []],
    [
      "a second factor",
      {},
      { mfa_config: { allowed_authenticators: ["totp"] } },
      ["note second-factor-gained: App"],
    ],
    [
      "no second factor of its own",
      { mfa_config: { allowed_authenticators: ["totp"] } },
      {},
      ["warning second-factor-lost: App"],
    ],
    [
      "none whatever the organization says",
      {},
      { mfa_config: { mfa_disabled: true } },
      ["warning second-factor-lost: App"],
    ],
    [
      "that of the organization again",
      { mfa_config: { mfa_disabled: true } },
      {},
      ["note second-factor-gained: App"],
    ],
    [
      "WARP",
      {},
      { allow_authenticate_via_warp: true },
      ["warning warp-logs-in: App"],
    ],
    [
      "no WARP",
      { allow_authenticate_via_warp: true },
      { allow_authenticate_via_warp: false },
      ["note warp-logs-in-no-more: App"],
    ],
    [
      "OAuth",
      {},
      { oauth_configuration: { grant: {} } },
      ["note oauth-server: App"],
    ],
    ["OAuth that is off", {}, { oauth_configuration: { enabled: false } }, []],
    [
      "no OAuth",
      { oauth_configuration: { enabled: true } },
      { oauth_configuration: null },
      ["note oauth-server-no-more: App"],
    ],
  ])("tells of %s", (_, before, after, wanted) => {
    expect(changed(before, after)).toEqual(wanted);
  });

  test("tells of a policy's second factor too, and of what a new one does not ask for", () => {
    const created = (after: object) =>
      ids(
        found({
          kind: "policy",
          action: "create",
          after: { ...policy, ...after },
        } as never),
      );
    expect(created({})).toEqual([]);
    expect(created({ mfa_config: { mfa_disabled: true } })).toEqual([
      "warning second-factor-lost: policy people",
    ]);
  });

  test("says nothing of what stays as it is", () => {
    expect(
      ids(
        found({
          kind: "application",
          action: "no-op",
          before: application,
          after: { ...application, allow_authenticate_via_warp: true },
        } as never),
      ),
    ).toEqual([]);
  });
});
