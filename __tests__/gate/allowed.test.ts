import { forbiddenIn, type Trusted } from "../../gate/allowed";

const ACCOUNT = "0".repeat(32);
const BACKEND = { s3: { bucket: "states", key: "access-stacks/s.tfstate" } };
const trusted: Trusted = {
  accountId: ACCOUNT,
  backend: BACKEND,
  isKnown: (name, version) => name === "cloudflare" && version === "5.14.0",
};

/** A stack as this project synthesizes it, with more. */
const code = (more: object = {}, terraform: object = {}) => ({
  terraform: {
    backend: BACKEND,
    required_providers: {
      cloudflare: { source: "cloudflare/cloudflare", version: "5.14.0" },
      tunnel: {
        source: "access-stacks.local/access-stacks/tunnel",
        version: "0.0.1",
      },
    },
    ...terraform,
  },
  provider: { cloudflare: [{}], tunnel: [{ journal_dir: "../x" }] },
  resource: {
    cloudflare_zero_trust_access_policy: {
      people: { account_id: ACCOUNT, name: "people" },
    },
  },
  data: { cloudflare_zones: { zones: { account: { id: ACCOUNT } } } },
  ...more,
});

const forbidden = (one: unknown) => forbiddenIn(one, trusted).join("\n");

test("what this project synthesizes may be planned", () => {
  expect(forbidden(code())).toBe("");
});

test.each<[string, unknown, string]>([
  ["text", "x", "no configuration"],
  ["a module", code({ module: { m: { source: "./x" } } }), "module:"],
  ["an import", code({ import: [{}] }), "import:"],
  ["a check", code({ check: {} }), "check:"],
  ["an ephemeral resource", code({ ephemeral: {} }), "ephemeral:"],
  ["an action", code({ action: {} }), "action:"],
  [
    "a data source that runs a program",
    code({ data: { external: { x: { program: ["sh"] } } } }),
    "data.external:",
  ],
  [
    "a data source that asks a server",
    code({ data: { http: { x: { url: "https://x" } } } }),
    "data.http:",
  ],
  [
    "a resource that is not read",
    code({ resource: { terraform_data: { x: {} } } }),
    "resource.terraform_data:",
  ],
  [
    "a provisioner",
    code({
      resource: {
        cloudflare_dns_record: { x: { provisioner: [{ "local-exec": {} }] } },
      },
    }),
    "provisioner:",
  ],
  [
    "a provisioner of what is let go of",
    code({ removed: [{ from: "x.y", provisioner: [{ "local-exec": {} }] }] }),
    "removed.0.provisioner:",
  ],
  [
    "another account",
    code({
      resource: {
        cloudflare_dns_record: { x: { account_id: "1".repeat(32) } },
      },
    }),
    "account_id:",
  ],
  [
    "another provider of a resource",
    code({ resource: { cloudflare_dns_record: { x: { provider: "b" } } } }),
    "x.provider:",
  ],
  [
    "several blocks where one is read",
    code({ resource: [{ terraform_data: { x: {} } }] }),
    "resource.?:",
  ],
  [
    "another API",
    code({ provider: { cloudflare: [{ base_url: "https://x" }] } }),
    "provider.cloudflare.base_url:",
  ],
  [
    "a provider that nobody asked for",
    code({ provider: { http: {} } }),
    "provider.http:",
  ],
  [
    "another backend",
    code({}, { backend: { http: { address: "https://x" } } }),
    "terraform.backend:",
  ],
  [
    "another bucket",
    code({}, { backend: { s3: { ...BACKEND.s3, bucket: "mine" } } }),
    "terraform.backend:",
  ],
  ["Terraform's cloud", code({}, { cloud: {} }), "terraform.cloud:"],
  [
    "another registry",
    code(
      {},
      {
        required_providers: {
          cloudflare: {
            source: "evil.example/cloudflare/cloudflare",
            version: "5.14.0",
          },
        },
      },
    ),
    "cloudflare: this provider is not allowed",
  ],
  [
    "another name for a provider",
    code(
      {},
      {
        required_providers: {
          mine: { source: "cloudflare/cloudflare", version: "5.14.0" },
        },
      },
    ),
    "mine: this provider is not allowed",
  ],
  [
    "a version without hashes",
    code(
      {},
      {
        required_providers: {
          cloudflare: { source: "cloudflare/cloudflare", version: "5.99.0" },
        },
      },
    ),
    "has no hashes of 5.99.0",
  ],
  [
    "a range of versions",
    code(
      {},
      {
        required_providers: {
          cloudflare: { source: "cloudflare/cloudflare", version: "~> 5.0" },
        },
      },
    ),
    "not one exact version",
  ],
  [
    "a file of the machine",
    code({ output: { x: { value: '${file("/proc/self/environ")}' } } }),
    "output.x.value: the function file",
  ],
  [
    "a file of the machine in a name",
    code({ locals: { x: { '${file("/proc/self/environ")}': 1 } } }),
    "a name: the function file",
  ],
  ["no providers", { terraform: { backend: BACKEND } }, "required_providers"],
  ["no block of Terraform's", {}, "terraform:"],
])("%s is not", (_, one, fault) => {
  expect(forbidden(one)).toContain(fault);
});
