import { answerOf, codesOf, statusOf } from "../../account/api-errors";
import { type DoctorCheck, notChecked, ok, type Seen } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

/** One of Cloudflare's own notifications, by the name that the dashboard has for it. */
interface Notification {
  readonly type: string;
  readonly name: string;
  readonly use: string;
}

const NOTIFICATIONS: readonly Notification[] = [
  {
    type: "tunnel_health_event",
    name: "Tunnel Health Alert",
    use: "tells when the tunnel has no healthy connector",
  },
  {
    type: "expiring_service_token_alert",
    name: "Expiring Access Service Token Alert",
    use: "tells before a service token ends",
  },
];

/** What a notification policy says, of what Cloudflare answers. */
interface NotificationPolicy {
  readonly alert_type?: string;
  readonly enabled?: boolean;
  readonly filters?: { readonly tunnel_id?: readonly string[] | null } | null;
  readonly mechanisms?: Readonly<
    Record<string, readonly unknown[] | null>
  > | null;
}

const LACKING =
  'not checked: the token lacks "Notifications Read", which no other command needs';

/**
 * Which of Cloudflare's own notifications are on. None is needed, and some
 * people are told by other means: it is said, and nothing is amiss.
 *
 * @see https://developers.cloudflare.com/api/resources/alerting/subresources/policies/methods/list/
 * @see https://developers.cloudflare.com/notifications/notification-available/
 */
export const notificationsCheck: DoctorCheck<AccountContext> = {
  id: "notifications",
  why: "They reach you where no workflow runs and nobody looks.",
  page: PAGES.notifications,
  async run({ account }) {
    const { status } = await account.apiToken();
    if (status !== "active")
      return notChecked(`the API token is ${status}, so it may do nothing`);
    let policies: NotificationPolicy[];
    try {
      policies = await read(account);
    } catch (error) {
      const refused = codesOf(error).some((code) =>
        [10000, 9109].includes(code),
      );
      return refused || [401, 403].includes(statusOf(error) ?? 0)
        ? ok(LACKING)
        : notChecked(answerOf(error));
    }
    const tunnel = await account.tunnel().catch(() => undefined);
    return NOTIFICATIONS.map((one) => seen(one, policies, tunnel?.id));
  },
};

async function read({
  client,
  settings,
}: AccountContext["account"]): Promise<NotificationPolicy[]> {
  const found: NotificationPolicy[] = [];
  for await (const policy of client.alerting.policies.list({
    account_id: settings.accountId,
  }))
    found.push(policy as NotificationPolicy);
  return found;
}

function seen(
  { name, type, use }: Notification,
  policies: readonly NotificationPolicy[],
  tunnel: string | undefined,
): Seen {
  const own = policies.filter(
    (policy) => policy.alert_type === type && policy.enabled,
  );
  if (own.length === 0)
    return ok(`off; it ${use}. Switch it on: ${PAGES.notifications}`, name);
  const reaching = own.filter(({ mechanisms }) =>
    Object.values(mechanisms ?? {}).some((one) => one && one.length > 0),
  );
  if (reaching.length === 0)
    return ok(
      `on, but it is sent to nobody: give it an address: ${PAGES.notifications}`,
      name,
    );
  const ofTunnel = reaching.filter(
    ({ filters }) =>
      !filters?.tunnel_id?.length ||
      (tunnel !== undefined && filters.tunnel_id.includes(tunnel)),
  );
  return ofTunnel.length > 0
    ? ok(`on; it ${use}`, name)
    : ok(
        `on for other tunnels only: add this one: ${PAGES.notifications}`,
        name,
      );
}
