import { NotKnown } from "../../account/not-known";
import {
  answerOf,
  codesOf,
  statusOf,
  twiceIfRefused,
} from "../../account/api-errors";
import { type DoctorCheck, notChecked, ok, type Seen } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

/** A permission that no deploy needs, and a read that tells whether the token has it. */
interface Optional {
  readonly permission: string;
  /** What it is for. */
  readonly use: string;
  /** @returns whether the token has it */
  has(context: AccountContext): Promise<boolean>;
}

const OPTIONAL: readonly Optional[] = [
  {
    permission: "Access: Audit Logs Read",
    use: "npm run logs, and counting seats",
    async has({ account: { client, settings } }) {
      await client.zeroTrust.access.logs.accessRequests.list({
        account_id: settings.accountId,
        limit: 1,
      });
      return true;
    },
  },
  {
    permission: "Account Analytics Read",
    use: "machines in npm run logs",
    async has({ account: { client, settings } }) {
      const accountTag = JSON.stringify(settings.accountId);
      const query = `{ viewer { accounts(filter: {accountTag: ${accountTag}}) { __typename } } }`;
      // GraphQL answers 200 whatever it refuses.
      const { errors } = await client.post<{
        errors?: readonly { readonly message: string }[] | null;
      }>("/graphql", { body: { query } });
      const [refusal] = errors ?? [];
      if (refusal && !/not authorized/i.test(refusal.message))
        throw new NotKnown(`Cloudflare answered ${refusal.message}`);
      return refusal === undefined;
    },
  },
];

/**
 * What more than a deploy a token could do. Ending sessions takes no more than
 * a deploy does; a token that is for nothing else can have less.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/methods/revoke_tokens/
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/organizations/methods/revoke_users/
 */
export const optionalPermissionsCheck: DoctorCheck<AccountContext> = {
  id: "optional-permission",
  why: "Deploys do without them; some commands of daily life don't.",
  page: PAGES.apiTokens,
  async run(context) {
    const { status } = await context.account.apiToken();
    if (status !== "active")
      throw new NotKnown(`the API token is ${status}, so it may do nothing`);
    await context.account.teamDomain();
    return [
      ...(await Promise.all(OPTIONAL.map((one) => look(one, context)))),
      ok(
        'done with the permissions of a deploy; a token for that alone needs "Access: Apps and Policies Revoke" and "Access: Organizations, Identity Providers, and Groups Revoke"',
        "npm run revoke",
      ),
    ];
  },
};

async function look(
  { has, permission, use }: Optional,
  context: AccountContext,
): Promise<Seen> {
  const lacking = ok(
    `the token lacks it, which only ${use} would need`,
    permission,
  );
  try {
    return (await twiceIfRefused(() => has(context)))
      ? ok(`the token has it (${use})`, permission)
      : lacking;
  } catch (error) {
    if (error instanceof NotKnown) return notChecked(error.message, permission);
    const refused = codesOf(error).some((code) => [10000, 9109].includes(code));
    return refused || statusOf(error) === 401
      ? lacking
      : notChecked(answerOf(error), permission);
  }
}
