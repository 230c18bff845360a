import { NotKnown } from "../account/not-known";
import type { ServiceContext } from "./context";
import { decideNow } from "./symptoms/context";

/**
 * Whether Access would let a stranger through to the service's host today, so
 * that whatever leads the host to the tunnel makes it public. True as well
 * where that can't be told.
 */
export async function isOpen(
  context: Pick<ServiceContext, "account" | "service">,
): Promise<boolean> {
  const stranger = { path: "/", identity: null, serviceToken: null };
  try {
    const { outcome } = await decideNow(context, stranger);
    return outcome === "pass" || outcome === "depends";
  } catch (error) {
    if (error instanceof NotKnown) return true;
    throw error;
  }
}
