import type { Account } from "../local/account";
import type { ProbeCheck } from "../probe/check";
import { neighbourUnchanged } from "../probe/checks/inside-unchanged";
import { openPaths } from "../probe/checks/open-paths";
import { ownPage } from "../probe/checks/own-page";
import { readDeployed } from "../probe/deployed";
import type { Internet } from "../probe/internet";
import { CHECKS, probe, type Result } from "../probe/probe";
import type { Deployed, World } from "../probe/world";
import { browser } from "./browser";
import { cast } from "./cast";
import { inside, onThisMachine } from "./inside";
import { tokenIsKept } from "./kept-tokens";
import type { RehearsalOptions } from "./rehearse";
import type { Line } from "./report";
import type { RehearsedService } from "./service";

/** Checks from outside what the users of a service notice. */
export async function prove(
  { name, own, standIn }: RehearsedService,
  outside: Internet,
  options: RehearsalOptions,
): Promise<void> {
  const { cloudflare, googleCloud, report, services, signal, workspace } =
    options;
  const { account } = cloudflare;
  report.begin("checking from outside what users notice");
  if (own === undefined && standIn === undefined)
    return report.add({
      what: `${name}: every promise`,
      mark: "skipped",
      seen: "not tried: nothing answers for it here",
      detail: `Not tried: the rehearsal has no service like ${name}. With yours running: npm start -- --account FILE --origin ${name}=http://127.0.0.1:PORT`,
    });
  const stack = { name, dir: workspace.stackDir(name) };
  const deployed = withSecrets(
    await readDeployed(stack, { env: workspace.env, signal }),
    account,
  );
  if (googleCloud) report.add(tokenIsKept(name, deployed.token, googleCloud));
  const { allowed, other } = cast(account);
  const person = (email: string) => browser(outside, email, cloudflare.mails);
  const world: World = {
    ...outside,
    ...(own ? onThisMachine : inside(cloudflare.network)),
    people: { allowed: person(allowed.email), other: person(other.email) },
  };
  const results = await probe(
    { ...deployed, localUrl: own?.url ?? deployed.localUrl },
    world,
    { checks: checksOf(deployed, own !== undefined), signal },
  );
  const of = services.length > 1 ? `${name}: ` : "";
  for (const result of results) {
    const one = line(result);
    report.add({ ...one, what: `${of}${one.what}` });
  }
  if (own) report.add(NO_NEIGHBOURS);
}

/** Whoever works with a token that was there before has its secret. */
function withSecrets(deployed: Deployed, account: Account): Deployed {
  const secrets = new Map(
    [...account.serviceTokens.values()].map((token) => [
      token.client_id,
      token.client_secret,
    ]),
  );
  const known = <T extends { clientId: string; clientSecret?: string }>(
    token: T,
  ): T => ({
    ...token,
    clientSecret: token.clientSecret ?? secrets.get(token.clientId),
  });
  return {
    ...deployed,
    token: deployed.token && known(deployed.token),
    furtherTokens: deployed.furtherTokens?.map(known),
  };
}

function checksOf(deployed: Deployed, own: boolean): ProbeCheck[] {
  return [
    ...CHECKS.filter((check) => !own || check !== neighbourUnchanged),
    ownPage,
    ...(deployed.openPaths?.length ? [openPaths] : []),
  ];
}

const NO_NEIGHBOURS: Line = {
  what: neighbourUnchanged.promise,
  mark: "skipped",
  seen: "not tried: Docker has no part here",
};

function line({ check, finding }: Result): Line {
  if (finding.status === "not checked")
    return {
      what: check.promise,
      mark: "skipped",
      seen: finding.why,
      detail: `Not tried: ${finding.why}`,
    };
  if (finding.status === "kept")
    return { what: check.promise, mark: "ok", seen: finding.seen };
  return {
    what: check.promise,
    mark: "failed",
    seen: finding.seen,
    detail: `Seen: ${finding.seen}\nCause: ${finding.cause}\nRemedy: ${finding.remedy}`,
  };
}
