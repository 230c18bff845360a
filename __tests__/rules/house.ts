import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformResource } from "cdktf";
import type { AccountState, Change } from "../../review/change";
import { matrixOf } from "../../review/matrix";
import { mergePlans } from "../../review/merge";
import { checkRules, type RulesReport } from "../../rules/check";
import { changeOf } from "../../rules/synthesized";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import {
  ServiceStack,
  type ServiceStackProps,
} from "../../stacks/service-stack";

export const HOST = "comfyui.example.com";
/** A day on which tests look. */
export const NOW = new Date("2026-11-24T12:00:00Z");

/** Synthesizes a healthy service with other props, and what `build` adds. */
export function changeWith(
  props: Partial<ServiceStackProps> = {},
  build: (stack: ServiceStack) => void = () => {},
  known?: Parameters<typeof changeOf>[1],
): Change {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  try {
    process.env.CDKTF_OUTDIR = join(folder, "out");
    const app = new AccessStacks();
    const shared = {
      accountId: "0123456789abcdef0123456789abcdef",
      stateDir: join(folder, "state"),
    };
    const identity = new IdentityStack(app, "identity", {
      ...shared,
      loginMethod: { name: "Google", googleClientId: "1" },
    });
    const stack = new ServiceStack(app, "comfyui", {
      ...shared,
      identity,
      loginMethod: "Google",
      allowedEmails: ["ann@example.com"],
      zone: "example.com",
      tunnel: "home",
      service: comfyui,
      hostname: HOST,
      serviceUrl: "http://caddy:80",
      ...props,
    });
    build(stack);
    app.synth();
    const change = changeOf(
      ["identity", "comfyui"].map((name) => ({
        name,
        dir: join(folder, "out/stacks", name),
      })),
      known,
    );
    // What is read of a plan only a plan can tell.
    const plans = change.plans.map((plan) => ({ ...plan, unread: [] }));
    return { ...change, plans };
  } finally {
    delete process.env.CDKTF_OUTDIR;
    rmSync(folder, { recursive: true });
  }
}

/** The same change in an account that has more. */
export function inAccount(
  change: Change,
  more: (state: AccountState) => AccountState,
): Change {
  return mergePlans(more(change.before), change.plans);
}

/** What is broken, as `rule stack: about`. */
export function brokenIn(change: Change): string[] {
  return said(checkRules(change, { now: NOW, matrix: matrixOf(change, NOW) }));
}

export function said({ broken }: RulesReport): string[] {
  return broken.map(({ about, rule, stack }) => `${rule} ${stack}: ${about}`);
}

/** Writes other values into all resources of a type, past the props. */
export function override(
  stack: ServiceStack,
  type: string,
  values: Readonly<Record<string, unknown>>,
  which: (resource: TerraformResource) => boolean = () => true,
): void {
  const found = stack.node
    .findAll()
    .filter((node) => node instanceof TerraformResource)
    .filter((one) => one.terraformResourceType === type && which(one));
  if (found.length === 0) throw new Error(`the stack has no ${type}`);
  for (const resource of found)
    for (const [path, value] of Object.entries(values))
      resource.addOverride(path, value);
}
