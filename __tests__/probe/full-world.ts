import { accountReader } from "../../account/account-reader";
import { certificateOf } from "../../probe/certificate";
import type { World } from "../../probe/world";
import type { Service } from "./world";

/** What can be asked where nothing is missing: the account's API as well. */
export function fullWorld(service: Service, edge = service.cloudflare.edge) {
  return {
    ...service.world(),
    account: accountReader(service.client, service.account.id),
    certificate: (hostname) =>
      certificateOf(hostname, {
        ca: edge.caPem,
        locate: async () => ({ address: "127.0.0.1", port: edge.port }),
      }),
    sockets: async () => [{ address: "127.0.0.1", port: 8188 }],
  } satisfies World;
}
