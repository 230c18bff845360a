import { goDuration } from "../../base/duration";
import { resourcesOf, type PlannedResource } from "../change";
import type { Finding, PlanLook } from "./finding";

/** Service tokens that are made, rotated and dropped. */
export const tokens: PlanLook = ({ change }) =>
  resourcesOf(change.plans, "service_token").flatMap((planned): Finding[] => {
    const { action, after, before } = planned;
    const subject = `token ${(after ?? before)?.name ?? planned.address}`;
    switch (action) {
      case "create":
        return [
          {
            id: "token-made",
            severity: "note",
            subject,
            text: `it is created, ${lifeOf(planned)}`,
          },
        ];
      case "replace":
        return [
          {
            id: "token-replaced",
            severity: "warning",
            subject,
            text: `it is recreated with a new client ID and secret, ${lifeOf(planned)}; the old pair stops working`,
            remedy: "hand them the new pair at once: npm run secrets",
          },
        ];
      case "delete":
        return [
          {
            id: "token-dropped",
            severity: "note",
            subject,
            text: "it is deleted, and its client ID and secret stop working",
          },
        ];
      case "update":
        return [
          ...rotation(planned, subject),
          ...oldSecret(planned, subject),
          ...longerLife(planned, subject),
        ];
      default:
        return [];
    }
  });

function rotation(
  { after, before }: PlannedResource<"service_token">,
  subject: string,
): Finding[] {
  const version = after?.client_secret_version ?? 1;
  if (version <= (before?.client_secret_version ?? 1)) return [];
  const until = after?.previous_client_secret_expires_at;
  return until
    ? [
        {
          id: "token-rotated",
          severity: "note",
          subject,
          text: `its secret is rotated; the previous one works until ${until}`,
        },
      ]
    : [
        {
          id: "token-rotated",
          severity: "warning",
          subject,
          text: "its secret is rotated, and the previous one stops working at once",
          remedy: "rotate with npm run rotate, which leaves an overlap",
        },
      ];
}

/** How long the secret before works, where no rotation says so. */
function oldSecret(
  { after, before }: PlannedResource<"service_token">,
  subject: string,
): Finding[] {
  const [was, is] = [before, after].map(
    (one) => one?.previous_client_secret_expires_at,
  );
  const isRotated =
    (after?.client_secret_version ?? 1) > (before?.client_secret_version ?? 1);
  if (!is || isRotated || is === was) return [];
  if (was && Date.parse(is) <= Date.parse(was)) return [];
  return [
    {
      id: "token-old-secret",
      severity: "warning",
      subject,
      text: `the secret from before the last rotation works until ${is}${was ? ` (was ${was})` : ""}`,
      remedy:
        "make sure that everyone who has the old secret should keep access",
    },
  ];
}

function longerLife(
  { after, before }: PlannedResource<"service_token">,
  subject: string,
): Finding[] {
  const [was, is] = [before, after].map((one) => one?.duration ?? "8760h");
  const length = (text = "") =>
    text === "forever" ? Infinity : (goDuration(text) ?? 0);
  return length(is) <= length(was)
    ? []
    : [
        {
          id: "token-longer",
          severity: "note",
          subject,
          text: `its duration changes from ${was} to ${is}`,
        },
      ];
}

function lifeOf({ after }: PlannedResource<"service_token">): string {
  const duration = after?.duration ?? "8760h";
  return duration === "forever"
    ? "never expires"
    : `valid for ${duration} and not renewed automatically`;
}
