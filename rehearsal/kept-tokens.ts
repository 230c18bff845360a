import { credentialVariables, type Credentials } from "../client/credentials";
import type { GoogleCloud } from "../local/google-apis/cloud";
import type { Line } from "./report";

const API = "secretmanager.googleapis.com";

/** Whether Google holds both halves of the service's first token. */
export function tokenIsKept(
  service: string,
  token: Partial<Credentials> | undefined,
  cloud: GoogleCloud,
): Line {
  const names = credentialVariables(service);
  const kept =
    token?.clientSecret !== undefined &&
    cloud.read(names.clientId) === token.clientId &&
    cloud.read(names.clientSecret) === token.clientSecret;
  return {
    what: "Google Secret Manager holds the token",
    mark: kept ? "ok" : "failed",
    seen: kept ? "both halves" : "not this token",
    detail: kept
      ? undefined
      : `Google has ${[...cloud.secrets.keys()].join(", ") || "no secret"}`,
  };
}

/** What a destroy has to leave at Google: no secret, and the API switched on. */
export function nothingIsKept(cloud: GoogleCloud): Line {
  const left = [...cloud.secrets.keys()];
  const good = left.length === 0 && cloud.services.has(API);
  return {
    what: "After: Google has no secret of it",
    mark: good ? "ok" : "failed",
    seen: good ? "none; the API stays on" : "differences",
    detail: good
      ? undefined
      : `Secrets: ${left.join(", ") || "none"}. APIs: ${[...cloud.services].join(", ")}`,
  };
}
