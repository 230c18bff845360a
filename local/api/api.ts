import type { Account } from "../account";
import {
  bodyForLog,
  ConnectionDropped,
  DROP,
  type ApiCall,
  type CallListener,
  type Intervention,
} from "./calls";
import { accessLogs } from "./access-logs";
import { accounts } from "./accounts";
import { appPolicies } from "./app-policies";
import { apps } from "./apps";
import { dnsRecords } from "./dns-records";
import { graphql } from "./graphql";
import { groups } from "./groups";
import { identityProviders } from "./identity-providers";
import { notifications } from "./notifications";
import { organizations } from "./organizations";
import { policies } from "./policies";
import { policyTests } from "./policy-tests";
import { callCounter } from "./rate-limit";
import { BASE_PATH, router } from "./router";
import { serviceTokens } from "./service-tokens";
import { tokens } from "./tokens";
import { tunnelConfigurations } from "./tunnel-configurations";
import { tags } from "./tags";
import { tunnels } from "./tunnels";
import { users } from "./users";
import { zones } from "./zones";

/** Cloudflare's API over one account, without a socket. */
export interface Api {
  /**
   * Answers a request whose path begins with `/client/v4`.
   *
   * @throws ConnectionDropped where a listener dropped the answer
   */
  handle(request: Request): Promise<Response>;
  /** Every call, in the order in which they took effect. */
  readonly calls: readonly ApiCall[];
  /** Adds a listener; the function it returns takes it away again. */
  onCall(listener: CallListener): () => void;
}

export function createApi(account: Account): Api {
  const calls: ApiCall[] = [];
  const listeners = new Set<CallListener>();
  const count = callCounter(account);
  const route = router(
    account,
    accounts(account),
    tokens(account),
    zones(account),
    dnsRecords(account),
    tunnels(account),
    tunnelConfigurations(account),
    organizations(account),
    identityProviders(account),
    apps(account),
    appPolicies(account),
    policies(account),
    policyTests(account),
    groups(account),
    serviceTokens(account),
    tags(account),
    users(account),
    accessLogs(account),
    notifications(account),
    graphql(account),
  );

  async function first(
    ask: (listener: CallListener) => Promise<Intervention> | Intervention,
  ): Promise<Intervention> {
    for (const listener of [...listeners]) {
      const intervention = await ask(listener);
      if (intervention !== undefined) return intervention;
    }
    return undefined;
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const left = Object.entries(count(request));
    const text = await request.text();
    const call: ApiCall = {
      method: request.method,
      path: url.pathname.startsWith(BASE_PATH)
        ? url.pathname.slice(BASE_PATH.length)
        : url.pathname,
      query: url.search,
      body: bodyForLog(text),
      at: account.now().toISOString(),
    };

    const before = await first((listener) => listener.before?.(call));
    calls.push(call);
    if (before !== undefined) return finish(call, before, left);
    const answer = route(request, text);
    call.status = answer.status;
    const after = await first((listener) => listener.after?.(call, answer));
    return finish(call, after ?? answer, left);
  }

  function finish(
    call: ApiCall,
    outcome: Response | typeof DROP,
    headers: readonly (readonly [string, string])[],
  ): Response {
    if (outcome === DROP) {
      delete call.status;
      throw new ConnectionDropped(call);
    }
    call.status = outcome.status;
    for (const [name, value] of headers)
      if (!outcome.headers.has(name)) outcome.headers.set(name, value);
    return outcome;
  }

  return {
    handle,
    calls,
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
