import type { Account } from "../account";
import type { ApiToken, JsonObject } from "../account-objects";
import { authenticate } from "./auth";
import { ApiError } from "./envelope";
import {
  accessNotEnabled,
  forbidden,
  malformedBody,
  noSuchRoute,
  unauthorizedResource,
  unsupported,
} from "./errors";
import { holds, isZonePermission, type Permission } from "./permissions";

/** Where Cloudflare's API begins. */
export const BASE_PATH = "/client/v4";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a handler is given. */
export interface ApiRequest {
  readonly method: string;
  /** Without the base path. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly token: ApiToken;
  /** The JSON body; `{}` where there is none. */
  readonly body: JsonObject;
}

/** Runs without a pause in between, so that no other call sees half of it. */
export type Handler = (request: ApiRequest) => Response;

export interface Route {
  /** Null: any valid token will do. */
  readonly permission: Permission | null;
  readonly handle: Handler;
}

/** Keys are a method and a path whose `:parts` become params. */
export type Routes = Readonly<Record<`${Method} /${string}`, Route>>;

/** A route that asks for a permission (null: for none). */
export function route(permission: Permission | null, handle: Handler): Route {
  return { permission, handle };
}

/** The first segments that Cloudflare's API has. */
const ROOTS = ["accounts", "zones", "user", "memberships", "ips", "graphql"];

/**
 * Finds the route of a request, after checking what Cloudflare checks first:
 * the token, the account, Zero Trust, the permission. What exists at Cloudflare
 * but not here is answered 501 and names itself.
 */
export function router(
  account: Account,
  ...tables: Routes[]
): (request: Request, body: string) => Response {
  const routes = tables.flatMap((table) =>
    Object.entries(table).map(([key, route]) => ({
      pattern: key.split(/[ /]+/),
      route,
    })),
  );

  function dispatch(request: Request, text: string): Response {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${BASE_PATH}/`)) {
      throw noSuchRoute(url.pathname);
    }
    const path = url.pathname.slice(BASE_PATH.length);
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    if (!ROOTS.includes(segments[0] ?? "")) throw noSuchRoute(path);

    const token = authenticate(account, request);
    checkIds(segments, path);
    checkAccount(account, segments);
    if (isAccessPath(segments) && account.organization === null) {
      throw accessNotEnabled();
    }

    const wanted = [request.method, ...segments];
    for (const { pattern, route } of routes) {
      const params = match(pattern, wanted);
      if (params === undefined) continue;
      checkPermission(token, route.permission, request.method, path);
      const body = parseBody(text);
      return route.handle({
        method: request.method,
        path,
        params,
        query: url.searchParams,
        token,
        body,
      });
    }
    throw unsupported(`${request.method} ${path}`);
  }

  return (request, body) => {
    try {
      return dispatch(request, body);
    } catch (error) {
      if (error instanceof ApiError) return error.toResponse();
      throw error;
    }
  };
}

function match(
  pattern: string[],
  wanted: string[],
): Record<string, string> | undefined {
  if (pattern.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = wanted[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** Accounts, zones and DNS records have ids of 32 hexadecimal digits. */
function checkIds(segments: string[], path: string): void {
  const [root, id, kind, recordId] = segments;
  const ids = root === "user" ? [] : [id];
  if (root === "zones" && kind === "dns_records" && recordId !== "batch") {
    ids.push(recordId);
  }
  for (const candidate of ids) {
    if (candidate !== undefined && !/^[0-9a-f]{32}$/.test(candidate)) {
      throw noSuchRoute(path);
    }
  }
}

function checkAccount(account: Account, segments: string[]): void {
  const [root, id] = segments;
  if (root === "accounts" && id !== undefined && id !== account.id) {
    throw new ApiError(403, 10000, "Authentication error");
  }
}

function isAccessPath([root, , area]: string[]): boolean {
  return (root === "accounts" || root === "zones") && area === "access";
}

function checkPermission(
  token: ApiToken,
  permission: Permission | null,
  method: string,
  path: string,
): void {
  if (permission === null || holds(token, permission)) return;
  if (isZonePermission(permission) || permission.includes("API Tokens")) {
    throw unauthorizedResource();
  }
  if (path.endsWith("/configurations") && method === "PUT") {
    throw new ApiError(
      403,
      10000,
      "PUT method not allowed for the api_token authentication scheme",
    );
  }
  throw forbidden();
}

function parseBody(text: string): JsonObject {
  if (text === "") return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw malformedBody();
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw malformedBody();
  }
  return body as JsonObject;
}
