import type { Schema } from "../../terraform-plugin/provider";

const text = { type: "string" } as const;
const kept = { ...text, computed: true, useStateForUnknown: true } as const;

export const SCHEMA: Schema = {
  description:
    "An application that somebody made, changed as stated. What is not stated stays as it is, and a destroy puts back what was there before the first change.",
  attributes: {
    id: kept,
    account_id: { ...text, required: true, requiresReplace: true },
    app_id: { ...text, required: true, requiresReplace: true },
    hostname: {
      ...text,
      required: true,
      requiresReplace: true,
      description: "The one host, or path of a host, that it has to be for.",
    },
    settings: {
      ...text,
      required: true,
      description:
        "JSON of what is stated, with the names of Cloudflare's API, but for policies.",
    },
    policies: {
      type: ["list", "string"],
      required: true,
      description:
        "Ids of reusable policies in their order. They come after those that were written inside the application, which stay.",
    },
    policy_names: {
      type: ["list", "string"],
      optional: true,
      description: "Names of those policies, as far as they are known.",
    },
    session: {
      ...text,
      optional: true,
      description:
        "How long a login lasts by those of them that let people in.",
    },
    allowed_idps: {
      type: ["list", "string"],
      optional: true,
      description: "Ids of login methods; null leaves those that it has.",
    },
    aud: kept,
    document: {
      ...text,
      computed: true,
      description: "JSON of what it is to be, but for policies.",
    },
    previous: {
      ...kept,
      description: "JSON of what it was before the first change.",
    },
    drift: {
      ...text,
      computed: true,
      useStateForUnknown: true,
      description:
        "What somebody has changed since; null while it is as written.",
    },
    not_kept: {
      ...text,
      computed: true,
      description:
        "Names of fields that Cloudflare answered, and did not keep when they were written back; null where it kept all.",
    },
  },
};
