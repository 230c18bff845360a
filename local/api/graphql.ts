import { buildSchema, graphqlSync } from "graphql";
import type { Account } from "../account";
import { malformedBody } from "./errors";
import { holds } from "./permissions";
import { route, type Routes } from "./router";

/** The part of Cloudflare's schema that is about logins at Access. */
const SCHEMA = buildSchema(`
  scalar string
  scalar Time
  scalar uint8
  scalar uint64

  type Query { viewer: viewer! }
  type viewer { accounts(filter: AccountFilter!): [account!]! }
  input AccountFilter { accountTag: string! }
  type account {
    accessLoginRequestsAdaptiveGroups(
      limit: uint64!, filter: LoginFilter, orderBy: [LoginOrder!]
    ): [LoginGroup!]!
  }
  input LoginFilter {
    datetime_geq: Time, datetime_gt: Time, datetime_leq: Time, datetime_lt: Time
    appId: string, cfRayId: string, identityProvider: string
    isSuccessfulLogin: uint8, serviceTokenId: string, userUuid: string
  }
  enum LoginOrder { datetime_ASC datetime_DESC }
  type LoginGroup { count: uint64!, dimensions: LoginDimensions! }
  type LoginDimensions {
    appId: string!, approvingPolicyId: string!, cfRayId: string!
    country: string!, datetime: Time!, deviceId: string!
    hasExistingJWT: uint8!, hasGatewayEnabled: uint8!, hasWarpEnabled: uint8!
    identityProvider: string!, ipAddress: string!, isSuccessfulLogin: uint8!
    mtlsCertSerialId: string!, mtlsCommonName: string!, mtlsStatus: string!
    serviceTokenId: string!, userUuid: string!
  }
`);

/** A login as the dataset has it. */
type Login = Readonly<Record<string, string | number>> & {
  readonly datetime: string;
};

interface LoginArguments {
  readonly limit: number;
  readonly filter?: Readonly<Record<string, string | number>>;
  readonly orderBy?: readonly string[];
}

/**
 * Cloudflare's GraphQL API, as far as it tells of logins at Access. Faults are
 * answered with 200, as GraphQL has it.
 *
 * @see https://developers.cloudflare.com/analytics/graphql-api/tutorials/querying-access-login-events/
 */
export function graphql(account: Account): Routes {
  return {
    "POST /graphql": route(null, ({ body, token }) => {
      const { query, variables } = body;
      if (typeof query !== "string") throw malformedBody();
      const accounts = ({ filter }: { filter: { accountTag: string } }) => {
        const mine = filter.accountTag === account.id;
        if (!mine || !holds(token, "Account Analytics Read"))
          throw new Error("not authorized for that account");
        return [
          {
            accessLoginRequestsAdaptiveGroups: (wanted: LoginArguments) =>
              find(loginsOf(account), wanted).map((dimensions) => ({
                count: 1,
                dimensions,
              })),
          },
        ];
      };
      const { data = null, errors = null } = graphqlSync({
        schema: SCHEMA,
        source: query,
        rootValue: { viewer: { accounts } },
        variableValues: variables as Record<string, unknown> | undefined,
      });
      return Response.json({ data, errors });
    }),
  };
}

/** Oldest first. */
function loginsOf(account: Account): Login[] {
  const people = account.accessLog
    .filter(({ action, connection }) => {
      return action === "login" && connection !== "nonidentity";
    })
    .map((entry) => ({
      ...NOTHING,
      datetime: entry.created_at,
      appId: entry.app_uid,
      cfRayId: entry.ray_id,
      country: entry.country ?? "",
      identityProvider: entry.connection,
      ipAddress: entry.ip_address,
      isSuccessfulLogin: entry.allowed ? 1 : 0,
      userUuid: entry.user_id ?? "",
    }));
  const machines = account.nonIdentityLogins.map((login) => ({
    ...NOTHING,
    datetime: login.at,
    appId: login.app_id,
    approvingPolicyId: login.policy_id,
    cfRayId: login.ray_id,
    country: login.country,
    identityProvider: "nonidentity",
    ipAddress: login.ip_address,
    isSuccessfulLogin: login.success ? 1 : 0,
    serviceTokenId: login.service_token_id,
  }));
  return [...people, ...machines].sort(compareTimes);
}

const NOTHING = {
  approvingPolicyId: "",
  deviceId: "",
  hasExistingJWT: 0,
  hasGatewayEnabled: 0,
  hasWarpEnabled: 0,
  mtlsCertSerialId: "",
  mtlsCommonName: "",
  mtlsStatus: "NONE",
  serviceTokenId: "",
  userUuid: "",
};

function find(
  logins: readonly Login[],
  { filter = {}, limit, orderBy = [] }: LoginArguments,
): Login[] {
  const found = logins.filter((login) =>
    Object.entries(filter).every(([name, wanted]) =>
      admits(login, name, wanted),
    ),
  );
  if (orderBy.includes("datetime_DESC")) found.reverse();
  return found.slice(0, Number(limit));
}

function admits(login: Login, name: string, wanted: string | number): boolean {
  const [field = "", operator] = name.split("_");
  if (operator === undefined) return login[field] === wanted;
  const difference = Date.parse(login.datetime) - Date.parse(String(wanted));
  switch (operator) {
    case "geq":
      return difference >= 0;
    case "gt":
      return difference > 0;
    case "leq":
      return difference <= 0;
    default:
      return difference < 0;
  }
}

function compareTimes(a: Login, b: Login): number {
  return Date.parse(a.datetime) - Date.parse(b.datetime);
}
