import type { Config } from "../stacks/app";

/** Something that people do, and what the account and the code are before it. */
export interface Job {
  /** The code that is deployed before the job. @default - none */
  readonly deployed?: Config;
  /** The code that the job runs with. */
  readonly code: Config;
  /** A command of `scripts/` and its arguments. */
  readonly command: readonly [name: string, ...args: string[]];
  /** What brings the account back to how it was before all. */
  readonly stacks: readonly string[];
  /** Hosts whose origin nobody may reach without a login, at any moment. */
  readonly hosts: readonly string[];
  /** Calls of a run that nothing disturbs. */
  readonly calls: number;
  /** Those of them that write. */
  readonly writes: number;
  /** Whether the account ends as before: it is the destroy itself. */
  readonly destroys?: boolean;
  /** Whether nobody runs it again: a destroy comes next. */
  readonly abandoned?: boolean;
  /** A call that fails at first, so that what is disturbed is the next attempt. */
  readonly trouble?: RegExp;
  /** Whether the job and what follows keep states in a bucket. */
  readonly bucket?: boolean;
  /** A host that the job's destroy leaves without a rule. */
  readonly removes?: string;
}

const ZONE = "datacrew.space";
const OPEN = `hooks.${ZONE}`;
const MOVED = `flows.${ZONE}`;
const TAKEN = `comfyui.${ZONE}`;
const BY_HAND = `grafana.${ZONE}`;

/** Only rules of ours lead there. */
const serviceUrl = "http://guarded:8080";

const made: Config = {
  groups: { artists: { emails: ["ann@example.com"] } },
  services: {
    n8n: {
      service: "n8n",
      hostname: OPEN,
      serviceUrl,
      dnsRecord: "create",
      allowedGroups: ["artists"],
      openPaths: ["/webhook"],
    },
  },
};

const changed: Config = {
  groups: { artists: { emails: ["ann@example.com", "bob@example.com"] } },
  services: {
    n8n: {
      service: "n8n",
      hostname: MOVED,
      serviceUrl,
      dnsRecord: "create",
      allowedEmails: ["carol@example.com"],
      sessionDuration: "12h",
    },
  },
};

const taken = (onDestroy: "restore" | "remove"): Config => ({
  services: {
    comfyui: {
      service: "comfyui",
      hostname: TAKEN,
      serviceUrl,
      dnsRecord: "existing",
      onDestroy,
    },
  },
});

/** Its application was made by hand, and is given back. */
const byHand: Config = {
  services: {
    grafana: {
      service: "n8n",
      hostname: BY_HAND,
      serviceUrl,
      dnsRecord: "existing",
      existingApplication: "a11ce000-0000-4000-8000-000000000005",
      tokens: [
        { name: "grafana-api" },
        // It is admitted today: a deploy that shuts it out is refused.
        { existing: "a11ce000-0000-4000-8000-000000000006" },
      ],
    },
  },
};

const deploy = (stack: string): Job["command"] => [
  "deploy",
  stack,
  "--auto-approve",
  "--json",
];
const n8n = { stacks: ["n8n", "identity"], hosts: [OPEN, MOVED] };
const grafana = { stacks: ["grafana", "identity"], hosts: [BY_HAND] };
const comfyui = { stacks: ["comfyui", "identity"], hosts: [TAKEN] };

export const JOBS = {
  deploy: { code: made, command: deploy("n8n"), ...n8n, calls: 97, writes: 11 },
  change: {
    deployed: made,
    code: changed,
    command: deploy("n8n"),
    ...n8n,
    calls: 116,
    writes: 14,
  },
  destroy: {
    deployed: made,
    code: made,
    command: ["destroy", "n8n", "identity", "--auto-approve", "--json"],
    ...n8n,
    calls: 82,
    writes: 11,
    destroys: true,
  },
  rotation: {
    deployed: made,
    code: made,
    command: ["rotate", "n8n", "--store", "env", "--wait", "5s", "--json"],
    ...n8n,
    calls: 40,
    writes: 1,
  },
  retry: {
    code: made,
    command: deploy("n8n"),
    ...n8n,
    trouble: /^POST .*\/access\/apps$/,
    calls: 64,
    writes: 5,
  },
  "move-state": {
    deployed: made,
    code: made,
    command: ["move-state", "--json"],
    ...n8n,
    bucket: true,
    calls: 46,
    writes: 12,
  },
  "take-over": {
    code: taken("restore"),
    command: deploy("comfyui"),
    ...comfyui,
    calls: 76,
    writes: 6,
  },
  "give back": {
    deployed: taken("restore"),
    code: taken("restore"),
    command: ["destroy", "comfyui", "identity", "--auto-approve", "--json"],
    ...comfyui,
    calls: 58,
    writes: 6,
    destroys: true,
  },
  removal: {
    deployed: taken("remove"),
    code: taken("remove"),
    command: ["destroy", "comfyui", "identity", "--auto-approve", "--json"],
    ...comfyui,
    calls: 58,
    writes: 6,
    destroys: true,
    removes: TAKEN,
  },
  "by hand": {
    code: byHand,
    command: deploy("grafana"),
    ...grafana,
    calls: 75,
    writes: 6,
  },
  "deploy given up": {
    code: made,
    command: deploy("n8n"),
    ...n8n,
    abandoned: true,
    calls: 97,
    writes: 11,
  },
  "take-over given up": {
    code: taken("restore"),
    command: deploy("comfyui"),
    ...comfyui,
    abandoned: true,
    calls: 76,
    writes: 6,
  },
  "by hand given up": {
    code: byHand,
    command: deploy("grafana"),
    ...grafana,
    abandoned: true,
    calls: 75,
    writes: 6,
  },
} satisfies Record<string, Job>;

export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as JobName[];
