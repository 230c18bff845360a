/**
 * Decisions of `access/` for an account of 300 applications, as a ratio to
 * `JSON.parse` of the same requests. Run with `npx tsx bench/access.ts`. Exits 1
 * where one decision takes longer than 7 parses of its request.
 */
import { compile } from "../access/decide";
import type { AccessAccount, Application, Rule } from "../access/model";
import type { AccessRequest } from "../access/request";

const APPLICATIONS = 300;
const WANTED_PARSES = 7;
const ROUNDS = 200;

const email = (address: string): Rule => ({ email: { email: address } });

function application(n: number): Application {
  const host = n % 10 === 0 ? `*.team${n}.example.com` : `app${n}.example.com`;
  return {
    id: `app-${n}`,
    name: `App ${n}`,
    type: "self_hosted",
    domain: n % 3 === 0 ? `${host}/api/*` : host,
    allowed_idps: ["google"],
    session_duration: "24h",
    policies: [
      {
        id: `api-${n}`,
        name: "API",
        decision: "non_identity",
        include: [{ service_token: { token_id: `token-${n}` } }],
      },
      {
        id: `monitor-${n}`,
        name: "Monitoring",
        decision: "bypass",
        include: [
          { ip: { ip: "198.51.100.0/24" } },
          { ip: { ip: "2001:db8::/32" } },
        ],
        require: [{ geo: { country_code: "PT" } }],
      },
      {
        id: `leavers-${n}`,
        name: "Leavers",
        decision: "deny",
        include: [email("eve@example.com"), email("mallory@example.com")],
      },
      {
        id: `staff-${n}`,
        name: "Staff",
        decision: "allow",
        include: Array.from({ length: 20 }, (_, i) =>
          email(`person${i}@example.com`),
        ),
        exclude: [{ geo: { country_code: "KP" } }],
      },
      {
        id: `group-${n}`,
        name: "Group",
        decision: "allow",
        include: [{ group: { id: "partners" } }],
        require: [{ login_method: { id: "google" } }],
      },
    ],
  };
}

const account: AccessAccount = {
  applications: Array.from({ length: APPLICATIONS }, (_, n) => application(n)),
  groups: [
    {
      id: "partners",
      include: [
        { email_domain: { domain: "partner.example" } },
        { group: { id: "board" } },
      ],
    },
    { id: "board", include: [email("chair@example.com")] },
  ],
  identity_providers: [{ id: "google", name: "Google", type: "google" }],
};

function requests(ip: string | undefined): AccessRequest[] {
  const person = (address: string) => ({
    email: address,
    idp: { id: "google", type: "google" },
  });
  return Array.from({ length: APPLICATIONS }, (_, n): AccessRequest[] => {
    const host =
      n % 10 === 0 ? `x.team${n}.example.com` : `app${n}.example.com`;
    const base = { host, path: "/api/queue-info?since=1", ip, country: "PT" };
    return [
      base,
      { ...base, serviceToken: { state: "valid", id: `token-${n}` } },
      { ...base, identity: person("person19@example.com") },
      { ...base, identity: person("someone@partner.example") },
      { ...base, identity: person("stranger@example.org") },
    ];
  }).flat();
}

/** Runs of `work` in a second of processor time, which other programs disturb less than the clock. */
function perSecond<T>(
  inputs: readonly T[],
  work: (input: T) => unknown,
): number {
  const round = () => {
    for (const input of inputs) work(input);
  };
  for (let i = 0; i < ROUNDS / 4; i++) round();
  const start = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) round();
  const { user, system } = process.cpuUsage(start);
  return (inputs.length * ROUNDS) / ((user + system) / 1e6);
}

function print(what: string, rate: number): void {
  console.log(
    `${what.padEnd(44)} ${Math.round(rate).toLocaleString("en").padStart(12)} /s`,
  );
}

const started = performance.now();
const { decide } = compile(account);
console.log(
  `compiled ${APPLICATIONS} applications in ${(performance.now() - started).toFixed(1)} ms`,
);

const known = requests("203.0.113.7");
const decisions = perSecond(known, decide);
const parses = perSecond(
  known.map((one) => JSON.stringify(one)),
  JSON.parse,
);
print("decisions, everything known", decisions);
print("decisions, address not known", perSecond(requests(undefined), decide));
print("JSON.parse of the same requests", parses);

const ratio = parses / decisions;
console.log(
  `one decision takes ${ratio.toFixed(1)} times JSON.parse of its request; wanted: ${WANTED_PARSES} at most`,
);
if (ratio > WANTED_PARSES) process.exitCode = 1;
