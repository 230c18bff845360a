import type Cloudflare from "cloudflare";
import type { Change, Plan } from "./change";
import { mergePlans } from "./merge";
import { withPlannedIds } from "./placeholders";
import { readAccount } from "./read-account";
import { withUnreadLists } from "./unread-lists";
import { ofAccount } from "./whose";

/**
 * What plans change in an account, which is read for it.
 *
 * @throws UsageError naming everything of the account that can't be read
 */
export async function readChange(
  plans: readonly Plan[],
  client: Cloudflare,
  accountId: string,
): Promise<Change> {
  const before = await readAccount(client, accountId);
  const { zoneNames = {} } = before;
  const own = ofAccount(withPlannedIds(plans), { accountId, zoneNames });
  return withUnreadLists(mergePlans(before, own));
}
