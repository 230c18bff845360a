/**
 * What each layer may import: a folder, or a file of that name. A layer names
 * only layers above it in this list, so none reaches itself; `base` is everyone's.
 * ESLint holds the code to it, and docs/architecture.md explains it.
 */
const layers = {
  base: [],

  languages: [],
  access: [],
  ingress: ["languages"],
  dns: [],
  client: [],
  services: [],
  contract: [],
  state: [],
  "terraform-plugin": [],

  settings: ["contract", "state"],
  providers: ["access", "ingress", "dns", "terraform-plugin"],
  constructs: ["access", "ingress", "dns", "terraform-plugin", "providers"],
  local: ["access", "ingress", "dns", "services", "terraform-plugin"],

  stacks: [
    ...["ingress", "client", "services", "contract", "state"],
    ...["terraform-plugin", "settings", "constructs", "providers"],
  ],
  account: ["access", "ingress", "dns", "settings"],
  deployment: [
    ...["dns", "services", "contract", "state", "terraform-plugin"],
    ...["settings", "account"],
  ],

  review: [
    ...[
      "languages",
      "access",
      "ingress",
      "dns",
      "contract",
      "terraform-plugin",
    ],
    ...["constructs", "providers", "account"],
  ],
  secrets: ["client", "contract", "deployment"],

  rules: [
    ...["access", "ingress", "dns", "contract"],
    ...["providers", "account", "deployment", "review"],
  ],
  probe: [
    ...["access", "ingress", "dns", "client", "contract"],
    ...["account", "deployment"],
  ],
  gate: [
    ...["contract", "state", "terraform-plugin", "providers"],
    ...["account", "deployment"],
    ...["review", "rules", "probe"],
  ],
  rotation: ["contract", "deployment", "secrets"],

  doctor: [
    ...["access", "ingress", "dns", "client", "services", "contract", "state"],
    ...[
      "terraform-plugin",
      "settings",
      "providers",
      "account",
      "deployment",
      "rules",
      "probe",
    ],
  ],
  adoption: [
    ...["access", "ingress", "dns", "terraform-plugin", "settings"],
    ...["providers", "constructs", "account", "deployment", "review"],
    "doctor",
  ],
  logs: ["access", "contract", "account", "secrets"],
  revocation: ["access", "client", "account", "probe"],
  pipeline: [
    ...["access", "ingress", "contract", "state", "terraform-plugin"],
    ...["settings", "providers", "account", "deployment", "review"],
    ...["secrets", "rules", "probe", "gate", "revocation"],
  ],
  twin: ["settings", "local", "account"],
  rehearsal: [
    ...["access", "client", "terraform-plugin", "local"],
    ...["deployment", "probe"],
  ],

  main: ["services", "settings", "stacks"],
  packaging: [],
};

const all = Object.keys(layers);
module.exports = {
  ...Object.fromEntries(
    all.map((layer) => [
      layer,
      layer === "base" ? [] : ["base", ...layers[layer]],
    ]),
  ),
  scripts: all,
  bench: [...all, "scripts"],
};
