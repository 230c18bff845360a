import { z } from "zod/mini";
import { guestsIn, type DatedGuest } from "./guests";
import { promisesIn, type AccessPromise } from "./promises";
import { STORES, type StoreName } from "./store-names";

/** The outputs by which the stack of a service tells what it deployed. */
export const SERVICE_OUTPUT = "service";
export const TOKENS_OUTPUT = "service_tokens";

const SERVICE = z.object({
  name: z.string(),
  page_text: z.string(),
  api_path: z.string(),
  web_socket_path: z.nullish(z.string()),
  local_url: z.string(),
  container_url: z.string(),
  refuses_cross_site: z.nullish(z.boolean()),
  hostname: z.string(),
  aud: z.string(),
  access_app_id: z.string(),
  team_name: z.string(),
  // Absent in what was deployed before paths could be open.
  open_paths: z.nullish(z.array(z.string())),
  environment: z.nullish(z.record(z.string(), z.string())),
  allowed_groups: z.nullish(z.array(z.string())),
});

const TOKEN = z.object({
  name: z.string(),
  id: z.string(),
  client_id: z.string(),
  // Absent for a token that was made elsewhere.
  client_secret: z.nullish(z.string()),
  // Absent for a token that is never expires.
  expires_at: z.nullish(z.string()),
  // One that this version does not know counts as none.
  store: z.catch(z.nullish(z.enum(STORES)), undefined),
  google_client_id: z.nullish(z.string()),
  google_client_secret: z.nullish(z.string()),
  // Absent for a token that is for the whole host.
  paths: z.nullish(z.array(z.string())),
});

const OUTPUTS = z.object({
  [SERVICE_OUTPUT]: SERVICE,
  [TOKENS_OUTPUT]: z.array(TOKEN),
});

/** What the stack of a service writes. */
export interface ServiceOutputs {
  readonly [SERVICE_OUTPUT]: z.input<typeof SERVICE>;
  readonly [TOKENS_OUTPUT]: readonly (Omit<z.input<typeof TOKEN>, "store"> & {
    readonly store?: StoreName;
  })[];
}

/** One service token of a deployed service. */
export interface DeployedToken {
  readonly name: string;
  readonly id: string;
  readonly clientId: string;
  /** Undefined for a token that was made elsewhere, and is only admitted. */
  readonly clientSecret?: string;
  /** RFC 3339; undefined for a token that is never expires. */
  readonly expiresAt?: string;
  /** Where it is kept, unless a command is told otherwise. */
  readonly store?: StoreName;
  /** The versions in Google Secret Manager that the stack has written. */
  readonly held?: { readonly clientId: string; readonly clientSecret: string };
  /** Paths that it is limited to. @default - the whole host */
  readonly paths?: readonly string[];
}

/** One that the stack made itself, so that it has the secret. */
export type OwnToken = DeployedToken & { readonly clientSecret: string };

/** What was deployed for a service, as its stack tells. */
export interface DeployedService {
  /** As people know it: `ComfyUI`. */
  readonly name: string;
  readonly pageText: string;
  readonly apiPath: string;
  readonly webSocketPath?: string;
  readonly localUrl: string;
  readonly containerUrl: string;
  readonly hostname: string;
  readonly aud: string;
  readonly accessAppId: string;
  readonly teamName: string;
  /** Paths that are open to everyone, with all below them. */
  readonly openPaths: readonly string[];
  readonly tokens: readonly DeployedToken[];
  /** What the owner has promised. @default - what follows from the rest */
  readonly promises?: readonly AccessPromise[];
  /** Those whose day is over as well. @default - none */
  readonly guests?: readonly DatedGuest[];
}

type Outputs = Readonly<Record<string, unknown>>;

/** What the outputs of a stack tell. */
export type ServiceReading =
  | { readonly service: DeployedService }
  /** Nothing of a service: the stack is another, or has none deployed. */
  | { readonly service: undefined; readonly missing: readonly [] }
  /** A service, without these fields: another version of the code deployed it. */
  | { readonly service: undefined; readonly missing: readonly string[] };

/** Reads a deployed service from the outputs of its stack. */
export function readServiceOutputs(outputs: Outputs): ServiceReading {
  const parsed = OUTPUTS.safeParse(outputs);
  if (parsed.success) {
    const promises = promisesIn(outputs);
    const guests = guestsIn(outputs);
    return {
      service: {
        ...toService(parsed.data),
        ...(promises.length > 0 && { promises }),
        ...(guests.length > 0 && { guests }),
      },
    };
  }
  const isService = SERVICE_OUTPUT in outputs || TOKENS_OUTPUT in outputs;
  return {
    service: undefined,
    missing: isService
      ? [...new Set(parsed.error.issues.map(({ path }) => path.join(".")))]
      : [],
  };
}

/** What is known of a service before it is deployed. */
const PLANNED = z.object({
  api_path: z.catch(z.string(), ""),
  page_text: z.catch(z.string(), ""),
  local_url: z.catch(z.string(), ""),
  container_url: z.catch(z.string(), ""),
  refuses_cross_site: z.catch(z.nullish(z.boolean()), false),
  environment: z.catch(z.nullish(z.record(z.string(), z.string())), {}),
  open_paths: z.catch(z.nullish(z.array(z.string())), []),
  allowed_groups: z.catch(z.nullish(z.array(z.string())), []),
});

/** What a plan, or a synthesized stack, says of its service. */
export interface PlannedOutputs {
  /** A path of the service that machines ask. */
  readonly apiPath: string;
  /** Text that the service's page shows. */
  readonly pageText: string;
  /** Where the service is found on its own host. */
  readonly localUrl: string;
  /** Where the service is found in Docker. */
  readonly containerUrl: string;
  /** See `Service`. */
  readonly refusesCrossSite: boolean;
  /** Variables that the service itself needs behind a tunnel. */
  readonly environment: Readonly<Record<string, string>>;
  readonly openPaths: readonly string[];
  /** Names of the groups whose members may log in. */
  readonly allowedGroups: readonly string[];
}

/** Undefined where there is no service. */
export function readPlannedService(
  outputs: Outputs,
): PlannedOutputs | undefined {
  const parsed = PLANNED.safeParse(outputs[SERVICE_OUTPUT]);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  return {
    apiPath: data.api_path,
    pageText: data.page_text,
    localUrl: data.local_url,
    containerUrl: data.container_url,
    refusesCrossSite: data.refuses_cross_site === true,
    environment: data.environment ?? {},
    openPaths: data.open_paths ?? [],
    allowedGroups: data.allowed_groups ?? [],
  };
}

function toService({
  service,
  service_tokens: tokens,
}: z.output<typeof OUTPUTS>): DeployedService {
  return {
    name: service.name,
    pageText: service.page_text,
    apiPath: service.api_path,
    webSocketPath: service.web_socket_path ?? undefined,
    localUrl: service.local_url,
    containerUrl: service.container_url,
    hostname: service.hostname,
    aud: service.aud,
    accessAppId: service.access_app_id,
    teamName: service.team_name,
    openPaths: service.open_paths ?? [],
    tokens: tokens.map((token) => ({
      name: token.name,
      id: token.id,
      clientId: token.client_id,
      clientSecret: token.client_secret ?? undefined,
      expiresAt: token.expires_at ?? undefined,
      store: token.store ?? undefined,
      held:
        token.google_client_id && token.google_client_secret
          ? {
              clientId: token.google_client_id,
              clientSecret: token.google_client_secret,
            }
          : undefined,
      paths: token.paths ?? undefined,
    })),
  };
}
