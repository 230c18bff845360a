import { findingsOf } from "../../review/findings/all";
import { matrixOf } from "../../review/matrix";
import { readPlan } from "../../review/plan";
import { ofAccount } from "../../review/whose";
import { checkRules } from "../../rules/check";
import { change, planJson } from "./plans";
import { changeOf, NOW } from "./states";

const SECRET = "google_secret_manager_secret.key";
const VERSION = "google_secret_manager_secret_version.key_version";

type Change = ReturnType<typeof change>;

/** A secret as this project makes it, in a project. */
const secret = (project: string, more: object = {}) =>
  change(SECRET, ["create"], {
    after: {
      project,
      secret_id: "KEY",
      replication: [
        { auto: [{ customer_managed_encryption: [] }], user_managed: [] },
      ],
      deletion_protection: false,
      ...more,
    },
    unknown: { id: true, name: true, expire_time: true },
  });

/** What it holds, as nothing is known of the secret yet. */
const version = change(VERSION, ["create"], {
  after: { secret_data: "token-secret", deletion_policy: "ABANDON" },
  unknown: { secret: true, id: true, name: true },
  sensitive: { secret_data: true },
});

const WRITTEN = {
  [SECRET]: { project: "x", secret_id: "KEY" },
  [VERSION]: { secret: `\${${SECRET}.id}`, secret_data: "${x.y.z}" },
};

function read(changes: readonly Change[], written: object = WRITTEN) {
  const plan = readPlan("web", planJson(changes, written as typeof WRITTEN));
  return { ...changeOf([], []), plans: [plan] };
}

/** What the house rules and the reading of the plan say of it. */
function said(
  changes: readonly Change[],
  secretStore?: string,
  written?: object,
): string[] {
  const { broken } = checkRules(read(changes, written), {
    now: NOW,
    ...(secretStore !== undefined && { secretStore }),
  });
  return broken.map(({ about, rule, what }) => `${rule} ${about}: ${what}`);
}

test("secrets go to the project that is set, and the review shows it", () => {
  const planned = [secret("own-project"), version];
  expect(said(planned, "own-project")).toEqual([]);
  const material = read(planned);
  expect(
    findingsOf({ change: material, matrix: matrixOf(material, NOW) }, []).map(
      ({ id, subject, text }) => `${id} ${subject}: ${text}`,
    ),
  ).toEqual([
    `secret-place web: own-project: secrets are written to this Google Cloud project: ${SECRET} and ${VERSION}`,
  ]);
});

test("a secret in another project fails, also where none is set", () => {
  for (const store of ["own-project", undefined])
    expect(said([secret("elsewhere"), version], store)).toEqual([
      expect.stringMatching(
        /^secret-store elsewhere: .*\.key and .*key_version: written to the Google Cloud project elsewhere, and ACCESS_GOOGLE_PROJECT is/,
      ),
    ]);
});

test("a version alone is followed to its secret's project", () => {
  const known = change(VERSION, ["create"], {
    after: { secret: "projects/elsewhere/secrets/KEY", secret_data: "s" },
    sensitive: { secret_data: true },
  });
  expect(said([known], "own-project")).toEqual([
    expect.stringMatching(/^secret-store elsewhere:/),
  ]);
  expect(
    said([version], "own-project", {
      [VERSION]: { secret: "${data.x.y.id}" },
    }),
  ).toEqual([expect.stringMatching(/^secret-store an unknown project:/)]);
});

test("a stack goes on where it has kept secrets, but not by an import", () => {
  const before = { project: "older", secret_id: "KEY", id: "k" };
  const rotated = [
    change(SECRET, ["no-op"], { before, after: before }),
    change(VERSION, ["create"], {
      after: { secret: "projects/older/secrets/KEY" },
    }),
  ];
  expect(said(rotated, "own-project")).toEqual([]);
  const imported = change(SECRET, ["no-op"], { before, after: before });
  expect(
    said(
      [
        {
          ...imported,
          change: { ...imported.change, importing: {} },
        } as Change,
        rotated[1]!,
      ],
      "own-project",
    ),
  ).toContainEqual(expect.stringMatching(/^secret-store older:/));
});

test.each<[string, object]>([
  ["labels", { labels: { held: "x" } }],
  ["annotations", { annotations: { held: "x" } }],
  ["topics", { topics: [{ name: "projects/elsewhere/topics/t" }] }],
  ["version_aliases", { version_aliases: { a: "1" } }],
  [
    "replication",
    {
      replication: [
        {
          auto: [
            {
              customer_managed_encryption: [
                { kms_key_name: "projects/elsewhere/k" },
              ],
            },
          ],
        },
      ],
    },
  ],
  [
    "replication",
    { replication: [{ user_managed: [{ replicas: [{ location: "x" }] }] }] },
  ],
])("%s of a secret are not passed over", (name, more) => {
  expect(said([secret("own-project", more)], "own-project")).toEqual([
    expect.stringMatching(`^unread-change ${SECRET}: not read: ${name}: `),
  ]);
});

test.each(["project", "secret_id"])("a hidden %s is not read", (name) => {
  const one = secret("own-project");
  one.change.after_sensitive = { [name]: true };
  expect(said([one], "own-project")).toEqual([
    expect.stringContaining(`${name}: sensitive, or not known`),
  ]);
});

test.each<[object, string]>([
  [{ service: "compute.googleapis.com" }, "it enables compute"],
  [
    { service: "secretmanager.googleapis.com", disable_on_destroy: true },
    "a destroy disables the API",
  ],
])("what is switched on is looked at: %j", (more, words) => {
  const api = change("google_project_service.api", ["create"], {
    after: { project: "own-project", ...more },
  });
  expect(said([api], "own-project")).toEqual([expect.stringContaining(words)]);
});

test("who may read a secret is nothing that passes", () => {
  for (const type of ["member", "binding", "policy"])
    expect(
      said([
        change(`google_secret_manager_secret_iam_${type}.x`, ["create"], {}),
      ]),
    ).toEqual([expect.stringMatching(/^unread-change .*are not read/)]);
});

test.each(["tunnel_managed.t", "tunnel_unique_names.u"])(
  "%s in another account, or one that is hidden, is said",
  (address) => {
    const unread = (values: Parameters<typeof change>[2]) =>
      ofAccount(
        [readPlan("web", planJson([change(address, ["create"], values)]))],
        { accountId: "a1", zoneNames: {} },
      ).flatMap((plan) => plan.unread.map(({ what }) => what));
    expect(unread({ after: { account_id: "a1", name: "t" } })).toEqual([]);
    expect(unread({ after: { account_id: "a2", name: "t" } })).toEqual([
      "it belongs to another account, a2",
    ]);
    expect(
      unread({ after: { name: "t" }, unknown: { account_id: true } }),
    ).toEqual([expect.stringContaining("its account is sensitive")]);
  },
);
