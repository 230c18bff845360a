import type { Schema } from "../../terraform-plugin/provider";

const text = { type: "string" } as const;
const kept = { computed: true, useStateForUnknown: true } as const;

export const SCHEMA: Schema = {
  description:
    'The DNS record that points a host to a tunnel: a proxied CNAME. One that is there when the state has none is used, and never changed or deleted; where there is none it is made, and a destroy deletes that one. With ownership "replace" it takes the place of records that lead elsewhere, and a destroy puts them back.',
  attributes: {
    id: { ...text, ...kept },
    zone_id: { ...text, required: true, requiresReplace: true },
    name: { ...text, required: true, requiresReplace: true },
    content: { ...text, required: true, description: "Where it leads." },
    type: { ...text, ...kept },
    proxied: { type: "bool", ...kept },
    ownership: {
      ...text,
      optional: true,
      description:
        '"create" refuses one that is there already, "existing" refuses to make one and lets go of one that this resource made, "replace" puts it in the place of records that lead elsewhere.',
    },
    made: {
      type: "bool",
      ...kept,
      description:
        "Whether this resource made it, so that changes by others are put right and a destroy deletes it. It is decided once.",
    },
    previous: {
      ...text,
      ...kept,
      description:
        "The records in whose place it stands, in JSON as the API answered them: a destroy puts them back. Null where there were none, empty where nothing tells.",
    },
    added: {
      ...text,
      ...kept,
      description:
        "What somebody has set on it beside where it leads, such as a comment, and a destroy drops with it, in JSON; null where there is none.",
    },
    drift: {
      ...text,
      ...kept,
      description:
        "What is there instead, where it stands in the place of others and somebody has changed that since.",
    },
  },
};
