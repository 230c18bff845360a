import type { SecretPlace, Unread } from "./change";
import {
  actionOf,
  isImport,
  type PlanJson,
  type ResourceJson,
} from "./plan-json";
import { differing, isMarked, meant } from "./plan-values";
import { isObject } from "./references";

/** Attributes of what keeps secrets: those that may be given, and what only they may be. */
interface Store {
  /** Read one by one: each may be known, and none may be hidden. */
  readonly read: ReadonlySet<string>;
  /** Secrets themselves, and what Google answers. */
  readonly ignored: ReadonlySet<string>;
}

/** Google's types by which a stack keeps secrets. */
const STORES: ReadonlyMap<string, Store> = new Map([
  [
    "google_project_service",
    {
      read: new Set(["project", "service", "disable_on_destroy"]),
      ignored: new Set(["id", "timeouts"]),
    },
  ],
  [
    "google_secret_manager_secret",
    {
      read: new Set([
        ...["project", "secret_id", "replication", "deletion_protection"],
      ]),
      ignored: new Set([
        ...["id", "name", "create_time", "timeouts"],
        ...["effective_annotations", "effective_labels", "terraform_labels"],
      ]),
    },
  ],
  [
    "google_secret_manager_secret_version",
    {
      read: new Set([
        ...["secret", "deletion_policy", "enabled", "is_secret_data_base64"],
      ]),
      ignored: new Set([
        ...["id", "name", "create_time", "destroy_time", "version", "timeouts"],
        ...["secret_data", "secret_data_wo", "secret_data_wo_version"],
      ]),
    },
  ],
]);

/**
 * The Google Cloud projects to which a plan writes secrets, and what of it
 * can't be judged.
 */
export function secretPlacesIn(json: PlanJson): {
  readonly places: readonly SecretPlace[];
  readonly unread: readonly Unread[];
} {
  const all = json.resource_changes.filter(
    ({ mode, type }) => mode === "managed" && STORES.has(type),
  );
  const known = new Set(
    all
      .filter((one) => !isImport(one))
      .flatMap(({ change: { before } }) => projectOf(before) ?? []),
  );
  const writing = all.filter((one) => {
    const action = actionOf(one);
    if (isImport(one)) return true;
    return action === "create" || action === "update" || action === "replace";
  });
  const expressions = new Map(
    (json.configuration?.root_module?.resources ?? []).map((one) => [
      one.address,
      one.expressions ?? {},
    ]),
  );
  const project = (one: ResourceJson): string | undefined => {
    const found = projectOf(one.change.after);
    if (found !== undefined) return found;
    const written = expressions.get(one.address)?.["secret"];
    const text: unknown = isObject(written) && written["constant_value"];
    const [, address] =
      REFERENCE.exec(typeof text === "string" ? text : "") ?? [];
    const secret = all.find((other) => other.address === address);
    return secret && projectOf(secret.change.after);
  };
  return {
    places: writing.map((one) => {
      const name = project(one);
      return {
        address: one.address,
        ...(name !== undefined && { project: name, before: known.has(name) }),
      };
    }),
    unread: writing.flatMap((one) =>
      oddities(one, STORES.get(one.type)!, expressions.get(one.address)).map(
        (what) => ({
          address: one.address,
          what,
        }),
      ),
    ),
  };
}

const REFERENCE = /^\$\{(google_secret_manager_secret\.[\w-]+)\.(?:id|name)\}$/;

/** The project that values name, themselves or by their secret. */
function projectOf(values: unknown): string | undefined {
  if (!isObject(values)) return undefined;
  const { project, secret } = values;
  if (typeof project === "string") return project;
  const [, named] =
    /^projects\/([^/]+)\/secrets\/[^/]+$/.exec(
      typeof secret === "string" ? secret : "",
    ) ?? [];
  return named;
}

/** What of a secret's values is not as this project writes them. */
function oddities(
  one: ResourceJson,
  { ignored, read }: Store,
  written: object | undefined,
): string[] {
  const {
    after,
    after_sensitive: marks,
    after_unknown: open,
    before,
  } = one.change;
  const values = isObject(after) ? after : {};
  const marked = (of: unknown, name: string) =>
    of === true || (isObject(of) && isMarked(of[name]));
  // Left to Google, an attribute says nothing that the code chose.
  const isLeftOut = (name: string) =>
    isObject(open) &&
    open[name] === true &&
    written !== undefined &&
    !(name in written);
  const hidden = [...read].filter(
    (name) =>
      (marked(marks, name) && meant(values[name]) !== undefined) ||
      // Of a secret that is made just now only its project is known.
      (marked(open, name) && name !== "secret" && !isLeftOut(name)),
  );
  const others = differing(before, after, open).filter(
    (name) => !read.has(name) && !ignored.has(name) && !isLeftOut(name),
  );
  const { disable_on_destroy: disables, replication, service } = values;
  return [
    ...(hidden.length > 0
      ? [
          `${hidden.join(", ")}: sensitive, or not known before the deploy, and it decides where a secret goes`,
        ]
      : []),
    ...(others.length > 0
      ? [`${others.join(", ")}: not read, and it may show or send a secret`]
      : []),
    ...(isReplicatedOddly(replication)
      ? ["replication: not read, as it names regions or keys"]
      : []),
    ...(typeof service === "string" && service !== SECRET_MANAGER
      ? [`it enables ${service}, which stores none of the stack's secrets`]
      : []),
    ...(disables === true
      ? ["a destroy disables the API for the whole project"]
      : []),
  ];
}

const SECRET_MANAGER = "secretmanager.googleapis.com";

function isReplicatedOddly(replication: unknown): boolean {
  const text = JSON.stringify(meant(replication) ?? null);
  return /"(user_managed|customer_managed_encryption)":\[[^\]]/.test(text);
}
