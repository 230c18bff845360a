import type { AccessRequest } from "../../access/request";
import { decide } from "../../access/decide";
import type { Decision } from "../../access/decision";
import type { Policy } from "../../access/model";
import type { World } from "../../probe/world";
import type { ServiceContext } from "../context";
import type { TokenHere } from "./token";

/** What is known where somebody complains. */
export interface SymptomContext extends ServiceContext {
  readonly env: NodeJS.ProcessEnv;
  /** Who is refused. */
  readonly email?: string;
  /** Where it is seen. @default - the service's API path, or its page */
  readonly path?: string;
  /** The service token to ask with. */
  readonly token: () => Promise<TokenHere>;
  /** Asks from this machine, without Cloudflare. */
  readonly host: Pick<World, "ask">;
}

/**
 * What Access does with a request to the service, as the account stands now.
 *
 * @param change What a policy would have to be instead. @default - as it is
 */
export async function decideNow(
  { account, service }: Pick<ServiceContext, "account" | "service">,
  request: Omit<AccessRequest, "host">,
  change?: (policy: Policy) => Policy,
): Promise<Decision> {
  const [applications, groups, identity_providers, organization, tokens] =
    await Promise.all([
      account.applications(),
      account.groups(),
      account.loginMethods(),
      account.organization(),
      account.serviceTokens(),
    ]);
  return decide(
    {
      applications: change
        ? applications.map(({ policies, ...application }) => ({
            ...application,
            policies: policies?.map((policy) =>
              typeof policy === "string" ? policy : change(policy),
            ),
          }))
        : applications,
      groups,
      identity_providers,
      organization: organization ?? null,
      service_tokens: tokens,
    },
    {
      certificate: null,
      linkedAppToken: null,
      ...request,
      host: service.hostname,
    },
  );
}

/** The application of the service's whole host, as the account has it now. */
export async function ownApplication({ account, service }: ServiceContext) {
  const { applications, hostname } = service;
  const planned = applications.find(({ domain }) => domain === hostname);
  return (await account.applications()).find(({ domain, id }) =>
    planned?.id === undefined ? domain === hostname : id === planned.id,
  );
}
