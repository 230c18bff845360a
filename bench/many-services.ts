import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { cast } from "../rehearsal/cast";
import type { Account } from "../local/account";
import { buildAccount } from "../local/account-build";
import { parseAccountFile } from "../local/account-file";
import { comfyui } from "../services/comfyui";
import { tunnelName } from "../dns/tunnel-name";

const GUIDE = resolve(__dirname, "../local/accounts/guide.json");

/** A service as its stack would have deployed it. */
export interface DeployedService {
  /** Name of its stack. */
  readonly name: string;
  /** The outputs that Terraform would have written into the state. */
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

/**
 * The guide's account with so many services behind its tunnel and one Caddy,
 * each protected as a deploy does it.
 */
export function accountWith(count: number): {
  readonly account: Account;
  readonly services: readonly DeployedService[];
} {
  const guide = JSON.parse(readFileSync(GUIDE, "utf8")) as Guide;
  const numbers = Array.from({ length: count }, (_, index) => index);
  const [zone] = guide.zones;
  const [tunnel] = guide.tunnels;
  if (!zone || !tunnel) throw new Error("the guide has a zone and a tunnel");
  const { config } = tunnel.configuration;
  const hostOf = (n: number) => `comfyui-${n}.${zone.name}`;
  config.ingress = [
    ...numbers.map((n) => ({
      hostname: hostOf(n),
      service: "http://caddy:80",
      originRequest: {
        httpHostHeader: hostOf(n),
        access: { required: true, teamName: "datacrew", audTag: [audOf(n)] },
      },
    })),
    // Its own ComfyUI is open to everyone, as probe would say.
    ...config.ingress.filter(({ hostname }) => !hostname?.startsWith("comfy")),
  ];
  const raw = {
    ...guide,
    dns_records: [
      ...guide.dns_records,
      ...numbers.map((n) => ({
        id: hex("d", n, 32),
        zone_id: zone.id,
        name: hostOf(n),
        type: "CNAME",
        content: tunnelName(tunnel.id),
        proxied: true,
      })),
    ],
    identity_providers: [
      ...guide.identity_providers,
      { id: GOOGLE, name: "Google", type: "google" },
    ],
    service_tokens: [
      ...guide.service_tokens,
      ...numbers.map((n) => ({
        id: uuid(1, n),
        name: `comfyui-${n}-api`,
        client_id: clientIdOf(n),
        client_secret: hex("5", n, 64),
      })),
    ],
    policies: [
      ...guide.policies,
      ...numbers.flatMap((n) => [
        {
          id: uuid(2, n),
          name: `machines ${n}`,
          decision: "non_identity",
          include: [{ service_token: { token_id: uuid(1, n) } }],
        },
        {
          id: uuid(3, n),
          name: `people ${n}`,
          decision: "allow",
          include: [{ email: { email: "ada@datacrew.space" } }],
        },
      ]),
    ],
    applications: [
      ...guide.applications,
      ...numbers.map((n) => ({
        id: uuid(4, n),
        aud: audOf(n),
        name: `ComfyUI ${n}`,
        domain: hostOf(n),
        allowed_idps: [GOOGLE],
        auto_redirect_to_identity: true,
        policies: [uuid(2, n), uuid(3, n)],
      })),
    ],
  };
  const account = buildAccount(parseAccountFile(raw, "many services"));
  const google = account.identityProviders.get(GOOGLE);
  const { clientId } = cast(account).google;
  if (google) google.config = { ...google.config, client_id: clientId };
  return {
    account,
    services: numbers.map((n) => ({
      name: `comfyui-${n}`,
      outputs: outputsOf(account, n, hostOf(n)),
    })),
  };
}

function outputsOf(
  account: Account,
  n: number,
  hostname: string,
): DeployedService["outputs"] {
  const token = account.serviceTokens.get(uuid(1, n));
  return {
    service: {
      value: {
        name: comfyui.name,
        page_text: comfyui.pageText,
        api_path: comfyui.apiPath,
        web_socket_path: comfyui.webSocketPath,
        local_url: comfyui.localUrl,
        container_url: comfyui.containerUrl,
        hostname,
        aud: audOf(n),
        access_app_id: uuid(4, n),
        team_name: "datacrew",
        open_paths: [],
      },
    },
    service_tokens: {
      value: [
        {
          name: token?.name,
          id: token?.id,
          client_id: token?.client_id,
          client_secret: token?.client_secret,
          expires_at: token?.expires_at,
        },
      ],
    },
  };
}

/** The parts of the guide's account file that are added to. */
interface Guide {
  readonly zones: readonly { id: string; name: string }[];
  readonly dns_records: readonly object[];
  readonly tunnels: readonly {
    readonly id: string;
    readonly configuration: {
      readonly config: { ingress: readonly { readonly hostname?: string }[] };
    };
  }[];
  readonly identity_providers: readonly object[];
  readonly service_tokens: readonly object[];
  readonly policies: readonly object[];
  readonly applications: readonly object[];
}

const hex = (kind: string, n: number, digits: number) =>
  kind + n.toString(16).padStart(digits - 1, "0");
const uuid = (kind: number, n: number) =>
  `${hex("b", kind, 8)}-0000-4000-8000-${hex("c", n, 12)}`;
const audOf = (n: number) => hex("a", n, 64);
const clientIdOf = (n: number) => `${hex("e", n, 32)}.access`;
const GOOGLE = uuid(5, 0);
