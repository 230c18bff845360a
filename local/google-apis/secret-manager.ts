import type { GoogleCloud, Secret, SecretVersion } from "./cloud";
import { GoogleError } from "./errors";
import type { GoogleRequest, Route } from "./routes";

const MOST_BYTES = 64 * 1024;

/**
 * Secrets and their versions.
 *
 * @see https://cloud.google.com/secret-manager/docs/reference/rest
 */
export function secretManager(cloud: GoogleCloud): Route[] {
  const project = (name = ""): void => {
    cloud.checkProject(name);
    cloud.checkService("Secret Manager API", "secretmanager.googleapis.com");
  };
  const nameOf = (id: string) =>
    `projects/${cloud.projectNumber}/secrets/${id}`;

  const secretOf = ({ parts: [owner, id = ""] }: GoogleRequest): Secret => {
    project(owner);
    const secret = cloud.secrets.get(id);
    if (secret) return secret;
    throw new GoogleError("NOT_FOUND", `Secret [${nameOf(id)}] not found.`);
  };

  const versionOf = (request: GoogleRequest): [Secret, SecretVersion] => {
    const secret = secretOf(request);
    const wanted = request.parts[2] ?? "";
    const version =
      wanted === "latest"
        ? secret.versions.at(-1)
        : secret.versions.find(({ number }) => String(number) === wanted);
    if (version) return [secret, version];
    throw new GoogleError(
      "NOT_FOUND",
      wanted === "latest"
        ? `Secret [${nameOf(secret.id)}] not found or has no versions.`
        : `Secret Version [${nameOf(secret.id)}/versions/${wanted}] not found.`,
    );
  };

  const showSecret = ({ id, createTime, ...secret }: Secret) => ({
    name: nameOf(id),
    replication: secret.replication,
    createTime,
    labels: secret.labels,
    annotations: secret.annotations,
    etag: `"${secret.versions.length}"`,
  });

  const showVersion = ([{ id }, version]: [Secret, SecretVersion]) => ({
    name: `${nameOf(id)}/versions/${version.number}`,
    createTime: version.createTime,
    destroyTime: version.destroyTime,
    state: version.state,
    replicationStatus: { automatic: {} },
    etag: `"${version.state}"`,
  });

  const change = (request: GoogleRequest, state: SecretVersion["state"]) => {
    const found = versionOf(request);
    const [secret, version] = found;
    if (version.state === "DESTROYED")
      throw new GoogleError(
        "FAILED_PRECONDITION",
        `Secret Version [${nameOf(secret.id)}/versions/${version.number}] is in DESTROYED state.`,
      );
    version.state = state;
    if (state === "DESTROYED") {
      version.destroyTime = cloud.now().toISOString();
      delete version.data;
    }
    return showVersion(found);
  };

  const SECRETS = /^\/v1\/projects\/([^/]+)\/secrets$/;
  const SECRET = /^\/v1\/projects\/([^/]+)\/secrets\/([^/:]+)$/;
  const VERSIONS = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions$/;
  const VERSION =
    /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/:]+)$/;
  const verb = (path: RegExp, name: string) =>
    new RegExp(path.source.replace(/\$$/, `:${name}$`));

  return [
    {
      method: "POST",
      path: SECRETS,
      answer({ body, parts: [owner], query }) {
        project(owner);
        const id = query.get("secretId") ?? "";
        if (!/^[\w-]{1,255}$/.test(id))
          throw new GoogleError(
            "INVALID_ARGUMENT",
            "The provided Secret ID does not match the expected format [[a-zA-Z_0-9]+].",
          );
        if (cloud.secrets.has(id))
          throw new GoogleError(
            "ALREADY_EXISTS",
            `Secret [${nameOf(id)}] already exists.`,
          );
        const { annotations = {}, labels = {}, replication } = body;
        if (typeof replication !== "object" || replication === null)
          throw new GoogleError(
            "INVALID_ARGUMENT",
            "Secret.replication is required.",
          );
        const secret: Secret = {
          id,
          createTime: cloud.now().toISOString(),
          replication,
          labels: labels as Secret["labels"],
          annotations: annotations as Secret["annotations"],
          versions: [],
        };
        cloud.secrets.set(id, secret);
        return showSecret(secret);
      },
    },
    {
      method: "GET",
      path: SECRET,
      answer: (request) => showSecret(secretOf(request)),
    },
    {
      method: "PATCH",
      path: SECRET,
      answer(request) {
        const secret = secretOf(request);
        const mask = request.query.get("updateMask")?.split(",") ?? [];
        for (const field of ["labels", "annotations"] as const)
          if (mask.includes(field))
            secret[field] = (request.body[field] ?? {}) as Secret["labels"];
        return showSecret(secret);
      },
    },
    {
      method: "DELETE",
      path: SECRET,
      answer(request) {
        cloud.secrets.delete(secretOf(request).id);
        return {};
      },
    },
    {
      method: "POST",
      path: verb(SECRET, "addVersion"),
      answer(request) {
        const secret = secretOf(request);
        cloud.checkPermission("secretmanager.versions.add", nameOf(secret.id));
        const { data = "" } = (request.body.payload ?? {}) as {
          data?: string;
        };
        if (Buffer.from(data, "base64").length > MOST_BYTES)
          throw new GoogleError(
            "INVALID_ARGUMENT",
            "The SecretVersion.payload.data exceeds the maximum size of 64 KiB.",
          );
        const version: SecretVersion = {
          number: secret.versions.length + 1,
          createTime: cloud.now().toISOString(),
          state: "ENABLED",
          data,
        };
        secret.versions.push(version);
        return showVersion([secret, version]);
      },
    },
    {
      method: "GET",
      path: VERSIONS,
      answer(request) {
        const secret = secretOf(request);
        const versions = [...secret.versions].reverse();
        return {
          versions: versions.map((version) => showVersion([secret, version])),
          totalSize: versions.length,
        };
      },
    },
    {
      method: "GET",
      path: VERSION,
      answer: (request) => showVersion(versionOf(request)),
    },
    {
      method: "GET",
      path: verb(VERSION, "access"),
      answer(request) {
        const [secret, version] = versionOf(request);
        const name = `${nameOf(secret.id)}/versions/${version.number}`;
        if (version.state !== "ENABLED")
          throw new GoogleError(
            "FAILED_PRECONDITION",
            `Secret Version [${name}] is in ${version.state} state.`,
          );
        return { name, payload: { data: version.data } };
      },
    },
    ...(
      [
        ["enable", "ENABLED"],
        ["disable", "DISABLED"],
        ["destroy", "DESTROYED"],
      ] as const
    ).map(([name, state]): Route => ({
      method: "POST",
      path: verb(VERSION, name),
      answer: (request) => change(request, state),
    })),
  ];
}
