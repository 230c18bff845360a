import { openPathPattern } from "../../ingress/open-path";
import type { AccountFileInput } from "../../local/account-file-schema";
import type { Visitor, World } from "../stacks/world";
import { AUD, GOOGLE, HOST, PEOPLE, TOKEN, type ByHand } from "./accounts";

export const HOOK = "b11d0000-0000-4000-8000-000000000051";
export const HOOK_POLICY = "b11d0000-0000-4000-8000-000000000052";

type Rules = NonNullable<
  NonNullable<
    NonNullable<
      NonNullable<AccountFileInput["tunnels"]>[number]["configuration"]
    >["config"]
  >["ingress"]
>;

/** Somebody opened a path by hand. */
export function openHook(it: ByHand, isInside: boolean): void {
  it.admit([{ service_token: { token_id: TOKEN.id } }]);
  it.file.policies.push({
    ...{ id: HOOK_POLICY, name: "Anyone", decision: "bypass" },
    include: [{ everyone: {} }],
    ...(isInside && { reusable: false }),
  });
  it.file.applications.push({
    ...{ id: HOOK, aud: "c1ff".repeat(16), name: "Webhooks of ours" },
    domain: `${HOST}/hook`,
    session_duration: "6h",
    app_launcher_visible: false,
    custom_deny_message: "ask Ada",
    policies: [HOOK_POLICY],
  });
}

/** The tunnel's rules by which a request of the hook gets to the service. */
export const BY: Readonly<Record<string, (it: ByHand) => void>> = {
  "a rule of the host without a JWT check": ({ rule }) =>
    void delete rule.originRequest?.access,
  "a rule of the path": (it) =>
    void (it.rules as Rules).unshift({
      ...{ hostname: HOST, path: openPathPattern("/hook") },
      service: it.rule.service,
    }),
  "a wider rule of the path": (it) =>
    void (it.rules as Rules).unshift({
      ...{ hostname: HOST, path: "^/hook", service: it.rule.service },
    }),
};

export const QUEUE_AUD = "c1fe".repeat(16);

/** Somebody limited the token to a path, and to an application of its own. */
export function queue(it: ByHand): void {
  it.people.include = [{ email: { email: "ada@datacrew.space" } }];
  it.file.policies.push({
    ...{ id: HOOK_POLICY, name: "The queue", decision: "non_identity" },
    include: [{ service_token: { token_id: TOKEN.id } }],
  });
  it.file.applications.push({
    ...{ id: HOOK, aud: QUEUE_AUD, name: "Queue of ours" },
    domain: `${HOST}/queue`,
    path_cookie_attribute: true,
    allowed_idps: [GOOGLE],
    policies: [PEOPLE, HOOK_POLICY],
  });
  Object.assign(it.rule.originRequest!.access as object, {
    audTag: [AUD, QUEUE_AUD],
  });
}

/** Whoever calls a path without a login, wherever else is looked. */
export const callerOf = (world: World, path: string): Visitor => ({
  name: `a caller of ${path}`,
  reach: () => world.stranger().reach(`https://${HOST}${path}`),
});
