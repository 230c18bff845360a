import { createHash } from "node:crypto";
import { MANAGED_TUNNEL } from "../base/managed-tunnel";
import { UNIQUE_NAMES } from "../base/unique-names";
import type { Unread, WrittenTo } from "./change";
import {
  actionOf,
  isImport,
  type PlanJson,
  type ResourceJson,
} from "./plan-json";
import { isMarked } from "./plan-values";
import { isObject } from "./references";
import { KINDS } from "./resources";

/**
 * Providers whose resources can be judged, with the settings that change
 * nothing about where they write and as whom.
 */
export const PROVIDERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["cloudflare/cloudflare", new Set<string>()],
  ["hashicorp/google", new Set(["project", "request_timeout"])],
  ["access-stacks/tunnel", new Set(["journal_dir"])],
]);

/** Where providers come from. Another registry's may be somebody else's under the same name. */
const REGISTRIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["cloudflare/cloudflare", ["registry.terraform.io", "registry.opentofu.org"]],
  ["hashicorp/google", ["registry.terraform.io", "registry.opentofu.org"]],
  ["access-stacks/tunnel", ["access-stacks.local"]],
]);

/** Types without a say in who reaches what. */
export const HARMLESS: ReadonlySet<string> = new Set([
  // A new one has no rules, and with rules none is deleted.
  MANAGED_TUNNEL,
  // Where these write to is looked at by itself.
  "google_project_service",
  "google_secret_manager_secret",
  "google_secret_manager_secret_version",
  UNIQUE_NAMES,
]);

/** Data sources that do no more than look something up at Cloudflare. */
export const LOOKUP = /^cloudflare_/;

/**
 * All of a plan that the review does not understand: whatever is not known to
 * be harmless may change who reaches what.
 */
export function unreadOf(json: PlanJson): Unread[] {
  return [
    ...(json.complete === false
      ? [{ address: "plan", what: "the plan is not complete (-target?)" }]
      : []),
    ...providers(json),
    ...configured(json),
    ...json.resource_changes.flatMap(resource),
    ...json.deferred_changes.map(({ resource_change: change }) => ({
      address: change?.address ?? "a deferred change",
      what: "Terraform plans it later, after other resources are created",
    })),
    ...json.action_invocations.map(({ address }) => ({
      address: address ?? "an action",
      what: "a Terraform action runs outside of any resource",
    })),
  ];
}

function providers({ configuration }: PlanJson): Unread[] {
  return Object.entries(configuration?.provider_config ?? {}).flatMap(
    ([key, one]): Unread[] => {
      const {
        expressions = {},
        full_name: name,
        version_constraint: constraint,
      } = one;
      const address = `provider.${key}`;
      const settings = name === undefined ? undefined : settingsOf(name);
      if (settings === undefined)
        return [
          {
            address,
            what: `the provider ${name ?? key} runs code that is not known here${as({ constraint, expressions })}`,
          },
        ];
      const others = Object.keys(expressions).filter(
        (setting) => !settings.has(setting),
      );
      return others.length === 0
        ? []
        : [
            {
              address,
              what: `${others.join(", ")} of the provider may lead to another account or server${as(expressions)}`,
            },
          ];
    },
  );
}

/** By what something is known again of which the review shows nothing else. */
function as(value: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(value) ?? "");
  return ` (as of now ${digest.digest("hex").slice(0, 12)})`;
}

/** The harmless settings of a provider that is known. */
function settingsOf(fullName: string): ReadonlySet<string> | undefined {
  const [registry = "", ...rest] = fullName.split("/");
  const name = rest.join("/");
  return REGISTRIES.get(name)?.includes(registry)
    ? PROVIDERS.get(name)
    : undefined;
}

/** What stands in the configuration, whether or not anything of it changes. */
function configured({ configuration }: PlanJson): Unread[] {
  const { module_calls: modules = {}, resources = [] } =
    configuration?.root_module ?? {};
  return [
    ...Object.entries(modules).map(([name, module]) => ({
      address: `module.${name}`,
      what: `modules are not read${as(module)}`,
    })),
    ...resources.flatMap(
      ({
        address,
        expressions,
        mode = "managed",
        provisioners = [],
        type = "",
      }): Unread[] =>
        [
          mode === "data" &&
            !LOOKUP.test(type) && {
              address,
              what: `a data source of type ${type} may do more than look something up${as(expressions)}`,
            },
          mode !== "data" &&
            mode !== "managed" && {
              address,
              what: `${mode} resources are not read`,
            },
          provisioners.length > 0 && {
            address,
            what: `its provisioner (${provisioners.map(({ type = "?" }) => type).join(", ")}) runs whatever it says, with the credentials of the deploy${as(provisioners)}`,
          },
        ].filter((one) => one !== false),
    ),
  ];
}

/** Accounts that changed resources of harmless types are written to. */
export function accountsIn({ resource_changes: all }: PlanJson): WrittenTo[] {
  return all.filter(changesOne).flatMap(({ address, change, type }) => {
    const { after, before } = change;
    const values = isObject(after) ? after : before;
    const accountId = isObject(values) ? values["account_id"] : undefined;
    return HARMLESS.has(type) && typeof accountId === "string"
      ? [{ address, accountId }]
      : [];
  });
}

/** The account of a harmless resource, where a plan does not tell it. */
function hiddenAccount({ address, change, type }: ResourceJson): Unread[] {
  if (!IN_AN_ACCOUNT.has(type) || !isObject(change.after)) return [];
  const isHidden = [change.after_unknown, change.after_sensitive].some(
    (marks) =>
      marks === true || (isObject(marks) && isMarked(marks["account_id"])),
  );
  return isHidden
    ? [
        {
          address,
          what: "its account is sensitive, or not known before the deploy",
        },
      ]
    : [];
}

const IN_AN_ACCOUNT: ReadonlySet<string> = new Set([
  MANAGED_TUNNEL,
  UNIQUE_NAMES,
]);

function changesOne(one: ResourceJson): boolean {
  return one.mode === "managed" && (actionOf(one) !== "no-op" || isImport(one));
}

function resource(one: ResourceJson): Unread[] {
  const { address, provider_name: provider, type } = one;
  if (!changesOne(one)) return [];
  if (KINDS.has(type) || HARMLESS.has(type))
    return provider === undefined || settingsOf(provider)
      ? hiddenAccount(one)
      : [{ address, what: `it belongs to the provider ${provider}` }];
  return [{ address, what: `resources of type ${type} are not read` }];
}
