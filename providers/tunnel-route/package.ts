import { join } from "node:path";
import type { ProviderScript } from "../../terraform-plugin/mirror";

/** The provider of `tunnel_route`, as it is installed into a stack's folder. */
export const TUNNEL_PROVIDER: ProviderScript = {
  address: "access-stacks.local/access-stacks/tunnel",
  entry: join(__dirname, "main.ts"),
};
