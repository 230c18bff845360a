import pc from "picocolors";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { printable, printableJson } from "../../base/printable";
import type { AccountState } from "../../review/change";
import type { Target } from "../../review/places";
import { readAccount } from "../../review/read-account";
import { WORDS } from "../../review/rows";
import type { Subject } from "../../review/subjects";
import { reaches } from "../../review/verdict";
import { why, type Looked, type Why } from "../../review/why";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { accountToRead } from "../account-to-read";
import type { WhyOptions } from "../why";

export async function run(
  who: string,
  url: string,
  options: WhyOptions,
): Promise<void> {
  const target = targetOf(url);
  const env = environmentWithFile();
  const accountId = accountToRead(env);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const state = await readAccount(client, accountId);
  const subject = subjectOf(who, state);
  const found = why(state, subject, target, new Date());
  console.log(options.json ? toJson(found) : toText(subject, url, found));
  process.exitCode = exitCode(found);
}

/** @throws UsageError where it is no address of a page */
function targetOf(url: string): Target {
  const [, host, path] =
    /^(?:https?:\/\/)?([a-z0-9_.-]+)(?::\d+)?(\/[^?#]*)?(?:[?#].*)?$/is.exec(
      url,
    ) ?? [];
  if (host === undefined || !host.includes("."))
    throw new UsageError("npm run why", [
      `<url> must be the address of a page such as https://app.example.com/path, got "${url}"`,
    ]);
  return { host: host.toLowerCase(), path: path ?? "/" };
}

/** @throws UsageError where nothing has the name */
function subjectOf(who: string, { tokens }: AccountState): Subject {
  if (who === "nobody")
    return { id: who, kind: "nobody", label: "anyone without a login" };
  if (who.includes("@"))
    return { id: who, kind: "named", label: who, email: who.toLowerCase() };
  const named = tokens.filter(
    ({ client_id: clientId, id, name }) =>
      who === name || who === id || who === clientId,
  );
  const [token] = named;
  if (token === undefined || named.length > 1)
    throw new UsageError("npm run why", [
      named.length > 1
        ? `several service tokens are named "${who}": give the client id of one, ${named.map((one) => one.client_id ?? one.id).join(" or ")}`
        : `<who> must be an e-mail address, "nobody" or a service token, got "${who}": the account has ${tokens.map(({ name }) => name).join(", ") || "no token"}`,
    ]);
  return {
    id: who,
    kind: "token",
    label: `token ${token.name ?? who}`,
    tokenId: token.id ?? "",
  };
}

/** The best that any login method brings. */
function exitCode(found: readonly Why[]): number {
  if (found.some(({ verdict }) => reaches(verdict))) return 0;
  return found.some(({ verdict }) => verdict.outcome === "depends") ? 3 : 1;
}

const MARKS: Readonly<Record<Looked["fits"], string>> = {
  hit: pc.green("hit          "),
  missed: pc.dim("missed       "),
  depends: pc.yellow("would depend "),
};

/** For people: one request by each login method. */
export function toText(
  { label }: Subject,
  url: string,
  found: readonly Why[],
): string {
  return found
    .map(({ looked, method, verdict }) =>
      [
        pc.bold(
          printable(
            `${label}${method ? `, by ${method}` : ""} at ${url}: ${WORDS[verdict.outcome]}`,
          ),
        ),
        `  ${printable(verdict.reason)}`,
        ...looked.map(
          (one) =>
            `  ${MARKS[one.fits]} ${one.what.padEnd(11)} ${printable(detailed(one))}`,
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

function detailed(one: Looked): string {
  const parts = [one.detail, one.fits === "depends" && `on ${one.on}`].filter(
    Boolean,
  );
  return [one.name, ...parts].join(": ");
}

function toJson(found: readonly Why[]): string {
  return printableJson(
    found.map(({ looked, method, verdict }) => ({
      method,
      outcome: verdict.outcome,
      reaches: reaches(verdict),
      reason: verdict.reason,
      policy: verdict.policy,
      application: verdict.application?.name ?? undefined,
      service: verdict.rule?.service ?? undefined,
      tunnel: verdict.tunnel,
      looked,
    })),
  );
}
